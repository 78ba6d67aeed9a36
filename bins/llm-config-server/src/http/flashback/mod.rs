//! The dialect of `/ai/llm`: Flashback's API for LLM configurations of workspaces, and the parts
//! of it that give people access: workspaces and users.

pub(crate) mod error;
mod field_names;
mod llm_answer;
mod llm_request;
mod llms;
mod people_request;
mod request_schema;
mod tags;
mod users;
mod validation;
mod workspaces;

use actix_web::http::Method;
use actix_web::web;
use llm_config_service::Error;
use utoipa::openapi::OpenApi;

pub(super) use llm_answer::rfc3339;
pub(super) use llm_request::{create as read_creation, update as read_change};
pub(super) use request_schema::{CreateAiLlm as AiLlmBody, UpdateAiLlm as UpdateAiLlmBody};

use crate::http::resource::{Operation, register};
use crate::http::schema::build::build;

/// Every operation, in the order of the document.
fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<llms::__path_create>(web::to(llms::create)),
        Operation::new::<llms::__path_list>(web::to(llms::list)),
        Operation::new::<llms::__path_available>(web::to(llms::available)),
        Operation::new::<llms::__path_stats>(web::to(llms::stats)),
        Operation::new::<llms::__path_update>(web::to(llms::update)),
        Operation::new::<llms::__path_delete>(web::to(llms::delete)),
        Operation::new::<validation::__path_validate>(web::to(validation::validate)),
        Operation::new::<workspaces::__path_create>(web::to(workspaces::create)),
        Operation::new::<workspaces::__path_list>(web::to(workspaces::list)),
        Operation::new::<workspaces::__path_get>(web::to(workspaces::get)),
        Operation::new::<workspaces::__path_rename>(web::to(workspaces::rename)),
        Operation::new::<workspaces::__path_delete>(web::to(workspaces::delete)),
        Operation::new::<workspaces::__path_add_member>(web::to(workspaces::add_member)),
        Operation::new::<workspaces::__path_change_member>(web::to(workspaces::change_member)),
        Operation::new::<workspaces::__path_remove_member>(web::to(workspaces::remove_member)),
        Operation::new::<users::__path_create>(web::to(users::create)),
        Operation::new::<users::__path_list>(web::to(users::list)),
        Operation::new::<users::__path_get>(web::to(users::get)),
        Operation::new::<users::__path_update>(web::to(users::update)),
        Operation::new::<users::__path_delete>(web::to(users::delete)),
    ]
}

/// The routes, at the root of the server.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    // These words are registered before `{id}`, which has other methods.
    let words = ["/ai/llm/available", "/ai/llm/stats"];
    let not_ids = words.into_iter().flat_map(|path| {
        [Method::PUT, Method::DELETE].map(|method| Operation::hidden(method, path, web::to(llms::no_such)))
    });
    register(config, "", operations().into_iter().chain(not_ids).collect());
}

/// The document of this API.
pub(crate) fn document() -> OpenApi {
    build::<error::Body<'_>>(
        "llm-config: the Flashback API",
        "LLM configurations of workspaces, and who may use them.\n\nEvery response is JSON; an error is \
         `{\"success\": false, \"message\": …}`. Members of a request that are not described are ignored. Ids that \
         cannot be one do not exist: 404. Every response carries `x-request-id`.",
        &operations(),
    )
}

/// The error with the fields of broken rules as this API names them, for routes that take its
/// bodies.
pub(super) fn spelled(error: Error) -> Error {
    if let Error::Invalid(violations) = error { error::spelled(violations).into() } else { error }
}
