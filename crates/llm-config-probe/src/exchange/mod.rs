//! One request and its answer, as checks see them.

mod answer;
mod error_body;
mod known_codes;
mod request;

pub(crate) use answer::Answer;
pub(crate) use error_body::ErrorBody;
pub(crate) use request::Request;
