//! The path of chat completions below an endpoint.

use std::str::FromStr;

use super::normal_form::{Component, normalize_encoding, normalize_query, resolve_dot_segments};
use super::query::credential_parameter;
use crate::text::{TextError, text_conversions, unprintable_on_one_line};

/// Why an API path is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiPathError {
    /// Longer than [`ApiPath::LIMIT`].
    #[error("must have at most {} characters, but has {_0}", ApiPath::LIMIT)]
    TooLong(usize),
    /// White space, a control character or a backslash.
    #[error("must not contain white space, control characters or backslashes")]
    Ambiguous,
    /// An invisible or misleading character.
    #[error(transparent)]
    Unprintable(TextError),
    /// A fragment, which is never sent.
    #[error("must not contain a fragment (`#`)")]
    Fragment,
    /// A URL instead of a path.
    #[error("must be a path below the endpoint, such as `/chat/completions`, not a URL")]
    Absolute,
    /// A query parameter that carries a credential at some provider. Responses contain the path in clear.
    #[error("must not carry a credential in the query parameter `{_0}`; send it as the credential")]
    CredentialInQuery(&'static str),
}

/// The path, below the endpoint, of the operation that calls the model, exactly as the user wrote it. A blank
/// text means the default.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct ApiPath(String);

text_conversions!(ApiPath, ApiPathError);

impl ApiPath {
    /// The default, as the `/v1/llms` API documents it.
    pub const DEFAULT: &str = "/chat/completions";

    /// The maximum length in characters.
    pub const LIMIT: usize = 1024;

    /// The form in which paths are compared: one leading slash, no trailing slash, no dot segments, no
    /// needless percent-encoding, no empty query. The case and the order of parameters are kept.
    pub(crate) fn canonical(&self) -> String {
        let (path, query) = self.split();
        let path = resolve_dot_segments(&normalize_encoding(&path, Component::Path));
        format!("{}{}", path.trim_end_matches('/'), normalize_query(query))
    }

    /// The path with its leading slash, and the query.
    pub(crate) fn split(&self) -> (String, Option<&str>) {
        let (path, query) = match self.0.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.0.as_str(), None),
        };
        let slash = if path.starts_with('/') { "" } else { "/" };
        (format!("{slash}{path}"), query)
    }
}

impl Default for ApiPath {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl FromStr for ApiPath {
    type Err = ApiPathError;

    fn from_str(text: &str) -> Result<Self, ApiPathError> {
        let path = Self::from_stored(text)?;
        match unprintable_on_one_line(&path.0) {
            Some(error) => Err(ApiPathError::Unprintable(error)),
            None => Ok(path),
        }
    }
}

impl ApiPath {
    /// A stored path, checked by the rule of earlier versions, which allowed invisible characters.
    pub fn from_stored(text: &str) -> Result<Self, ApiPathError> {
        let text = text.trim();
        let length = text.chars().count();
        if text.is_empty() {
            Ok(Self::default())
        } else if length > Self::LIMIT {
            Err(ApiPathError::TooLong(length))
        } else if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            Err(ApiPathError::Ambiguous)
        } else if text.contains('#') {
            Err(ApiPathError::Fragment)
        } else if text.starts_with("http://") || text.starts_with("https://") {
            Err(ApiPathError::Absolute)
        } else {
            let query = text.split_once('?').map(|(_, query)| query);
            match query.and_then(credential_parameter) {
                Some(parameter) => Err(ApiPathError::CredentialInQuery(parameter)),
                None => Ok(Self(text.to_owned())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, ApiPathError>) {
        let found = text.parse::<ApiPath>().map(|path| path.canonical());
        assert_eq!(found, expected.map(str::to_owned), "{text:?}");
    }

    #[test]
    fn parse_with_blank_text_is_default() {
        check("", Ok("/chat/completions"));
        check("  ", Ok("/chat/completions"));
    }

    #[test]
    fn canonical_ignores_outer_slashes_and_keeps_case() {
        check("chat/completions/", Ok("/chat/completions"));
        check("/Chat/completions", Ok("/Chat/completions"));
        check("/c/?api-version=1", Ok("/c?api-version=1"));
    }

    #[test]
    fn canonical_ignores_needless_encoding_dot_segments_and_empty_query() {
        for same in ["/c/d?", "/%63/./d", "x/../c/%64/", "/x/%2e%2e/c/d"] {
            check(same, Ok("/c/d"));
        }
        check("/c%2fd?q=%5f", Ok("/c%2Fd?q=_"));
        check("/../c", Ok("/../c"));
    }

    #[test]
    fn parse_with_url_is_rejected() {
        check("https://h/chat", Err(ApiPathError::Absolute));
        check("/a b", Err(ApiPathError::Ambiguous));
        check("/a#b", Err(ApiPathError::Fragment));
    }

    #[test]
    fn parse_with_invisible_character_is_rejected() {
        assert!(matches!("/\u{202e}chat".parse::<ApiPath>(), Err(ApiPathError::Unprintable(_))));
        assert!(ApiPath::from_stored("/\u{202e}chat").is_ok());
    }

    #[test]
    fn parse_with_credential_in_query_is_rejected() {
        check("/models/m:generate?alt=sse&KEY=x", Err(ApiPathError::CredentialInQuery("key")));
        check("/key", Ok("/key"));
    }
}
