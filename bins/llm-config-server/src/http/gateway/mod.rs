//! The APIs that applications call models through: those of OpenAI, Anthropic and Gemini.
//!
//! Each has two base URLs: below `/openai/v1`, `/anthropic` and `/gemini` the model of a request names the
//! configuration, and below `/llm-config/v1/configs/{id}` the URL does.

mod auth;
mod body;
mod calls;
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

/// The routes. They precede those of `/llm-config/v1`, whose scope contains some of them.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    register(config, "", operations());
}
