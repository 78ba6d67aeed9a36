//! The dialect of `/v1/llms`: GoodMem's API for LLMs, API keys, users and the first start.

mod api_key_answer;
mod api_key_request;
mod api_keys;
mod authority;
pub(super) mod error;
mod list_query;
mod llm_answer;
mod llm_request;
mod llm_schema;
mod llms;
pub(super) mod openapi;
mod ping;
mod ping_answer;
mod ping_request;
mod ping_schema;
mod request_schema;
mod spelling;
mod system;
mod users;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, web};

pub(super) use error::answer as failed;
pub(super) use llm_request::{create as read_creation, update as read_change};
pub(super) use llm_schema::{LlmCreationRequest as LlmBody, LlmUpdateRequest as UpdateLlmBody};

use super::{known, unknown};

/// The routes below `/v1`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(known("/llms", [(Method::GET, web::to(llms::list)), (Method::POST, web::to(llms::create))]))
        .service(known(
            "/llms/{id}",
            [
                (Method::GET, web::to(llms::get)),
                (Method::PUT, web::to(llms::update)),
                (Method::DELETE, web::to(llms::delete)),
            ],
        ))
        .service(known(
            "/apikeys",
            [(Method::GET, web::to(api_keys::list)), (Method::POST, web::to(api_keys::create))],
        ))
        .service(known(
            "/apikeys/{id}",
            [
                (Method::GET, web::to(api_keys::get)),
                (Method::PUT, web::to(api_keys::update)),
                (Method::DELETE, web::to(api_keys::delete)),
            ],
        ))
        .service(known("/ping:once", [(Method::POST, web::to(ping::once))]))
        .service(known("/ping:stream", [(Method::POST, web::to(ping::stream))]))
        .service(known("/users/me", [(Method::GET, web::to(users::me))]))
        .service(known("/users/email/{email}", [(Method::GET, web::to(users::by_email))]))
        .service(known("/users/{id}", [(Method::GET, web::to(users::get))]))
        .service(known("/system/info", [(Method::GET, web::to(system::info))]))
        .service(known("/system/init", [(Method::POST, web::to(system::init))]))
        .default_service(web::to(unknown::path));
}

/// An error in this dialect, for what happens outside of the use cases.
pub(super) fn answer(status: StatusCode, message: &str) -> HttpResponse {
    error::response(status, message)
}
