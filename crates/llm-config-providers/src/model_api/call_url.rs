//! The parts of the URL of a call that a caller adds, and the reasons for which a call has none.

use super::CallRoute;
use crate::sigv4::percent_encode;

/// The version in the paths of Gemini's API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GeminiVersion {
    /// `v1`, which Google's client for Python uses.
    V1,
    /// `v1beta`, which all others use.
    #[default]
    V1Beta,
}

impl GeminiVersion {
    /// The version in paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V1Beta => "v1beta",
        }
    }
}

/// What the client's own URL adds to that of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallUrlOptions {
    /// The version in the client's path. It counts where the stored endpoint ends in none.
    pub version: GeminiVersion,
    /// Whether the client's query has `alt=sse`. It counts for Gemini's streams only.
    pub has_alt_sse: bool,
    /// Whether the client's query has `beta=true`. It counts for Anthropic's dialect only.
    pub has_beta: bool,
}

/// A call for which a URL is needed.
#[derive(Clone, Copy, Debug)]
pub struct ModelCall<'a> {
    /// The route.
    pub route: CallRoute,
    /// The model's id at the provider; empty for none.
    pub model: &'a str,
    /// What the client's own URL adds.
    pub options: CallUrlOptions,
}

/// Why a call has no URL at an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallUrlError {
    /// The endpoint does not speak the dialect.
    #[error("the endpoint does not speak this dialect")]
    NotSpoken,
    /// The URL names the model, and the call names none.
    #[error("the URL of this call names the model: name one")]
    NoModel,
    /// The URL names the model, and this name could mean another path.
    #[error("the model must not contain the path segments `.` and `..`, control characters or backslashes")]
    InvalidModel,
    /// The endpoint has no list of models in this dialect.
    #[error("the endpoint has no list of models in this dialect")]
    NoList,
    /// The stored endpoint lacks a part of the URL.
    #[error("{_0}")]
    Incomplete(&'static str),
}

/// A model's id as one percent-encoded path segment.
///
/// Some servers decode a path before they resolve its dots, and some decode it twice, so an id with a
/// segment `.` or `..` in any of these forms is refused.
pub(crate) fn model_segment(model: &str) -> Result<String, CallUrlError> {
    if model.is_empty() {
        return Err(CallUrlError::NoModel);
    }
    let decoded = with_decoded_path(model);
    let is_invalid = decoded.contains(|c: char| c.is_control() || c == '\\')
        || decoded.split('/').any(|segment| matches!(segment, "." | ".."));
    if is_invalid { Err(CallUrlError::InvalidModel) } else { Ok(percent_encode(model)) }
}

/// The text with the characters decoded that divide paths, also if they are encoded twice.
fn with_decoded_path(text: &str) -> String {
    let text = text.to_ascii_lowercase().replace("%25", "%");
    text.replace("%2e", ".").replace("%2f", "/").replace("%5c", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(model: &str, expected: Result<&str, CallUrlError>) {
        assert_eq!(model_segment(model), expected.map(str::to_owned), "{model:?}");
    }

    #[test]
    fn model_segment_is_percent_encoded() {
        check("gpt-4o.mini_1~2", Ok("gpt-4o.mini_1~2"));
        check("acme/chat:1;v=2?a#b", Ok("acme%2Fchat%3A1%3Bv%3D2%3Fa%23b"));
        check("a%2Fb", Ok("a%252Fb"));
        check("a..b/...", Ok("a..b%2F..."));
        check("grüße 1", Ok("gr%C3%BC%C3%9Fe%201"));
    }

    #[test]
    fn model_segment_of_name_that_steps_out_is_refused() {
        for model in [
            ".",
            "..",
            "../x",
            "a/../b",
            "a/.",
            "%2e%2e",
            "%2E./x",
            "..%2fx",
            "a%2f..%2Fb",
            "%252e%252e/x",
            "a\\..\\b",
            "..%5cx",
            "a\nb",
            "a\0",
        ] {
            check(model, Err(CallUrlError::InvalidModel));
        }
        check("", Err(CallUrlError::NoModel));
    }
}
