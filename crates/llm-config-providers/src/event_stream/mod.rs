//! Streamed responses, read as the response that the same request has without streaming.
//!
//! Server-sent events: chat completions, completions, `/responses`, Anthropic's messages, Gemini. Lines of
//! JSON: Ollama.

mod events;

use http::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value, json};

use self::events::{Event, Events};
use crate::bounded_json;
use crate::error_body::has_error;

/// The beginnings of the lines of server-sent events.
const FIELDS: [&str; 5] = ["data:", "event:", "id:", "retry:", ":"];

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Media types whose lines are JSON.
const LINES_OF_JSON: [&str; 4] = ["ndjson", "jsonl", "json-seq", "stream+json"];

/// Events of `/responses` before the first output.
const BEFORE_OUTPUT: [&str; 3] = ["response.created", "response.queued", "response.in_progress"];

/// Events of Anthropic's messages after the first one.
const MESSAGE_OUTPUT: [&str; 5] =
    ["content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"];

/// Whether the part of a streamed body that was read tells the outcome: an output of the model, or an error.
/// The rest need not be read, and a model that is not listened to stops. A stream that breaks off before
/// tells nothing: servers send its beginning before they call the model.
#[must_use]
pub fn is_stream_decided(headers: &HeaderMap, body: &[u8]) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_lines_of_json = LINES_OF_JSON.iter().any(|part| content_type.contains(part));
    let is_stream = is_lines_of_json || is_event_stream(body);
    is_stream && matches!(read(&String::from_utf8_lossy(body)), Some(Found::Outcome(_)))
}

/// The JSON of a streamed body, as if it were not streamed. `None` for other bodies, and for a stream that
/// ended before the model's first output.
pub(crate) fn unstreamed(body: &[u8]) -> Option<Value> {
    match read(&String::from_utf8_lossy(body))? {
        Found::Outcome(json) | Found::Other(json) => Some(json),
        Found::Begun(_) => None,
    }
}

/// Whether a body is a stream of an LLM API that ended before the model's first output.
pub(crate) fn ended_before_output(body: &[u8]) -> bool {
    matches!(read(&String::from_utf8_lossy(body)), Some(Found::Begun(_)))
}

/// Whether a body consists of server-sent events.
pub(crate) fn is_event_stream(body: &[u8]) -> bool {
    let begin = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body).trim_ascii_start();
    FIELDS.iter().any(|field| begin.starts_with(field.as_bytes()))
}

/// What the events show.
enum Found {
    /// The first output of the model, or an error.
    Outcome(Value),
    /// The model began to respond, without output so far.
    Begun(Value),
    /// The first event, of another form.
    Other(Value),
}

fn read(text: &str) -> Option<Found> {
    let text = text.trim_start_matches('\u{feff}');
    if is_event_stream(text.as_bytes()) {
        return read_events(Events::new(text));
    }
    // Every line is JSON by itself; the last one may be cut.
    let parse = |line| bounded_json::value(line).filter(Value::is_object);
    let lines = text.lines().filter(|line| !line.trim().is_empty()).map_while(parse);
    read_events(lines.map(|data| Event { name: "", data }))
}

/// Reads events up to the first that tells the outcome.
fn read_events<'a>(events: impl Iterator<Item = Event<'a>>) -> Option<Found> {
    let (mut begun, mut other) = (None, None);
    for Event { name, data } in events {
        if let Some(error) = error(name, &data) {
            return Some(Found::Outcome(error));
        }
        match step(data, &mut begun) {
            outcome @ Found::Outcome(_) => return Some(outcome),
            Found::Begun(json) => begun = Some(json),
            Found::Other(json) => other = other.or(Some(json)),
        }
    }
    begun.map(Found::Begun).or_else(|| other.map(Found::Other))
}

/// The error of an event, in the form that it has without streaming.
fn error(name: &str, data: &Value) -> Option<Value> {
    let kind = data.get("type").and_then(Value::as_str).unwrap_or_default();
    if has_error(data) || data.pointer("/choices/0").is_some_and(has_error) {
        Some(data.clone())
    } else if kind == "response.failed" {
        data.get("response").cloned()
    } else if name == "error" || kind == "error" {
        Some(json!({ "error": data }))
    } else {
        None
    }
}

/// What an event shows that is no error. `begun` is what the events before it show.
fn step(data: Value, begun: &mut Option<Value>) -> Found {
    let has = |name: &str, is_form: fn(&Value) -> bool| data.get(name).is_some_and(is_form);
    let kind = data.get("type").and_then(Value::as_str).unwrap_or_default();
    if let Some(choices) = data.get("choices").and_then(Value::as_array) {
        return if choices.iter().any(has_output) { Found::Outcome(data) } else { Found::Begun(data) };
    }
    if kind.starts_with("response.") {
        let response = || json!({ "output": [], "model": data.pointer("/response/model") });
        let json = begun.take().unwrap_or_else(response);
        return if BEFORE_OUTPUT.contains(&kind) { Found::Begun(json) } else { Found::Outcome(json) };
    }
    if kind == "message_start" {
        return Found::Begun(data.get("message").cloned().unwrap_or_default());
    }
    if MESSAGE_OUTPUT.contains(&kind) {
        return Found::Outcome(begun.take().unwrap_or_else(|| json!({ "content": [] })));
    }
    let is_ollama = has("message", Value::is_object) || has("response", Value::is_string);
    let is_gemini = has("candidates", Value::is_array) || has("usageMetadata", Value::is_object);
    if is_ollama || is_gemini { Found::Outcome(data) } else { Found::Other(data) }
}

/// Whether a choice contains more than the role of the speaker, which servers send before they call the
/// model.
fn has_output(choice: &Value) -> bool {
    let is_filled = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => true,
    };
    let has_filled =
        |members: &Map<String, Value>| members.iter().any(|(name, value)| name != "role" && is_filled(value));
    let has = |name: &str| choice.get(name).is_some_and(is_filled);
    let delta = choice.get("delta").or_else(|| choice.get("message")).and_then(Value::as_object);
    has("finish_reason") || has("text") || delta.is_some_and(has_filled)
}

#[cfg(test)]
mod tests;
