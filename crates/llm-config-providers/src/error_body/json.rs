//! Errors in JSON.

use serde_json::{Map, Value};

use super::{ErrorBody, is_given};
use crate::bounded_json;

/// The names of an error's message, the most precise first. `msg`: Zhipu, `DashScope` and other Chinese
/// vendors; `detail`: `FastAPI` and problem details (RFC 9457); `error_description`: OAuth (RFC 6749);
/// `error_msg`: Baidu and APISIX; `details`: Quarkus; `faultstring`: Apigee.
const MESSAGES: &[&str] = &[
    "message",
    "Message",
    "faultstring",
    "detail",
    "msg",
    "error_msg",
    "error_message",
    "errorMessage",
    "error_description",
    "description",
    "details",
    "defaultMessage",
];

/// The names of an error's code. `error_code`: Databricks and Baidu; `reason`: Kiro and Novita.
const CODES: &[&str] = &["code", "error_code", "errorCode", "Code", "reason"];

/// The names of lists of faults in a request: zod, ajv, Bean Validation.
const FAULTS: &[&str] = &["issues", "errors", "violations", "validationErrors", "validation_errors"];

/// How many texts within each other are read as JSON: a gateway passes on the body of another gateway,
/// which passes on that of a provider.
const TEXTS: u8 = 2;

/// The error in a body. `status` is that of the response: a success needs the form of an error.
pub(super) fn read(json: &Value, status: u16) -> ErrorBody {
    read_within(json, status, TEXTS)
}

/// The error in a body, of whose texts `texts` within each other are read as JSON.
fn read_within(json: &Value, status: u16, texts: u8) -> ErrorBody {
    // Google's OpenAI-compatible path wraps its error in a list.
    let json = json.as_array().and_then(|list| list.first()).unwrap_or(json);
    // SiliconFlow's refusal of a key is a text in quotes (rikkahub/rikkahub#372).
    if let Value::String(text) = json {
        let message = if status >= 400 { text.clone() } else { String::new() };
        return ErrorBody { message, ..ErrorBody::default() };
    }
    let Some(members) = json.as_object() else { return ErrorBody::default() };
    // OpenRouter reports a failure during generation inside the first choice.
    let late = || json.pointer("/choices/0/error").filter(|error| is_given(error));
    if let Some(error) = members.get("error").filter(|error| is_given(error)) {
        of_error(error, members, texts)
    } else if let Some(error) = late() {
        ErrorBody { is_of_provider: true, ..of_error(error, members, texts) }
    } else if let Some(error) = elsewhere(members, status) {
        of_error(error, &Map::new(), texts)
    } else if let Some(state) = base_resp(members) {
        state
    } else if status >= 400 || is_marked(members) {
        of_members(members, texts)
    } else {
        ErrorBody::default()
    }
}

/// The error under the name of another thing: `Response.Error` of Tencent Cloud and `header` of iFlytek,
/// also in a success; the list `messages` of IONOS, `status` of CLOVA Studio, `fault` of Apigee and WSO2.
fn elsewhere(members: &Map<String, Value>, status: u16) -> Option<&Value> {
    let tencent = members.get("Response").and_then(|response| response.get("Error"));
    let is_failed =
        |header: &&Value| header.get("code").and_then(Value::as_i64).is_some_and(|code| code != 0);
    if let Some(error) = tencent.or_else(|| members.get("header").filter(is_failed)) {
        return Some(error);
    }
    let has_message =
        |error: &&Value| MESSAGES.iter().any(|name| error.get(*name).is_some_and(Value::is_string));
    let listed = members.get("messages").and_then(Value::as_array).and_then(|list| list.first());
    let named = ["status", "fault"].into_iter().filter_map(|name| members.get(name));
    listed.into_iter().chain(named).find(has_message).filter(|_| status >= 400)
}

/// The error in the member `error`; members beside it complete it. The first of a list stands for all.
fn of_error(error: &Value, beside: &Map<String, Value>, texts: u8) -> ErrorBody {
    let mut first = error;
    while let Some(inner) = first.as_array().and_then(|list| list.first()) {
        first = inner;
    }
    match first {
        Value::Object(members) => of_object(members, beside, texts),
        Value::String(text) => of_name_or_text(text, of_members(beside, texts), texts),
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
            ErrorBody { is_error: true, ..of_members(beside, texts) }
        }
    }
}

