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
mod workspaces;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::known;
use crate::service::Error;

/// The routes, at the root of the server.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    let path = web::resource;
    config
        .service(known(path("/ai/llm").route(web::post().to(llms::create)).route(web::get().to(llms::list))))
        // Before `{id}`, which would take these words for ids.
        .service(known(
            path("/ai/llm/available")
                .route(web::get().to(llms::available))
                .route(web::put().to(llms::no_such))
                .route(web::delete().to(llms::no_such)),
        ))
        .service(known(
            path("/ai/llm/stats")
                .route(web::get().to(llms::stats))
                .route(web::put().to(llms::no_such))
                .route(web::delete().to(llms::no_such)),
        ))
        .service(known(
            path("/ai/llm/{id}").route(web::put().to(llms::update)).route(web::delete().to(llms::delete)),
        ))
        .service(known(
            path("/workspace")
                .route(web::post().to(workspaces::create))
                .route(web::get().to(workspaces::list)),
        ))
        .service(known(
            path("/workspace/{id}")
                .route(web::get().to(workspaces::get))
                .route(web::put().to(workspaces::rename))
                .route(web::delete().to(workspaces::delete)),
        ))
        .service(known(path("/workspace/{id}/users").route(web::post().to(workspaces::add_member))))
        .service(known(
            path("/workspace/{id}/users/{userId}")
                .route(web::put().to(workspaces::change_member))
                .route(web::delete().to(workspaces::remove_member)),
        ))
        .service(known(
            path("/organization/users")
                .route(web::post().to(users::create))
                .route(web::get().to(users::list)),
        ))
        .service(known(
            path("/organization/users/{id}")
                .route(web::get().to(users::get))
                .route(web::put().to(users::update))
                .route(web::delete().to(users::delete)),
        ));
}

/// An error in this dialect, for what happens outside of the use cases.
pub(super) fn answer(status: StatusCode, message: &str) -> HttpResponse {
    error::response(status, message)
}

/// The answer to a use case that did not happen, for routes of no dialect.
pub(super) fn failed(request: &HttpRequest, error: Error) -> HttpResponse {
    error::answer(request, error.into())
}
