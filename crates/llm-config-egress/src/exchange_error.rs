//! The error of a request without a response, with its cause.

use hyper_util::client::legacy::Error;

/// Why a request has no response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    /// The HTTP library has none.
    #[error(transparent)]
    Library(#[from] Error),
    /// The server sent more than one interim response.
    #[error("the server sent more than one interim response (1xx)")]
    InterimResponses,
}

impl ExchangeError {
    pub(crate) fn is_connect(&self) -> bool {
        match self {
            Self::Library(error) => error.is_connect(),
            Self::InterimResponses => false,
        }
    }
}
