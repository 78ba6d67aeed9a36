//! Errors in JSON.

use serde_json::{Map, Value};

use super::ErrorBody;

/// The names of an error's message, the most precise first. `msg`: Zhipu and other Chinese vendors;
/// `detail`: `FastAPI` and problem details (RFC 9457); `error_description`: OAuth (RFC 6749);
/// `error_msg`: Baidu; `reason`: Novita.
const MESSAGES: &[&str] = &[
    "message",
    "Message",
    "detail",
    "msg",
    "error_msg",
    "error_message",
    "errorMessage",
    "error_description",
    "description",
    "reason",
];

/// The names of an error's code. `error_code`: Databricks and Baidu.
const CODES: &[&str] = &["code", "error_code", "errorCode", "Code"];

/// The error in a body. `status` is that of the response: a success needs the form of an error.
pub(super) fn read(json: &Value, status: u16) -> ErrorBody {
    // Google's OpenAI-compatible path wraps its error in a list.
    let json = json.as_array().and_then(|list| list.first()).unwrap_or(json);
    let Some(members) = json.as_object() else { return ErrorBody::default() };
    // OpenRouter reports a failure during generation inside the first choice.
    let late = || json.pointer("/choices/0/error").filter(|error| error.is_object());
    let mut found = if let Some(error) = members.get("error").filter(|error| is_given(error)) {
        of_error(error, members)
    } else if let Some(error) = late() {
        ErrorBody { is_of_provider: true, ..of_error(error, members) }
    } else if let Some(error) = members.get("errors").and_then(first_of) {
        of_error(&error, members)
    } else if let Some(state) = base_resp(members) {
        state
    } else if status >= 400 || is_marked(members) {
        of_members(members)
    } else {
        ErrorBody::default()
    };
    unfold(&mut found);
    found
}

