//! The header that carries an API key, and the prefix of its value.

use std::borrow::Cow;
use std::str::FromStr;

use crate::text::{TextRule, text_conversions, text_of_rule};

/// Why a header name is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderNameError {
    /// Not a token of RFC 9110 §5.6.2, or longer than [`HeaderName::LIMIT`].
    #[error("must be an HTTP header name of at most {} characters, such as `x-api-key`", HeaderName::LIMIT)]
    Malformed,
    /// A header that frames, routes or describes the request.
    #[error("must not be a header that the request itself needs, such as `host` or `content-length`")]
    Reserved,
}

/// The header that carries an API key. Comparisons ignore case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderName(String);

text_conversions!(HeaderName, HeaderNameError);

impl HeaderName {
    /// The maximum length in characters.
    pub const LIMIT: usize = 128;

    /// Headers whose value decides the meaning, the sender or the destination of a request.
    const RESERVED: &[&str] = &[
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "forwarded",
        "host",
        "keep-alive",
        "metadata",
        "metadata-flavor",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "true-client-ip",
        "upgrade",
        "via",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-http-method",
        "x-http-method-override",
        "x-identity-header",
        "x-method-override",
        "x-real-ip",
        "x-rewrite-url",
    ];

    /// Prefixes of such headers: those that proxies read, and those that cloud metadata services and Vault
    /// require.
    const RESERVED_FAMILIES: &[&str] = &[
        "cf-access-",
        "cf-connecting-",
        "fastly-",
        "proxy-",
        "sec-",
        "x-aliyun-",
        "x-amz-",
        "x-aws-ec2-metadata-token",
        "x-azure-",
        "x-envoy-",
        "x-forwarded",
        "x-goog-iap-",
        "x-ms-client-principal",
        "x-original-",
        "x-remote-",
        "x-vault-",
    ];

    /// `Authorization`.
    #[must_use]
    pub fn authorization() -> Self {
        Self("Authorization".to_owned())
    }

    /// A name from a stored credential. It may be a reserved name, stored before that rule; no call sends it.
    pub fn from_stored(text: &str) -> Result<Self, HeaderNameError> {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if text.is_empty() || text.len() > Self::LIMIT || !text.chars().all(is_token) {
            return Err(HeaderNameError::Malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether a header decides the meaning, the sender or the destination of a request. No call sends a key,
    /// or any value that a user chose, in such a header.
    #[must_use]
    pub fn is_reserved(name: &str) -> bool {
        // Some proxies and gateways treat `_` and `-` as equal.
        let plain = if name.bytes().any(|byte| byte == b'_' || byte.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase().replace('_', "-"))
        } else {
            Cow::Borrowed(name)
        };
        Self::RESERVED.contains(&plain.as_ref())
            || Self::RESERVED_FAMILIES.iter().any(|family| plain.starts_with(family))
    }

    /// The name in lower case, for comparisons.
    #[must_use]
    pub fn to_lower(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for HeaderName {
    type Err = HeaderNameError;

    fn from_str(text: &str) -> Result<Self, HeaderNameError> {
        let name = Self::from_stored(text.trim())?;
        if Self::is_reserved(&name.0) { Err(HeaderNameError::Reserved) } else { Ok(name) }
    }
}

/// The text before an API key in its header, such as `Bearer ` with its space.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderPrefix(String);

text_of_rule!(HeaderPrefix, TextRule { limit: 64, multi_line: false, keep_outer_space: true });

impl HeaderPrefix {
    /// The text that is sent. White space alone means no prefix at all: a server cannot tell the two apart,
    /// because white space around a value does not belong to it (RFC 9110 §5.5).
    #[must_use]
    pub fn sent(&self) -> &str {
        if self.0.trim().is_empty() { "" } else { &self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_stored_with_reserved_name_is_accepted() {
        assert!(HeaderName::from_stored("X_Forwarded_For").is_ok());
        assert_eq!(HeaderName::from_stored("a b"), Err(HeaderNameError::Malformed));
    }

    #[test]
    fn parse_with_malformed_or_reserved_name_is_rejected() {
        for good in ["x-api-key", "cf-aig-authorization", "x-goog-api-key", "Ocp-Apim-Subscription-Key"] {
            assert!(good.parse::<HeaderName>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "a:b", "a\r\nb", "é"] {
            assert_eq!(bad.parse::<HeaderName>(), Err(HeaderNameError::Malformed), "{bad:?}");
        }
        for bad in HeaderName::RESERVED {
            assert_eq!(bad.parse::<HeaderName>(), Err(HeaderNameError::Reserved), "{bad:?}");
        }
        for bad in [
            "Host",
            "Proxy-Authorization",
            "X-Aliyun-ECS-Metadata-Token",
            "X-Amz-Security-Token",
            "X-AWS-EC2-Metadata-Token-TTL-Seconds",
            "X-Forwarded",
            "X-Forwarded-For",
            "X-Cluster-Client-IP",
            "X_Cluster_Client_Ip",
            "X-Envoy-External-Address",
            "X-Remote-User",
            "X_Remote_User",
            "X-Goog-IAP-JWT-Assertion",
            "X-Azure-ClientIP",
            "X-MS-Client-Principal-Name",
            "Sec-Fetch-Site",
            "CF-Access-Jwt-Assertion",
            "Range",
            "X_Forwarded_For",
            "Fastly-Client-IP",
            "X-Original-Host",
            "X-Real-IP",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-HTTP-Method-Override",
            "X-Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-Identity-Header",
            "X-Vault-Request",
            "X-Vault-Token",
        ] {
            assert_eq!(bad.parse::<HeaderName>(), Err(HeaderNameError::Reserved), "{bad:?}");
        }
    }
}
