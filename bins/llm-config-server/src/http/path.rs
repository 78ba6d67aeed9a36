//! Parameters in paths.

use std::fmt::Display;
use std::str::FromStr;

use actix_web::HttpRequest;
use llm_config_core::field::FieldErrors;
use llm_config_service::Parsed;

/// Parses the path parameter `{id}`.
pub(crate) fn id<T: FromStr<Err: Display>>(request: &HttpRequest) -> Parsed<T> {
    parse("id", request.match_info().query("id"), str::parse)
}

/// Converts the text of the path parameter `name`, at which errors are reported.
pub(crate) fn parse<T, E: Display>(
    name: &str,
    text: &str,
    convert: impl FnOnce(&str) -> Result<T, E>,
) -> Parsed<T> {
    convert(text).map_err(|error| FieldErrors::one(name, error))
}

/// Parses the path parameter `name`; `None` if it is not an id.
pub(crate) fn try_id<T: FromStr>(request: &HttpRequest, name: &str) -> Option<T> {
    request.match_info().query(name).parse().ok()
}