fn of_object(members: &Map<String, Value>, beside: &Map<String, Value>, texts: u8) -> ErrorBody {
    let inner = of_members(members, texts);
    let is_of_provider = inner.is_of_provider || names_provider(members);
    let message = if is_of_provider { with_raw(inner.message, members) } else { inner.message };
    let is_complete = !message.is_empty() && !inner.code.is_empty();
    let outer = if is_complete { ErrorBody::default() } else { of_members(beside, texts) };
    let or = |inner: String, outer: String| if inner.is_empty() { outer } else { inner };
    ErrorBody {
        message: or(message, outer.message),
        title: inner.title,
        // `type` beside `error` is Anthropic's mark of an error.
        kind: inner.kind,
        code: or(inner.code, outer.code),
        status: inner.status,
        reason: google_reason(members),
        param: inner.param,
        is_error: true,
        is_of_provider,
    }
}

/// The error whose member `error` is a text: the message, a code or a title. `outer` is what the members
/// beside it describe.
fn of_name_or_text(text: &str, outer: ErrorBody, texts: u8) -> ErrorBody {
    if outer.message.is_empty() {
        let inner = of_text(text, texts);
        let code = if inner.code.is_empty() { outer.code } else { inner.code };
        return ErrorBody { message: inner.message, code, is_error: true, ..outer }
            .of_provider_if(inner.is_of_provider);
    }
    // Moonshot and OAuth name a code in `error`, Spring and NestJS the status.
    if text.contains(['_', '.']) && !text.contains(' ') {
        let is_number = outer.code.parse::<u32>().is_ok();
        let code = if outer.code.is_empty() || is_number { text.to_owned() } else { outer.code };
        return ErrorBody { code, is_error: true, ..outer };
    }
    ErrorBody { title: text.to_owned(), is_error: true, ..outer }
}

/// The error that members describe directly.
fn of_members(members: &Map<String, Value>, texts: u8) -> ErrorBody {
    let text = |name: &str| members.get(name).map(plain).unwrap_or_default();
    let code = CODES.iter().map(|name| text(name)).find(|code| !code.is_empty()).unwrap_or_default();
    let found = message_of(members, texts);
    let is_found = found.is_some();
    let inner = found.unwrap_or_default();
    // A namespace stands in front of AWS's types.
    let amazon_kind = members.get("__type").map(plain);
    let kind = amazon_kind.as_ref().and_then(|kind| kind.rsplit('#').next()).map(str::to_owned);
    let title = text("title");
    let or = |own: String, inner: String| if own.is_empty() { inner } else { own };
    // A number mostly repeats the status; the code of the error within is more precise.
    let is_precise = !code.is_empty() && code.parse::<u32>().is_err();
    ErrorBody {
        is_error: is_found || !code.is_empty() || kind.is_some() || !title.is_empty(),
        message: inner.message,
        title,
        kind: or(kind.unwrap_or_else(|| text("type")), inner.kind),
        code: if is_precise { code } else { or(inner.code, code) },
        status: text("status"),
        reason: inner.reason,
        param: or(text("param"), inner.param),
        is_of_provider: inner.is_of_provider,
    }
}

/// The message of an error with these members, as an error of its own: it may hold the whole error, and
/// lists of errors take its place at Cloudflare, Tyk, watsonx and in JSON:API.
fn message_of(members: &Map<String, Value>, texts: u8) -> Option<ErrorBody> {
    let of_value = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(of_text(text, texts)),
        Value::Object(within) if !within.is_empty() => {
            let error = within.get("error").filter(|error| is_given(error)).unwrap_or(value);
            Some(of_error(error, &Map::new(), texts))
                .filter(|error| !error.message.is_empty())
                .or_else(|| Some(raw(value)))
        }
        Value::Array(list) if !list.is_empty() => Some(raw(value)),
        Value::Number(number) => Some(ErrorBody { message: number.to_string(), ..ErrorBody::default() }),
        Value::String(_) | Value::Object(_) | Value::Array(_) | Value::Null | Value::Bool(_) => None,
    };
    let of_faults = |value: &Value| match value {
        Value::Array(list) => {
            let first = list.first().map(|first| of_error(first, &Map::new(), texts));
            first.filter(|error| !error.message.is_empty()).map(|error| with_faults(error, value))
        }
        Value::Object(_) | Value::String(_) => of_value(value),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    };
    // Validators name the faulty members in a list beside a general message.
    let faults = FAULTS.iter().filter_map(|name| members.get(*name)).find_map(of_faults);
    let message = MESSAGES.iter().filter_map(|name| members.get(*name)).find_map(of_value);
    match (message, faults) {
        (Some(message), Some(faults)) if !message.message.contains(&faults.message) => {
            let text = format!("{}: {}", message.message, faults.message);
            Some(ErrorBody { message: text, ..message })
        }
        (Some(message), _) => Some(message),
        (None, faults) => faults,
    }
}

