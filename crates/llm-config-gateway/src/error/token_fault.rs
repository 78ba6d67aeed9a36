//! The reasons for which a request is not authenticated.

/// Why a request is not authenticated. Neither a token nor a part of it is in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// No header has a token.
    #[error("no token; send one as `Authorization: Bearer`, `x-api-key`, `x-goog-api-key` or `api-key`")]
    Missing,
    /// The token is unknown, expired or revoked, or its header cannot be read.
    #[error("the token is unknown, expired or revoked")]
    Unknown,
    /// One header occurs twice.
    #[error("the header `{name}` occurs twice with different tokens; send one token only")]
    RepeatedHeader {
        /// The name of the header.
        name: &'static str,
    },
    /// Two headers have different tokens: a client for which two variables are set sends both.
    #[error("the headers `{first}` and `{second}` have different tokens; send one token only")]
    TwoTokens {
        /// The name of the one header.
        first: &'static str,
        /// The name of the other header.
        second: &'static str,
    },
}
