//! Endpoints: the URL that is called and its canonical form for comparisons.

use std::str::FromStr;

use url::{Host, Url};

use super::api_path::ApiPath;
use super::normal_form::{Component, normalize_encoding, normalize_query};
use super::query::credential_parameter;
use crate::text::{TextError, text_conversions, unprintable_on_one_line};

/// Why an endpoint is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Empty, or nothing but white space.
    #[error("must not be blank")]
    Blank,
    /// Longer than [`Endpoint::LIMIT`].
    #[error("must have at most {} characters, but has {_0}", Endpoint::LIMIT)]
    TooLong(usize),
    /// White space, a control character or a backslash. URL parsers disagree about them.
    #[error("must not contain white space, control characters or backslashes")]
    Ambiguous,
    /// An invisible or misleading character, which could make the URL look like another.
    #[error(transparent)]
    Unprintable(TextError),
    /// Not an absolute URL.
    #[error("must be an absolute URL, such as `https://api.openai.com/v1`")]
    Malformed,
    /// Neither `http` nor `https`.
    #[error("must start with `http://` or `https://`")]
    Scheme,
    /// A user name or password in front of the host.
    #[error("must not contain a user name or password; send the secret as the credential")]
    UserInfo,
    /// A fragment, which is never sent.
    #[error("must not contain a fragment (`#`)")]
    Fragment,
    /// A query parameter that carries a credential at some provider.
    #[error("must not carry a credential in the query parameter `{_0}`; send it as the credential")]
    CredentialInQuery(&'static str),
}

/// The URL that is called: absolute, `http` or `https`, exactly as the user wrote it.
///
/// An endpoint has no user name, no fragment, no credential in the query, and at most 2,048 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Endpoint(String);

text_conversions!(Endpoint, EndpointError);

impl Endpoint {
    /// The maximum length in characters. Common browsers and proxies accept URLs of this length.
    pub const LIMIT: usize = 2048;

    /// The form for comparisons.
    #[must_use]
    pub fn canonical(&self) -> CanonicalEndpoint {
        let url = self.url();
        let path = normalize_encoding(url.path(), Component::Path);
        let (path, query) = (path.trim_end_matches('/'), normalize_query(url.query()));
        CanonicalEndpoint(format!("{}{path}{query}", url.origin().ascii_serialization()))
    }

    /// The URL of one operation below this endpoint: the endpoint's path, then `path`, then both queries.
    /// The scheme, host and port are always those of the endpoint.
    #[must_use]
    pub fn join(&self, path: &ApiPath) -> Url {
        let mut url = self.url();
        let base = url.path().trim_end_matches('/').to_owned();
        let (below, own_query) = path.split();
        let query = match (url.query(), own_query) {
            (Some("") | None, Some(only)) | (Some(only), Some("") | None) => Some(only.to_owned()),
            (Some(left), Some(right)) => Some(format!("{left}&{right}")),
            (None, None) => None,
        };
        url.set_path(&format!("{base}{below}"));
        url.set_query(query.as_deref());
        url
    }

    /// The parsed URL.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not panic: see below")]
    pub fn url(&self) -> Url {
        #[expect(clippy::expect_used, reason = "the constructor parsed this very text")]
        Url::parse(&self.0).expect("an endpoint is a URL")
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let endpoint = Self::from_stored(text)?;
        match unprintable_on_one_line(&endpoint.0) {
            Some(error) => Err(EndpointError::Unprintable(error)),
            None => Ok(endpoint),
        }
    }
}