/// The first of a list of errors, with all of the list in its message if that names members of a request.
fn with_faults(first: ErrorBody, list: &Value) -> ErrorBody {
    let text = list.to_string();
    let is_of_request = ["\"path\"", "\"field\"", "\"loc\"", "\"instancePath\""];
    if is_of_request.iter().any(|name| text.contains(name)) {
        ErrorBody { message: text, ..first }
    } else {
        first
    }
}

fn raw(value: &Value) -> ErrorBody {
    ErrorBody { message: value.to_string(), ..ErrorBody::default() }
}

/// A text as a message. Gateways pass on a provider's body as text.
fn of_text(text: &str, texts: u8) -> ErrorBody {
    let is_json = texts > 0 && text.trim_start().starts_with('{');
    let json = is_json.then(|| bounded_json::value(text)).flatten();
    let inner = json.map(|json| read_within(&json, 400, texts - 1)).filter(|inner| !inner.message.is_empty());
    match inner {
        Some(inner) => inner.of_provider_if(true),
        None => ErrorBody { message: text.to_owned(), ..ErrorBody::default() },
    }
}

impl ErrorBody {
    fn of_provider_if(self, is_of_provider: bool) -> Self {
        Self { is_of_provider: self.is_of_provider || is_of_provider, ..self }
    }
}

/// `MiniMax` reports errors in a success: `{"base_resp":{"status_code":1004,"status_msg":"…"}}`.
fn base_resp(members: &Map<String, Value>) -> Option<ErrorBody> {
    let state = members.get("base_resp")?.as_object()?;
    let code = state.get("status_code").map(plain).filter(|code| code != "0")?;
    let message = state.get("status_msg").map(plain).unwrap_or_default();
    Some(ErrorBody { message, code, is_error: true, ..ErrorBody::default() })
}

/// Whether a success marks itself as an error: by `success`, by a list of errors, or by a code beside a
/// message.
fn is_marked(members: &Map<String, Value>) -> bool {
    let is_false = |name: &str| members.get(name) == Some(&Value::Bool(false));
    let has_errors = members.get("errors").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let code = CODES.iter().find_map(|name| members.get(*name)).and_then(Value::as_i64);
    let has_message = MESSAGES.iter().any(|name| members.get(*name).is_some_and(Value::is_string));
    let has_code = has_message && code.is_some_and(|code| !is_code_of_success(code));
    is_false("success") || is_false("ok") || has_errors || has_code
}

const fn is_code_of_success(code: i64) -> bool {
    matches!(code, 0 | 1 | 200..300 | 10_000 | 20_000)
}

/// Whether `OpenRouter` reports the error of a provider that it names.
fn names_provider(members: &Map<String, Value>) -> bool {
    members.get("metadata").is_some_and(|metadata| metadata.get("provider_name").is_some())
}

/// The message, followed by the provider's own error.
fn with_raw(message: String, members: &Map<String, Value>) -> String {
    match members.get("metadata").and_then(|metadata| metadata.get("raw")) {
        Some(Value::String(raw)) => format!("{message}: {raw}"),
        Some(raw @ (Value::Object(_) | Value::Array(_))) => format!("{message}: {raw}"),
        Some(Value::Null | Value::Bool(_) | Value::Number(_)) | None => message,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn google_reason(members: &Map<String, Value>) -> String {
    let details = members.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_info = |detail: &&Value| {
        detail.get("@type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("ErrorInfo"))
    };
    let info = details.iter().find(is_info);
    info.and_then(|info| info.get("reason")).map(plain).unwrap_or_default()
}
