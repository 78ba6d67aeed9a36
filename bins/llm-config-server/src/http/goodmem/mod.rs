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
mod request_schema;
mod spelling;
mod system;
mod users;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::{known, unknown};

/// The routes below `/v1`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    let path = web::resource;
    config
        .service(known(path("/llms").route(web::post().to(llms::create)).route(web::get().to(llms::list))))
        .service(known(
            path("/llms/{id}")
                .route(web::get().to(llms::get))
                .route(web::put().to(llms::update))
                .route(web::delete().to(llms::delete)),
        ))
        .service(known(
            path("/apikeys").route(web::post().to(api_keys::create)).route(web::get().to(api_keys::list)),
        ))
        .service(known(
            path("/apikeys/{id}")
                .route(web::get().to(api_keys::get))
                .route(web::put().to(api_keys::update))
                .route(web::delete().to(api_keys::delete)),
        ))
        .service(known(path("/users/me").route(web::get().to(users::me))))
        .service(known(path("/users/email/{email}").route(web::get().to(users::by_email))))
        .service(known(path("/users/{id}").route(web::get().to(users::get))))
        .service(known(path("/system/info").route(web::get().to(system::info))))
        .service(known(path("/system/init").route(web::post().to(system::init))))
        .default_service(web::to(unknown::path));
}

/// An error in this dialect, for what happens outside of the use cases.
pub(super) fn answer(status: StatusCode, message: &str) -> HttpResponse {
    error::response(status, message)
}
