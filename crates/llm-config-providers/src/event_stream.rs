//! Streamed responses, read as the response that the same request has without streaming.
//!
//! Server-sent events: chat completions, completions, `/responses`, Anthropic's messages, Gemini. Lines of
//! JSON: Ollama.

use http::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value, json};

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
/// The rest need not be read, and a model that is not listened to stops.
#[must_use]
pub fn is_stream_decided(headers: &HeaderMap, body: &[u8]) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_lines_of_json = LINES_OF_JSON.iter().any(|part| content_type.contains(part));
    let is_stream = is_lines_of_json || is_event_stream(body);
    is_stream && matches!(read(&String::from_utf8_lossy(body)), Some(Found::Outcome(_)))
}

/// The JSON of a streamed body, as if it were not streamed. `None` for other bodies.
pub(crate) fn unstreamed(body: &[u8]) -> Option<Value> {
    match read(&String::from_utf8_lossy(body))? {
        Found::Outcome(json) | Found::Begun(json) | Found::Other(json) => Some(json),
    }
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

struct Event<'a> {
    name: &'a str,
    data: Value,
}

/// Whether a body consists of server-sent events.
pub(crate) fn is_event_stream(body: &[u8]) -> bool {
    let begin = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body).trim_ascii_start();
    FIELDS.iter().any(|field| begin.starts_with(field.as_bytes()))
}

fn read(text: &str) -> Option<Found> {
    let mut found = None;
    for Event { name, data } in events(text) {
        if let Some(error) = error(name, &data) {
            return Some(Found::Outcome(error));
        }
        let before = match found {
            Some(Found::Begun(ref json)) => Some(json),
            Some(Found::Outcome(_) | Found::Other(_)) | None => None,
        };
        match step(data, before) {
            outcome @ Found::Outcome(_) => return Some(outcome),
            begun @ Found::Begun(_) => found = Some(begun),
            other @ Found::Other(_) => found = found.or(Some(other)),
        }
    }
    found
}

/// The events that are JSON, or an error's text.
fn events(text: &str) -> Vec<Event<'_>> {
    let text = text.trim_start_matches('\u{feff}');
    if !is_event_stream(text.as_bytes()) {
        // Every line is JSON by itself; the last one may be cut.
        let parse = |line| serde_json::from_str(line).ok().filter(Value::is_object);
        let lines = text.lines().filter(|line| !line.trim().is_empty()).map_while(parse);
        return lines.map(|data| Event { name: "", data }).collect();
    }
    let mut events = Vec::new();
    let (mut name, mut data) = ("", String::new());
    for line in text.lines().chain([""]) {
        // Some servers leave out the empty line between two events.
        let is_complete = line.is_empty() || line.starts_with("event:") || is_json(&data);
        if is_complete && !data.is_empty() {
            events.extend(event(name, &data));
            data.clear();
        }
        if let Some(value) = line.strip_prefix("event:") {
            name = value.trim();
        } else if let Some(value) = line.strip_prefix("data:") {
            data.push_str(value.trim());
        } else if line.is_empty() {
            name = "";
        }
    }
    events
}

fn is_json(data: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(data).is_ok()
}

fn event<'a>(name: &'a str, data: &str) -> Option<Event<'a>> {
    match serde_json::from_str(data) {
        // Google wraps an error in a list.
        Ok(Value::Array(list)) => list.into_iter().next().map(|data| Event { name, data }),
        Ok(data) => Some(Event { name, data }),
        Err(_) if name == "error" => Some(Event { name, data: Value::from(data) }),
        Err(_) => None,
    }
}

