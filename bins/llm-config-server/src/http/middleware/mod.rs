//! What happens to every request, around its handler.

pub(crate) mod access_log;
pub(crate) mod catch_panic;
pub(crate) mod headers;
