//! The error that a response body describes, in the shapes that providers use.

mod known_codes;

use serde_json::Value;

/// The error that a response body describes. For matching only: its texts may echo secrets, so they are
/// never passed on.
#[derive(Clone, Debug, Default)]
pub struct ErrorBody {
    /// The message, in lower case.
    pub(crate) message: String,
    /// `error.type`, or AWS's error type.
    pub(crate) kind: String,
    /// `error.code`; numbers as text.
    pub(crate) code: String,
    /// Google's `error.status`.
    pub(crate) status: String,
    /// Google's `error.details[].reason`.
    pub(crate) reason: String,
    /// Whether the body has the shape of an error at all.
    pub(crate) is_error: bool,
}

impl ErrorBody {
    /// The error in a body, if that is JSON. `amazon_type` is the header `x-amzn-errortype`.
    pub(crate) fn new(json: Option<&Value>, amazon_type: Option<&str>) -> Self {
        let mut found = Self::default();
        if let Some(json) = json {
            // Google's OpenAI-compatible path wraps its error in a list.
            let json = json.as_array().and_then(|list| list.first()).unwrap_or(json);
            found.fill(json);
        }
        if let Some(kind) = amazon_type {
            // A namespace may follow behind a colon.
            kind.split(':').next().unwrap_or_default().clone_into(&mut found.kind);
            found.is_error = true;
        }
        found.message.make_ascii_lowercase();
        found
    }

    fn fill(&mut self, json: &Value) {
        let text = |name: &str| json.get(name).map(plain).unwrap_or_default();
        // OpenRouter reports a failure during generation inside the first choice.
        let within = json.get("error").filter(|error| !error.is_null());
        match within.or_else(|| json.pointer("/choices/0/error")) {
            Some(error @ Value::Object(_)) => {
                self.is_error = true;
                let text = |name: &str| error.get(name).map(plain).unwrap_or_default();
                self.message = text("message");
                self.kind = text("type");
                self.code = text("code");
                self.status = text("status");
                self.reason = google_reason(error);
            }
            Some(Value::String(error)) => {
                self.is_error = true;
                self.message.clone_from(error);
            }
            _ => {
                let message = ["message", "Message", "detail"].into_iter().find_map(|name| json.get(name));
                self.is_error = message.is_some();
                self.message = message.map(nested).unwrap_or_default();
                self.kind = text("type");
                self.code = text("code");
            }
        }
    }

    /// Whether the body has the shape of an error.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        self.is_error
    }

    /// The provider's own code, if it is a known code; a number, if it is the status of an error.
    #[must_use]
    pub fn provider_code(&self) -> Option<String> {
        let codes = || [&self.reason, &self.code, &self.status, &self.kind].into_iter();
        let is_status = |code: &&String| code.len() == 3 && matches!(code.parse::<u16>(), Ok(400..600));
        // A number mostly repeats the status; a name is more precise.
        let name = codes().find_map(|code| known_codes::known(code)).map(str::to_owned);
        name.or_else(|| codes().find(is_status).cloned())
    }

    /// Whether the message contains one of these parts, given in lower case.
    #[must_use]
    pub fn contains_any(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.message.contains(part))
    }

    /// Whether LiteLLM denies access to a model, to a key, a team or another of its units.
    pub(crate) fn denies_model(&self) -> bool {
        self.kind.ends_with("_model_access_denied")
    }

    /// The status that a success reports as its error's code.
    pub(crate) fn status_in_code(&self) -> Option<u16> {
        self.code.parse().ok().filter(|status| self.is_error && (400..600).contains(status))
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