/// Whether a member `error` describes one. Some servers send `false`, `null` or an empty text with success.
fn is_given(error: &Value) -> bool {
    match error {
        Value::Object(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The first of a list of errors (Cloudflare, Tyk); an object of them as a whole (ASP.NET's validation).
fn first_of(errors: &Value) -> Option<Value> {
    match errors {
        Value::Array(list) => list.first().cloned(),
        Value::Object(members) if !members.is_empty() => Some(Value::from(errors.to_string())),
        Value::String(text) if !text.is_empty() => Some(errors.clone()),
        Value::Object(_) | Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The error in the member `error`; members beside it complete it.
fn of_error(error: &Value, beside: &Map<String, Value>) -> ErrorBody {
    let outer = of_members(beside);
    match error {
        Value::Object(members) => {
            let inner = of_members(members);
            let is_of_provider = is_of_provider(members);
            let message = if is_of_provider { with_raw(inner.message, members) } else { inner.message };
            let or = |inner: String, outer: String| if inner.is_empty() { outer } else { inner };
            ErrorBody {
                message: or(message, outer.message),
                title: inner.title,
                // `type` beside `error` is Anthropic's mark of an error.
                kind: inner.kind,
                code: or(inner.code, outer.code),
                status: inner.status,
                reason: google_reason(error),
                param: inner.param,
                is_error: true,
                is_of_provider,
            }
        }
        Value::String(text) if outer.message.is_empty() => {
            ErrorBody { message: text.clone(), is_error: true, ..outer }
        }
        // Spring and NestJS name the status in `error`; OAuth names a code there.
        Value::String(text) => {
            let code = if outer.code.is_empty() { text.clone() } else { outer.code };
            ErrorBody { title: text.clone(), code, is_error: true, ..outer }
        }
        Value::Array(_) => {
            let inner = first_of(error).map(|first| of_error(&first, &Map::new()));
            inner.unwrap_or(ErrorBody { is_error: true, ..outer })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => ErrorBody { is_error: true, ..outer },
    }
}

/// The error that members describe directly.
fn of_members(members: &Map<String, Value>) -> ErrorBody {
    let first = |names: &[&str], text: fn(&Value) -> String| {
        names.iter().filter_map(|name| members.get(*name)).map(text).find(|text| !text.is_empty())
    };
    // FastAPI's `detail` may hold the whole error.
    let within = MESSAGES.iter().filter_map(|name| members.get(*name)).find(|value| value.is_object());
    if let Some(error) = within.map(|error| of_error(error.get("error").unwrap_or(error), &Map::new())) {
        return error;
    }
    let text = |name: &str| members.get(name).map(plain).unwrap_or_default();
    let message = first(MESSAGES, nested);
    let code = first(CODES, plain);
    // A namespace stands in front of AWS's types.
    let amazon_kind = members.get("__type").map(plain);
    let kind = amazon_kind.map(|kind| kind.rsplit('#').next().unwrap_or_default().to_owned());
    let title = text("title");
    ErrorBody {
        is_error: message.is_some() || code.is_some() || kind.is_some() || !title.is_empty(),
        message: message.unwrap_or_default(),
        title,
        kind: kind.unwrap_or_else(|| text("type")),
        code: code.unwrap_or_default(),
        status: text("status"),
        reason: String::new(),
        param: text("param"),
        is_of_provider: false,
    }
}

/// `MiniMax` reports errors in a success: `{"base_resp":{"status_code":1004,"status_msg":"…"}}`.
fn base_resp(members: &Map<String, Value>) -> Option<ErrorBody> {
    let state = members.get("base_resp")?.as_object()?;
    let code = state.get("status_code").map(plain).filter(|code| code != "0")?;
    let message = state.get("status_msg").map(plain).unwrap_or_default();
    Some(ErrorBody { message, code, is_error: true, ..ErrorBody::default() })
}

/// Whether a success marks itself as an error: by `success` or by a code beside a message.
fn is_marked(members: &Map<String, Value>) -> bool {
    let is_false = |name: &str| members.get(name) == Some(&Value::Bool(false));
    let code = CODES.iter().find_map(|name| members.get(*name)).and_then(Value::as_i64);
    let has_message = MESSAGES.iter().any(|name| members.get(*name).is_some_and(Value::is_string));
    is_false("success") || is_false("ok") || has_message && code.is_some_and(|code| !is_code_of_success(code))
}

const fn is_code_of_success(code: i64) -> bool {
    matches!(code, 0 | 1 | 200..300 | 10_000 | 20_000)
}

/// Whether `OpenRouter` reports the error of a provider that it names.
fn is_of_provider(members: &Map<String, Value>) -> bool {
    members.get("metadata").is_some_and(|metadata| metadata.get("provider_name").is_some())
}

/// The message, followed by the provider's own error.
fn with_raw(message: String, members: &Map<String, Value>) -> String {
    let raw = members.get("metadata").and_then(|metadata| metadata.get("raw")).map(nested);
    match raw {
        Some(raw) if !raw.is_empty() => format!("{message}: {raw}"),
        Some(_) | None => message,
    }
}

/// Reads the message as an error of its own, if it is one: gateways pass on a provider's body as text.
fn unfold(found: &mut ErrorBody) {
    let text = found.message.trim_start();
    let Some(inner) = text.starts_with('{').then(|| serde_json::from_str::<Value>(text).ok()).flatten()
    else {
        return;
    };
    let inner = read(&inner, 400);
    if !inner.is_error || inner.message.is_empty() {
        return;
    }
    found.message = inner.message;
    found.is_of_provider = true;
    if found.code.is_empty() || found.code.parse::<u32>().is_ok() {
        found.code = inner.code;
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// The text of a value. `FastAPI` and Mistral use lists and objects where others use a text.
fn nested(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => value.to_string(),
        other @ (Value::String(_) | Value::Number(_) | Value::Null | Value::Bool(_)) => plain(other),
    }
}

fn google_reason(error: &Value) -> String {
    let details = error.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_info = |detail: &&Value| {
        detail.get("@type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("ErrorInfo"))
    };
    let info = details.iter().find(is_info);
    info.and_then(|info| info.get("reason")).map(plain).unwrap_or_default()
}
