//! Parts of a request's head: ids in paths, parameters in queries.

use std::str::FromStr;

use actix_web::HttpRequest;

use crate::service::{Problem, Problems};

/// The id in the path, as `{id}`.
pub(super) fn id<T: FromStr<Err: std::fmt::Display>>(request: &HttpRequest) -> Result<T, Problems> {
    parsed("id", request.match_info().query("id"))
}

/// The part of the path that the route calls `name`, decoded.
pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, Problems> {
    text.parse().map_err(|error: T::Err| {
        Problems(vec![Problem { field: name.to_owned(), message: error.to_string() }])
    })
}

/// The query's parameters, decoded: `+` and `%20` are spaces, `%5B` a bracket.
pub(super) fn query(request: &HttpRequest) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect()
}
