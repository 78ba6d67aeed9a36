//! Accepted and refused bodies, and the splices of the accepted ones.

mod bytes_kept;
mod defaults;
mod gemini;
mod properties;
mod provider_state;
mod refused;
mod tools;
mod usage;

use bytes::Bytes;
use llm_config_providers::CallRoute;

use super::{RequestBody, SpliceRules, SplicedBody};
use crate::error::GatewayError;

/// Rules that replace the model and add nothing else.
const RULES: SpliceRules<'static> = SpliceRules {
    model: "up/m",
    sends_model: true,
    defaults: None,
    takes_sampling: true,
    asks_for_usage: false,
    renames_max_tokens: false,
    takes_top_k: true,
    takes_routing_fields: false,
    stores_model: false,
    allows_provider_state: false,
};

fn joined(spliced: &SplicedBody) -> Vec<u8> {
    let body = spliced.parts.concat();
    assert_eq!(body.len() as u64, spliced.length);
    body
}

fn splice_bytes(
    route: CallRoute,
    body: &[u8],
    rules: &SpliceRules<'_>,
) -> Result<(Vec<u8>, SplicedBody), GatewayError> {
    let body = Bytes::copy_from_slice(body);
    let spliced = RequestBody::read(route, &body)?.splice(&body, rules)?;
    Ok((joined(&spliced), spliced))
}

/// Asserts the spliced body, and the names of added fields.
#[track_caller]
fn check(route: CallRoute, body: &str, rules: &SpliceRules<'_>, expected: &str, added: &str) {
    let (found, spliced) = splice_bytes(route, body.as_bytes(), rules).expect("an accepted body");
    assert_eq!(String::from_utf8(found).expect("UTF-8"), expected, "{body}");
    assert_eq!(spliced.added.join(","), added, "{body}");
}

/// Asserts that a body is refused with a code, about a field.
#[track_caller]
fn check_refused(route: CallRoute, body: &[u8], rules: &SpliceRules<'_>, code: &str, field: Option<&str>) {
    let error = splice_bytes(route, body, rules).expect_err(&String::from_utf8_lossy(body));
    assert_eq!((error.code(), error.field()), (code, field), "{}: {error}", String::from_utf8_lossy(body));
}
