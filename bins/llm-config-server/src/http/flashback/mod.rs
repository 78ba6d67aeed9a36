//! The Flashback API: configurations of workspaces (`/ai/llm`), workspaces (`/workspace`) and users
//! (`/organization/users`).

mod deleted;
pub(crate) mod error;
mod field_names;
pub(crate) mod llms;
mod path_params;
mod tags;
mod unsupported;
pub(crate) mod users;
pub(crate) mod workspaces;

use actix_web::web;
use utoipa::openapi::OpenApi;

use crate::http::resource::{Operation, register};
use crate::http::schema::build::{Introduction, build};

/// Every documented operation, in the order of the `OpenAPI` document.
pub(crate) fn operations() -> Vec<Operation> {
    [llms::operations(), workspaces::operations(), users::operations()].into_iter().flatten().collect()
}

/// The routes, at the root of the server.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    let operations = operations().into_iter().chain(llms::hidden_operations()).collect();
    register(config, "", operations);
}

/// The document of this API.
pub(crate) fn document() -> OpenApi {
    let introduction = Introduction {
        title: "llm-config: the Flashback API",
        description: "LLM configurations of workspaces, and who may use them.\n\nEvery response is JSON; \
            an error is `{\"success\": false, \"message\": …}`. Members of a request that are not \
            described are ignored. The response to an id in the path that is not a UUID is the same as to \
            an unknown id: 404. Every response carries `x-request-id`.",
        tags: &[tags::ALL],
    };
    build::<error::Body<'_>>(&introduction, &operations())
}
