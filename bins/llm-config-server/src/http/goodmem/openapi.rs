//! The document of this API.

use utoipa::OpenApi;

use super::super::openapi::complete::{close, complete};
use super::llm_schema::{LlmCreationRequest, LlmUpdateRequest};
use super::request_schema::{CreateApiKeyRequest, UpdateApiKeyRequest};
use super::{api_keys, error, llms, ping, system, users};

pub(super) const LLMS: &str = "LLMs";
pub(super) const KEYS: &str = "API keys";
pub(super) const PING: &str = "Ping";
pub(super) const USERS: &str = "Users";
pub(super) const SYSTEM: &str = "System";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "llm-config: the GoodMem API",
        description = "LLM configurations of single owners, and the keys that this server is used with.\n\nErrors are \
            `{\"error\": …, \"code\": …}`. Bodies are closed: a member that is not described is refused. In requests, \
            null is the same as leaving a member out. Every answer carries `x-request-id`."
    ),
    paths(
        llms::create,
        llms::list,
        llms::get,
        llms::update,
        llms::delete,
        api_keys::create,
        api_keys::list,
        api_keys::get,
        api_keys::update,
        api_keys::delete,
        ping::once,
        ping::stream,
        users::me,
        users::by_email,
        users::get,
        system::info,
        system::init,
    )
)]
struct Goodmem;

/// The document.
pub(in crate::http) fn document() -> utoipa::openapi::OpenApi {
    let mut document = complete::<error::Body<'_>>(Goodmem::openapi());
    close::<LlmCreationRequest>(&mut document);
    close::<LlmUpdateRequest>(&mut document);
    close::<CreateApiKeyRequest>(&mut document);
    close::<UpdateApiKeyRequest>(&mut document);
    document
}
