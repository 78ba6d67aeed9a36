//! What was wrong, in the shapes in which providers say it.

mod known_codes;

use serde_json::Value;

use llm_config_egress::Response;

/// What an error answer says, for matching only: its texts may echo secrets and are never passed
/// on.
#[derive(Default)]
pub(crate) struct ErrorBody {
    /// The text for people, in lower case.
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
    pub(crate) fn read(answer: &Response) -> Self {
        let mut found = Self::default();
        if let Some(json) = answer.json() {
            // Google's OpenAI-compatible path wraps its error in a list.
            let json = json.as_array().and_then(|it| it.first()).unwrap_or(&json);
            found.fill(json);
        }
        if let Some(kind) = answer.header("x-amzn-errortype") {
            // It may carry a namespace behind a colon.
            kind.split(':').next().unwrap_or_default().clone_into(&mut found.kind);
            found.is_error = true;
        }
        found.message.make_ascii_lowercase();
        found
    }

    fn fill(&mut self, json: &Value) {
        let text = |name: &str| json.get(name).map(plain).unwrap_or_default();
        match json.get("error") {
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
                let message = ["message", "Message", "detail"].into_iter().find_map(|it| json.get(it));
                self.is_error = message.is_some();
                self.message = message.map(nested).unwrap_or_default();
                self.kind = text("type");
                self.code = text("code");
            }
        }
    }

    /// The provider's own code, if it is one that is known; a number, if it is the status of an error.
    pub(crate) fn provider_code(&self) -> Option<String> {
        let codes = || [&self.reason, &self.code, &self.status, &self.kind].into_iter();
        let is_status = |it: &&String| it.len() == 3 && matches!(it.parse::<u16>(), Ok(400..600));
        // A number mostly repeats the status; a name says more.
        let name = codes().find_map(|it| known_codes::known(it)).map(str::to_owned);
        name.or_else(|| codes().find(is_status).cloned())
    }

    /// Whether the text for people has one of these, given in lower case.
    pub(crate) fn says(&self, parts: &[&str]) -> bool {
        parts.iter().any(|it| self.message.contains(it))
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// `FastAPI` and Mistral put lists and objects where others have a text.
fn nested(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => value.to_string(),
        other @ (Value::String(_) | Value::Number(_) | Value::Null | Value::Bool(_)) => plain(other),
    }
}

fn google_reason(error: &Value) -> String {
    let details = error.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_info =
        |it: &&Value| it.get("@type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("ErrorInfo"));
    let info = details.iter().find(is_info);
    info.and_then(|it| it.get("reason")).map(plain).unwrap_or_default()
}
