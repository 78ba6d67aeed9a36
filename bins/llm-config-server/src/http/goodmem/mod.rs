//! The API `/v1`: GoodMem's API for LLMs, API keys, users and the initialisation.

mod api_key_answer;
mod api_key_request;
mod api_keys;
mod authority;
pub(crate) mod error;
mod field_names;
mod list_query;
pub(crate) mod llms;
mod path_params;
mod ping;
mod ping_answer;
mod ping_request;
mod ping_schema;
mod request_schema;
mod system;
mod tags;
mod users;

use actix_web::web;
use utoipa::openapi::OpenApi;

use crate::http::resource::{Operation, register};
use crate::http::schema::build::build;

/// Every operation, in the order of the document.
fn operations() -> Vec<Operation> {
    let resources = [
        llms::operations(),
        vec![
            Operation::new::<api_keys::__path_create>(web::to(api_keys::create)),
            Operation::new::<api_keys::__path_list>(web::to(api_keys::list)),
            Operation::new::<api_keys::__path_get>(web::to(api_keys::get)),
            Operation::new::<api_keys::__path_update>(web::to(api_keys::update)),
            Operation::new::<api_keys::__path_delete>(web::to(api_keys::delete)),
            Operation::new::<ping::__path_once>(web::to(ping::once)),
            Operation::new::<ping::__path_stream>(web::to(ping::stream)),
        ],
        users::operations(),
        system::operations(),
    ];
    resources.into_iter().flatten().collect()
}

/// The routes below `/v1`.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    register(config, "/v1", operations());
}

/// The document of this API.
pub(crate) fn document() -> OpenApi {
    build::<error::Body<'_>>(
        "llm-config: the GoodMem API",
        "LLM configurations of single owners, and the keys that this server is used with.\n\nErrors are \
         `{\"error\": …, \"code\": …}`. Bodies are closed: a member that is not described is refused. In \
         requests, null is the same as leaving a member out. Every response carries `x-request-id`.",
        &operations(),
    )
}