/// The error of an event, in the form that it has without streaming.
fn error(name: &str, data: &Value) -> Option<Value> {
    let kind = data.get("type").and_then(Value::as_str).unwrap_or_default();
    let has_error = |json: &Value| json.get("error").is_some_and(|error| !error.is_null());
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
fn step(data: Value, begun: Option<&Value>) -> Found {
    let has = |name: &str, is_form: fn(&Value) -> bool| data.get(name).is_some_and(is_form);
    let kind = data.get("type").and_then(Value::as_str).unwrap_or_default();
    if let Some(choices) = data.get("choices").and_then(Value::as_array) {
        return if choices.iter().any(has_output) { Found::Outcome(data) } else { Found::Begun(data) };
    }
    if kind.starts_with("response.") {
        let response = json!({ "output": [], "model": data.pointer("/response/model") });
        let is_before_output = BEFORE_OUTPUT.contains(&kind);
        let json = begun.cloned().unwrap_or(response);
        return if is_before_output { Found::Begun(json) } else { Found::Outcome(json) };
    }
    if kind == "message_start" {
        return Found::Begun(data.get("message").cloned().unwrap_or_default());
    }
    if MESSAGE_OUTPUT.contains(&kind) {
        return Found::Outcome(begun.cloned().unwrap_or_else(|| json!({ "content": [] })));
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &Value, is_decided: bool) {
        assert_eq!(unstreamed(body.as_bytes()).as_ref(), Some(expected), "{body}");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, "application/x-ndjson".parse().unwrap())]);
        assert_eq!(is_stream_decided(&headers, body.as_bytes()), is_decided, "{body}");
    }

    #[test]
    fn unstreamed_chat_is_first_event_with_output() {
        let role = r#"{"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#;
        let text = r#"{"model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}"#;
        let filters = r#"{"model":"","choices":[],"prompt_filter_results":[]}"#;
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        check(&format!("data: {role}\n\n"), &json(role), false);
        check(
            &format!("data: {filters}\n\ndata: {role}\n\ndata: {text}\n\ndata: [DONE]\n\n"),
            &json(text),
            true,
        );
        check(&format!(": PROCESSING\n\ndata:{text}\r\n\r\n"), &json(text), true);
        check(&format!("data: {role}\ndata: {text}\n"), &json(text), true);
        check(&format!("data: {text}"), &json(text), true);
        check(&format!("data: {role}\n\ndata: {{\"model\":\"m\",\"cho"), &json(role), false);
        let thought = r#"{"model":"m","choices":[{"delta":{"content":null,"reasoning_content":"Ok"}}]}"#;
        check(&format!("data: {thought}\n\n"), &json(thought), true);
        let legacy = r#"{"choices":[{"text":"Hi"}]}"#;
        check(&format!("data: {legacy}\n\n"), &json(legacy), true);
    }

    #[test]
    fn unstreamed_events_of_other_operations_have_the_form_without_streaming() {
        let created = r#"event: response.created
data: {"type":"response.created","response":{"model":"m","status":"in_progress","output":[],"error":null}}

"#;
        let response = json!({"output": [], "model": "m"});
        check(created, &response, false);
        let delta = r#"event: response.output_text.delta
data: {"type":"response.output_text.delta","delta":"Hi"}

"#;
        check(&format!("{created}{delta}"), &response, true);
        let start = r#"event: message_start
data: {"type":"message_start","message":{"model":"m","content":[]}}

"#;
        let message = json!({"content": [], "model": "m"});
        check(start, &message, false);
        let block = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0}\n\n";
        check(&format!("{start}event: ping\ndata: {{\"type\":\"ping\"}}\n\n{block}"), &message, true);
        let line = r#"{"model":"m","message":{"role":"assistant","content":"Hi"},"done":false}"#;
        check(&format!("{line}\n{line}\n"), &serde_json::from_str(line).unwrap(), true);
        let line = r#"{"model":"m","response":"Hi","done":false}"#;
        check(&format!("{line}\n{{\"model\""), &serde_json::from_str(line).unwrap(), true);
    }

    #[test]
    fn unstreamed_error_event_is_the_error() {
        let plain = r#"{"error":{"message":"No credit","code":402}}"#;
        check(&format!("data: {plain}\n\n"), &serde_json::from_str(plain).unwrap(), true);
        check(
            "id:1\nevent:error\n:HTTP_STATUS/400\ndata:{\"code\":\"Invalid\",\"message\":\"No\"}\n\n",
            &json!({"error": {"code": "Invalid", "message": "No"}}),
            true,
        );
        check("event: error\ndata: overloaded\n\n", &json!({"error": "overloaded"}), true);
        check("{\"error\":\"model 'm' not found\"}\n{}\n", &json!({"error": "model 'm' not found"}), true);
        let failed = r#"{"type":"response.failed","response":{"output":[],"error":{"code":"server_error"}}}"#;
        check(
            &format!("data: {failed}\n\n"),
            &json!({"output": [], "error": {"code": "server_error"}}),
            true,
        );
        let of_google = r#"[{"error":{"code":400,"message":"No"}}]"#;
        check(&format!("data: {of_google}\n\n"), &json!({"error": {"code": 400, "message": "No"}}), true);
    }

    #[test]
    fn unstreamed_other_body_is_none() {
        for body in
            ["", "Ollama is running", "<!doctype html>", "{\n  \"data\": [\n    {\"id\":\"a\"}\n", "data"]
        {
            assert_eq!(unstreamed(body.as_bytes()), None, "{body}");
        }
    }
}
