//! Parameters in paths.

use std::fmt::Display;
use std::str::FromStr;

use actix_web::HttpRequest;
use llm_config_core::field::FieldErrors;
use llm_config_service::Parsed;

/// The id in the path, as `{id}`.
pub(crate) fn id<T: FromStr<Err: Display>>(request: &HttpRequest) -> Parsed<T> {
    read("id", request.match_info().query("id"), str::parse)
}

/// The value that `read` makes of a text from the path, with errors reported at `name`.
pub(crate) fn read<T, E: Display>(
    name: &str,
    text: &str,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Parsed<T> {
    read(text).map_err(|error| FieldErrors::one(name, error))
}

/// The id in the path, as `{name}`; `None` for a text that is not an id.
pub(crate) fn known_id<T: FromStr>(request: &HttpRequest, name: &str) -> Option<T> {
    request.match_info().query(name).parse().ok()
}
