//! Schemas that several APIs share.

pub(crate) mod build;
pub(crate) mod enums;
pub(crate) mod error_responses;
pub(crate) mod object;
pub(crate) mod tag;
pub(crate) mod value;
