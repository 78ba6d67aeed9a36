//! Query parameters that an operation does not have.

use std::collections::BTreeSet;

use llm_config_core::field::FieldErrors;
use utoipa::openapi::Deprecated;
use utoipa::openapi::path::Parameter;

use crate::http::client_name;
use crate::similar::most_similar;

/// The maximal number of parameters for which a similar name is searched.
const SUGGESTIONS: usize = 20;

/// Adds an error for each of the `unread` parameters. The last one lists the parameters of the operation.
pub(super) fn refuse(
    errors: &mut FieldErrors<String>,
    unread: &BTreeSet<String>,
    parameters: impl FnOnce() -> Vec<Parameter>,
) {
    if unread.is_empty() {
        return;
    }
    let known = parameters();
    let known = known.iter().filter(|parameter| !matches!(parameter.deprecated, Some(Deprecated::True)));
    let known: Vec<&str> = known.map(|parameter| parameter.name.as_str()).collect();
    let listed = match known.as_slice() {
        [] => ", which has no query parameters".to_owned(),
        known => format!(", which has {}", known.join(", ")),
    };
    let last = unread.len().min(SUGGESTIONS) - 1;
    for (n, name) in unread.iter().enumerate() {
        // Of `label[KEY]` and `label.KEY` only the name counts.
        let base = name.split(['[', '.']).next().unwrap_or_default();
        let similar = if n < SUGGESTIONS { most_similar(base, known.iter().copied()) } else { None };
        let suggestion = similar.map(|name| format!(" (did you mean {name}?)")).unwrap_or_default();
        let listed = if n == last { listed.as_str() } else { "" };
        let message = format!("is not a query parameter of this request{suggestion}{listed}");
        errors.add(client_name::printable(name), message);
    }
}
