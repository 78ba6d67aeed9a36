//! The error that a response body describes, in the shapes that providers use.

mod json;
mod known_codes;
#[cfg(test)]
mod tests;
mod text;

use serde_json::Value;

/// The error that a response body describes. For matching only: its texts may echo secrets, so they are
/// never passed on.
#[derive(Clone, Debug, Default)]
pub struct ErrorBody {
    /// The beginning of the message, in lower case.
    pub(crate) message: String,
    /// A short name of the error beside the message, such as `error` of Spring or `title` of problem
    /// details, in lower case.
    pub(crate) title: String,
    /// `error.type`, or AWS's error type.
    pub(crate) kind: String,
    /// `error.code`; numbers as text.
    pub(crate) code: String,
    /// Google's `error.status`.
    pub(crate) status: String,
    /// Google's `error.details[].reason`.
    pub(crate) reason: String,
    /// `error.param`: the parameter that the error concerns.
    pub(crate) param: String,
    /// Whether the body has the form of an API's error. False for plain texts.
    pub(crate) is_error: bool,
    /// Whether a gateway passes on the error of a provider behind it, whose words do not concern this key.
    pub(crate) is_of_provider: bool,
}

/// The longest message that is kept, in bytes. Longer ones repeat the request or list its faults.
const LONGEST_MESSAGE: usize = 4 * 1024;

/// Whether a JSON object has a member `error` that describes one. `OpenRouter` puts one into a success.
pub(crate) fn has_error(json: &Value) -> bool {
    json.get("error").is_some_and(is_given)
}

/// Whether a member `error` describes one. Some servers send `false`, `null`, zero, an empty text or an empty
/// list with success; `/responses` always has the member.
fn is_given(error: &Value) -> bool {
    match error {
        Value::Object(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Bool(is_error) => *is_error,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Null => false,
    }
}

/// The beginning of a text, in lower case.
fn lower_beginning(text: &str) -> String {
    let end = text.floor_char_boundary(LONGEST_MESSAGE);
    text[..end].to_lowercase()
}

/// The parts of a response that describe an error.
pub(crate) struct ErrorSource<'a> {
    pub(crate) status: u16,
    /// The body, if it is JSON.
    pub(crate) json: Option<&'a Value>,
    pub(crate) body: &'a [u8],
    pub(crate) is_html: bool,
    /// The header `x-amzn-errortype`.
    pub(crate) amazon_type: Option<&'a str>,
}

impl ErrorBody {
    /// The error that a response describes.
    pub(crate) fn read(source: &ErrorSource<'_>) -> Self {
        let mut found = match source.json {
            Some(json) => json::read(json, source.status),
            None => text::read(source).unwrap_or_default(),
        };
        if let Some(kind) = source.amazon_type {
            // A namespace may follow behind a colon.
            kind.split(':').next().unwrap_or_default().clone_into(&mut found.kind);
            found.is_error = true;
        }
        found.message = lower_beginning(&found.message);
        found.title = lower_beginning(&found.title);
        // LiteLLM, and servers that pass on the exception of a client in Python.
        found.is_of_provider |=
            found.contains_any(&["litellm."]) || found.message.starts_with("error code: ");
        found
    }

    /// Whether the body has the form of an error.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        self.is_error
    }

    /// The provider's own code, if it is a known code; a number, if it is the status of an error.
    #[must_use]
    pub fn provider_code(&self) -> Option<String> {
        let is_status = |code: &&&str| code.len() == 3 && matches!(code.parse::<u16>(), Ok(400..600));
        // A number mostly repeats the status; a name is more precise.
        let name = self.codes().iter().find_map(|code| known_codes::known(code)).map(str::to_owned);
        name.or_else(|| self.codes().iter().find(is_status).map(|code| (*code).to_owned()))
    }

    /// The codes, the most precise first.
    pub(crate) fn codes(&self) -> [&str; 4] {
        [&self.reason, &self.code, &self.status, &self.kind]
    }

    /// Whether the message contains one of these parts, given in lower case. A part between spaces is a
    /// whole word.
    #[must_use]
    pub fn contains_any(&self, parts: &[&str]) -> bool {
        contains_any(&self.message, parts)
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

/// Whether a text contains one of these parts. A part between spaces is a whole word.
pub(crate) fn contains_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| match part.strip_prefix(' ').and_then(|part| part.strip_suffix(' ')) {
        Some(word) => contains_word(text, word),
        None => text.contains(part),
    })
}

/// Whether a text contains a word that no other letters of the alphabet continue.
fn contains_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

/// A text in lower case without the URLs in it, whose words state nothing.
pub(crate) fn without_urls(text: &str) -> String {
    let is_end = |c: char| !c.is_ascii() || c.is_whitespace() || "\"'`<>()".contains(c);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        kept.push_str(&rest[..at]);
        let found = &rest[at..];
        if found.starts_with("https://") || found.starts_with("http://") {
            rest = &found[found.find(is_end).unwrap_or(found.len())..];
        } else {
            let (scheme, after) = found.split_at("http".len());
            kept.push_str(scheme);
            rest = after;
        }
    }
    kept + rest
}
