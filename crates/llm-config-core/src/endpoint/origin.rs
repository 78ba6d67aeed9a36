//! The origin of an endpoint.

use std::fmt;
use std::str::FromStr;

use super::address::{Endpoint, EndpointError};

impl Endpoint {
    /// Scheme, host and port. A credential may be bound to less: see [`origin_of`](super::origin_of).
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin(self.url().origin().ascii_serialization())
    }
}

/// Why a text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// The text is not an endpoint.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The endpoint has a path or a query.
    #[error("must be only scheme, host and port, such as `https://api.openai.com`")]
    Path,
    /// The host is divided by path, and the path is not exactly the customer's.
    #[error(
        "must end with the {_0} segments of the path that name the customer, because the host serves many"
    )]
    Customer(usize),
}

/// Scheme, host and port of an endpoint in canonical form: `https://api.openai.com`.
///
/// On hosts that are divided by path it also contains the customer's part of the path; see
/// [`origin_of`](crate::endpoint::origin_of).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// The origin's text, without a default port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the origin contains a customer's part of the path.
    pub(crate) fn has_customer(&self) -> bool {
        self.0.split_once("://").is_some_and(|(_, rest)| rest.contains('/'))
    }

    pub(crate) fn with_customer(mut self, path: &str) -> Self {
        self.0.push_str(path);
        self
    }
}

/// Accepts every spelling of an endpoint without a path and a query.
impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let endpoint: Endpoint = text.parse()?;
        let url = endpoint.url();
        if url.path() != "/" || url.query().is_some() {
            return Err(OriginError::Path);
        }
        Ok(endpoint.origin())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_with_path_is_rejected() {
        let origin = |text: &str| text.parse::<Origin>().map(|origin| origin.to_string());
        assert_eq!(origin("HTTPS://API.OpenAI.com:443/"), Ok("https://api.openai.com".to_owned()));
        assert_eq!(origin("https://api.openai.com/v1"), Err(OriginError::Path));
        assert_eq!(origin("https://api.openai.com?a=b"), Err(OriginError::Path));
        assert_eq!(origin("api.openai.com"), Err(OriginError::Endpoint(EndpointError::Malformed)));
    }
}
