//! `/health`, `/ready` and `/metrics`, for monitoring systems.

pub(crate) mod counters;
mod exposition;
mod health;
mod metrics;
mod ready;
pub(crate) mod tags;

use actix_web::http::Method;
use actix_web::web;

use crate::http::resource::{MethodRoute, Operation, operations, register, resource};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![health, ready, metrics].into_iter().map(Operation::with_any_query).collect()
}

/// The routes of the main server.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    register(config, "", operations());
}

/// `/metrics` without a token, on a separate address that the operator protects.
pub(crate) fn open_routes(config: &mut web::ServiceConfig) {
    let method = MethodRoute::new(Method::GET, web::to(metrics::without_token));
    config.service(resource("/metrics", "", vec![method]));
}
