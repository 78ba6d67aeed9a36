//! The edits of a body, and the parts that they leave.

use std::ops::Range;

use bytes::Bytes;
use llm_config_providers::{CallRoute, Dialect};
use serde::Serialize;

use super::additions::Additions;
use super::defaults::add_defaults;
use super::field::Field;
use super::spans::{Spans, StreamOptions};
use crate::request_body::{SpliceRules, SplicedBody};

/// Replaces the bytes of a range.
type Edit = (Range<usize>, Bytes);

/// The value of an added `stream_options`.
#[derive(Serialize)]
struct IncludeUsage {
    include_usage: bool,
}

/// Splices a body. The edits do not overlap: each is in the value of another field, or behind all fields.
pub(super) fn splice(
    route: CallRoute,
    spans: &Spans,
    bytes: &Bytes,
    rules: &SpliceRules<'_>,
) -> serde_json::Result<SplicedBody> {
    let mut edits = Vec::new();
    let mut additions = Additions::new(spans.is_empty);

    let is_gemini = matches!(route.dialect(), Dialect::Gemini);
    let model = if is_gemini { gemini_name(rules.model) } else { rules.model.to_owned() };
    if spans.model.is_some() || !spans.inner_models.is_empty() {
        let json = Bytes::from(serde_json::to_vec(&model)?);
        let replaced = spans.model.iter().map(|model| &model.span).chain(&spans.inner_models);
        edits.extend(replaced.map(|span| (span.clone(), json.clone())));
    }
    if spans.model.is_none() && !is_gemini && rules.sends_model {
        additions.add(Field::Model.as_str(), &model)?;
    }

    add_defaults(route, spans.present, rules, &mut additions)?;

    let mut nested = Vec::new();
    let asks = rules.asks_for_usage && spans.is_stream && matches!(route, CallRoute::ChatCompletions);
    let asked_for_usage = asks
        && match spans.stream_options {
            StreamOptions::Absent => {
                additions.add(Field::StreamOptions.as_str(), &IncludeUsage { include_usage: true })?;
                true
            }
            StreamOptions::WithoutUsage { end, is_empty } => {
                let json = if is_empty { "\"include_usage\":true" } else { ",\"include_usage\":true" };
                edits.push((end..end, Bytes::from_static(json.as_bytes())));
                nested.push(Field::StreamOptions.as_str());
                true
            }
            StreamOptions::Decided => false,
        };

    let (json, mut added) = additions.into_parts();
    added.extend(nested);
    edits.push((spans.end..spans.end, Bytes::from(json)));
    edits.sort_unstable_by_key(|(span, _)| span.start);
    let parts = apply(bytes, edits);
    let length = parts.iter().map(|part| part.len() as u64).sum();
    Ok(SplicedBody { parts, length, added, asked_for_usage })
}

/// The name of a model as bodies of Gemini have it.
fn gemini_name(model: &str) -> String {
    format!("models/{}", model.strip_prefix("models/").unwrap_or(model))
}

/// The bytes between the edits, and the edits, without empty parts.
fn apply(bytes: &Bytes, edits: Vec<Edit>) -> Vec<Bytes> {
    let mut parts = Vec::with_capacity(2 * edits.len() + 1);
    let mut at = 0;
    for (span, replacement) in edits {
        parts.push(bytes.slice(at..span.start));
        parts.push(replacement);
        at = span.end;
    }
    parts.push(bytes.slice(at..));
    parts.retain(|part| !part.is_empty());
    parts
}
