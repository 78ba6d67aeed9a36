//! Why a request got no good answer, before a dialect puts it into words.

use std::error;

use actix_web::HttpRequest;
use llm_config_service::{Dependents, Error, Problems, Unfit};

use super::json::BodyError;
use super::log::RequestId;

/// Why a request got no good answer.
pub(super) enum Failure {
    /// A use case did not happen.
    Service(Error),
    /// The body could not be had.
    Body(BodyError),
    /// Two different tokens were sent: it is not for the server to choose.
    TwoTokens,
}

impl Failure {
    /// Writes into the log why the registry is away: the caller is told only that it is.
    pub(super) fn log_unavailable(request: &HttpRequest, error: &dyn error::Error) {
        let request_id = RequestId::text(request);
        tracing::warn!(request_id, error = %error, "the registry is unavailable");
    }

    /// Writes a fault of ours into the log. Returns all that the caller learns about it.
    pub(super) fn log_internal(request: &HttpRequest, error: &dyn error::Error) -> String {
        let request_id = RequestId::text(request);
        let source = error.source().map(ToString::to_string);
        tracing::error!(request_id, error = %error, source, "internal error");
        internal_error(&request_id)
    }
}

/// What is wrong with a request that is about another state of an object, to be read after its name.
pub(super) const CHANGED: &str =
    "was changed since it was last read, or `If-Match` does not match it; read it again";

/// What keeps an object from being deleted, to be read after its name.
pub(super) fn still_holds(holding: &Dependents) -> String {
    match holding {
        Dependents::Named(names) => format!("still holds configurations: {}", names.join(", ")),
        Dependents::Unnamed => "still holds configurations, which this token may not list".to_owned(),
        Dependents::Other => "is still in use".to_owned(),
    }
}

/// All that a caller learns about a fault of ours.
pub(super) fn internal_error(request_id: &str) -> String {
    format!("internal error; the server's log has the details under the request id {request_id}")
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Service(problems.into())
    }
}

impl From<Unfit> for Failure {
    fn from(unfit: Unfit) -> Self {
        Self::Service(unfit.into())
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}
