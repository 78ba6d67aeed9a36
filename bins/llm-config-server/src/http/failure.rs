//! Why a request got no good answer, before a dialect puts it into words.

use super::json::BodyError;
use crate::service::{Error, Problems, Unfit};

/// Why a request got no good answer.
pub(super) enum Failure {
    /// A use case did not happen.
    Service(Error),
    /// The body could not be had.
    Body(BodyError),
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
