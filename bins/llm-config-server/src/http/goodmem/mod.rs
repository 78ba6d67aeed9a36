//! The GoodMem API (`/v1`): LLMs, API keys, pings, users and the initialisation.

pub(crate) mod api_keys;
pub(crate) mod error;
mod field_names;
pub(crate) mod llms;
mod path_params;
pub(crate) mod ping;
mod system;
mod tags;
mod users;

use actix_web::web;
use utoipa::openapi::OpenApi;

use crate::http::resource::{Operation, register};
use crate::http::schema::build::{Introduction, build};

/// Every operation, in the order of the `OpenAPI` document.
pub(crate) fn operations() -> Vec<Operation> {
    let resources = [
        llms::operations(),
        api_keys::operations(),
        ping::operations(),
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
    let introduction = Introduction {
        title: "llm-config: the GoodMem API",
        description: "LLM configurations of single owners, and the API keys of this server.\n\nErrors are \
         `{\"error\": …, \"code\": …}`. Bodies are closed: a member that is not described is refused. In \
         requests, null is the same as leaving a member out. Every response carries `x-request-id`.",
        tags: &[tags::ALL],
    };
    build::<error::Body<'_>>(&introduction, &operations())
}
