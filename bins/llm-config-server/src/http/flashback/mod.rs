//! The dialect of `/ai/llm`: Flashback's API for LLM configurations of workspaces, and the parts
//! of it that give people access: workspaces and users.

pub(super) mod error;
mod llm_answer;
mod llm_request;
mod llms;
pub(super) mod openapi;
mod people_request;
mod request_schema;
mod spelling;
mod users;
mod validation;
mod workspaces;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, web};
use llm_config_service::Error;

pub(super) use llm_answer::rfc3339;
pub(super) use llm_request::{create as read_creation, update as read_change};
pub(super) use request_schema::{CreateAiLlm as AiLlmBody, UpdateAiLlm as UpdateAiLlmBody};

use super::known;

/// The routes, at the root of the server.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(known(
            "/ai/llm",
            [(Method::GET, web::to(llms::list)), (Method::POST, web::to(llms::create))],
        ))
        // Before `{id}`, which would take these words for ids.
        .service(known(
            "/ai/llm/available",
            [
                (Method::GET, web::to(llms::available)),
                (Method::PUT, web::to(llms::no_such)),
                (Method::DELETE, web::to(llms::no_such)),
            ],
        ))
        .service(known(
            "/ai/llm/stats",
            [
                (Method::GET, web::to(llms::stats)),
                (Method::PUT, web::to(llms::no_such)),
                (Method::DELETE, web::to(llms::no_such)),
            ],
        ))
        .service(known(
            "/ai/llm/{id}",
            [(Method::PUT, web::to(llms::update)), (Method::DELETE, web::to(llms::delete))],
        ))
        .service(known("/ai/llm/{id}/validate", [(Method::POST, web::to(validation::validate))]))
        .service(known(
            "/workspace",
            [(Method::GET, web::to(workspaces::list)), (Method::POST, web::to(workspaces::create))],
        ))
        .service(known(
            "/workspace/{id}",
            [
                (Method::GET, web::to(workspaces::get)),
                (Method::PUT, web::to(workspaces::rename)),
                (Method::DELETE, web::to(workspaces::delete)),
            ],
        ))
        .service(known("/workspace/{id}/users", [(Method::POST, web::to(workspaces::add_member))]))
        .service(known(
            "/workspace/{id}/users/{userId}",
            [
                (Method::PUT, web::to(workspaces::change_member)),
                (Method::DELETE, web::to(workspaces::remove_member)),
            ],
        ))
        .service(known(
            "/organization/users",
            [(Method::GET, web::to(users::list)), (Method::POST, web::to(users::create))],
        ))
        .service(known(
            "/organization/users/{id}",
            [
                (Method::GET, web::to(users::get)),
                (Method::PUT, web::to(users::update)),
                (Method::DELETE, web::to(users::delete)),
            ],
        ));
}

/// An error in this dialect, for what happens outside of the use cases.
pub(super) fn answer(status: StatusCode, message: &str) -> HttpResponse {
    error::response(status, message)
}

/// The error with the fields of broken rules as this API names them, for routes that take its
/// bodies.
pub(super) fn spelled(error: Error) -> Error {
    if let Error::Invalid(violations) = error { error::spelled(violations).into() } else { error }
}
