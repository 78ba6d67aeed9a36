//! Middleware: code that runs before and after the handlers of all requests.

pub(crate) mod access_log;
pub(crate) mod catch_panic;
pub(crate) mod headers;
