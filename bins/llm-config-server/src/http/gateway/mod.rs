//! The APIs that applications call models through: those of OpenAI, Anthropic and Gemini.
//!
//! Each has two base URLs: below `/openai/v1`, `/anthropic` and `/gemini` the model of a request names the
//! configuration, and below `/llm-config/v1/configs/{id}` the URL does.

mod auth;
mod body;
mod calls;
mod client_retry;
mod client_wait;
pub(crate) mod document;
pub(super) mod error;
mod forward;
mod listing;
mod models;
pub(crate) mod tags;
mod target;

use actix_web::web;

use crate::http::resource::{Operation, register};

/// Every operation, in the order of the `OpenAPI` document.
pub(crate) fn operations() -> Vec<Operation> {
    let operations = calls::operations().into_iter().chain(models::operations());
    // The clients of Gemini leave the slash of `name/model` as it is.
    operations.map(|operation| operation.with_any_query().with_slashes_in("model")).collect()
}

/// The base URLs below which the model of a request names the configuration.
const BASES: [&str; 3] = ["/openai/v1", "/anthropic", "/gemini"];

/// The routes of these base URLs.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    for base in BASES {
        config.service(web::scope(base).configure(|config| register_below(config, base)));
    }
}

/// The routes below the URL of a configuration, in the scope `/llm-config/v1`.
pub(crate) fn routes_of_configs(config: &mut web::ServiceConfig) {
    register_below(config, "/llm-config/v1");
}

fn register_below(config: &mut web::ServiceConfig, scope: &str) {
    let below = operations().into_iter().filter(|operation| operation.is_below(scope));
    register(config, scope, below.collect());
}