impl Endpoint {
    /// A stored endpoint, checked by the rule of earlier versions, which allowed invisible characters.
    pub fn from_stored(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        let length = text.chars().count();
        if text.is_empty() {
            return Err(EndpointError::Blank);
        }
        if length > Self::LIMIT {
            return Err(EndpointError::TooLong(length));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(EndpointError::Ambiguous);
        }
        let url = Url::parse(text).map_err(|_| EndpointError::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(EndpointError::Scheme);
        }
        // The URL standard repairs `https:host` and `https:///host`, but a user who wrote them most likely
        // made a mistake. Only the text right after the scheme counts, because the path may contain `://`.
        let rest = text.get(url.scheme().len()..).and_then(|rest| rest.strip_prefix("://"));
        let rest = rest.filter(|rest| !rest.starts_with('/')).ok_or(EndpointError::Malformed)?;
        if matches!(url.host(), None | Some(Host::Domain(""))) {
            return Err(EndpointError::Malformed);
        }
        if rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
            return Err(EndpointError::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(EndpointError::Fragment);
        }
        if let Some(parameter) = url.query().and_then(credential_parameter) {
            return Err(EndpointError::CredentialInQuery(parameter));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The form in which endpoints are compared: scheme and host in lower case (IDNA), no default port, no dot
/// segments, no needless percent-encoding, no trailing slash, no empty query.
///
/// The case of path and query and the order of parameters are kept. So is a dot after the host: a name with
/// it is looked up without search domains, and is another origin.
///
/// For comparisons only; calls use the [`Endpoint`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CanonicalEndpoint(String);

impl CanonicalEndpoint {
    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        text.parse::<Endpoint>().unwrap().canonical().0
    }

    fn check_refused(text: &str, expected: EndpointError) {
        assert_eq!(text.parse::<Endpoint>(), Err(expected), "{text}");
    }

    #[test]
    fn canonical_ignores_host_case_default_port_and_trailing_slash() {
        for same in
            ["https://api.openai.com/v1", "https://api.openai.com/v1/", "HTTPS://API.OpenAI.com:443/v1//"]
        {
            assert_eq!(canonical(same), "https://api.openai.com/v1", "{same}");
        }
        assert_eq!(canonical("http://h:80"), "http://h");
        assert_eq!(canonical("https://bücher.example/"), "https://xn--bcher-kva.example");
    }

    #[test]
    fn canonical_keeps_path_case_query_scheme_and_other_ports() {
        let base = canonical("https://h/v1");
        for other in [
            "https://h/V1",
            "https://h/v1?a=b",
            "https://h/v1?a",
            "http://h/v1",
            "https://h:8443/v1",
            "https://h./v1",
            "https://h//v1",
        ] {
            assert_ne!(canonical(other), base, "{other}");
        }
        assert_ne!(canonical("https://h/?a=1&b=2"), canonical("https://h/?b=2&a=1"));
        assert_ne!(canonical("https://h/a%2Fb"), canonical("https://h/a/b"));
        assert_ne!(canonical("https://h/a?b=%26"), canonical("https://h/a?b=&"));
    }

    #[test]
    fn canonical_ignores_needless_encoding_dot_segments_and_empty_query() {
        for same in [
            "https://h/v1?",
            "https://h/v1/?",
            "https://h/%76%31",
            "https://h/x/../v1",
            "https://h/%2E/v1",
            "https://h/x/%2e%2E/v1/./",
            "https://%48/v1",
        ] {
            assert_eq!(canonical(same), "https://h/v1", "{same}");
        }
        assert_eq!(canonical("https://h/a%2fb?q=%c3%a9%5f"), "https://h/a%2Fb?q=%C3%A9_");
        assert_eq!(canonical("https://h/\u{e9}"), canonical("https://h/%c3%A9"));
        assert_eq!(canonical("https://h/a|b"), canonical("https://h/a%7cb"));
    }

    #[test]
    fn as_str_returns_original_text() {
        let endpoint: Endpoint = "HTTPS://API.OpenAI.com:443/v1/".parse().unwrap();
        assert_eq!(endpoint.as_str(), "HTTPS://API.OpenAI.com:443/v1/");
    }

    #[test]
    fn parse_with_invisible_character_is_rejected() {
        for text in ["https://api.open\u{ad}ai.com/v1", "https://h/\u{202e}1v", "https://h/?a=\u{200b}"] {
            let refused = text.parse::<Endpoint>();
            assert!(matches!(refused, Err(EndpointError::Unprintable(_))), "{text:?}: {refused:?}");
            assert_eq!(Endpoint::from_stored(text).map(String::from), Ok(text.to_owned()));
        }
    }

    #[test]
    fn parse_with_other_than_absolute_web_url_is_rejected() {
        check_refused("", EndpointError::Blank);
        check_refused("not a url", EndpointError::Ambiguous);
        check_refused("notaurl", EndpointError::Malformed);
        check_refused("/v1", EndpointError::Malformed);
        check_refused("https://", EndpointError::Malformed);
        check_refused("https:///v1", EndpointError::Malformed);
        check_refused("https:host", EndpointError::Malformed);
        check_refused("https:/h/://x", EndpointError::Malformed);
        check_refused("https://h:99999/", EndpointError::Malformed);
        check_refused("ftp://h/", EndpointError::Scheme);
        check_refused("file:///etc/passwd", EndpointError::Scheme);
    }

    #[test]
    fn parse_with_credential_is_rejected() {
        check_refused("https://user:pass@h/", EndpointError::UserInfo);
        check_refused("https://@h/", EndpointError::UserInfo);
        check_refused("https:/user:pass@h/://x", EndpointError::Malformed);
        check_refused("https://h/?a=1&Key=x", EndpointError::CredentialInQuery("key"));
        check_refused("https://h/#x", EndpointError::Fragment);
        assert!("https://h/?api-version=2024-10-21".parse::<Endpoint>().is_ok());
        assert!("https://h/a@b".parse::<Endpoint>().is_ok());
    }

    #[test]
    fn join_keeps_path_query_and_origin() {
        let join = |endpoint: &str, path: &str| {
            endpoint.parse::<Endpoint>().unwrap().join(&path.parse().unwrap()).to_string()
        };
        assert_eq!(join("https://h/v1", "/chat/completions"), "https://h/v1/chat/completions");
        assert_eq!(join("https://h/v1/", "chat"), "https://h/v1/chat");
        assert_eq!(join("https://h/d?api-version=1", "/c?x=2"), "https://h/d/c?api-version=1&x=2");
        assert_eq!(join("https://h", "//evil.example/x"), "https://h//evil.example/x");
        assert_eq!(join("https://h", "@evil.example"), "https://h/@evil.example");
        assert_eq!(join("https://h/%76%31", "/%63?%61=1"), "https://h/%76%31/%63?%61=1");
        assert_eq!(join("https://h/v1?", "/c?x=2"), "https://h/v1/c?x=2");
        assert_eq!(join("https://h/v1?a=1", "/c?"), "https://h/v1/c?a=1");
    }
}
