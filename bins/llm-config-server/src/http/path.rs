//! Parts of a request's head: ids in paths, parameters in queries.

use llm_config_core::field::FieldErrors;
use llm_config_service::Parsed;
use std::str::FromStr;

use actix_web::HttpRequest;

/// The id in the path, as `{id}`.
pub(crate) fn id<T: FromStr<Err: std::fmt::Display>>(request: &HttpRequest) -> Parsed<T> {
    parsed("id", request.match_info().query("id"))
}

/// The part of the path that the route calls `name`, decoded.
pub(crate) fn parsed<T: FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Parsed<T> {
    read(name, text, str::parse)
}

/// As [`parsed`], by another rule than that for what is new.
pub(crate) fn read<T, E: std::fmt::Display>(
    name: &str,
    text: &str,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Parsed<T> {
    read(text).map_err(|error| FieldErrors::one(name, error))
}

/// The query's parameters, decoded: `+` and `%20` are spaces, `%5B` a bracket.
pub(crate) fn query(request: &HttpRequest) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect()
}

/// The id in the path, where one that cannot be an id is one that does not exist.
pub(crate) fn known_id<T: FromStr>(request: &HttpRequest, name: &str) -> Option<T> {
    request.match_info().query(name).parse().ok()
}
