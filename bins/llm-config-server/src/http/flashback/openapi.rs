//! The document of this API.

use utoipa::OpenApi;

use super::super::openapi::complete::complete;
use super::{error, llms, users, validation, workspaces};

pub(super) const LLMS: &str = "AI LLMs";
pub(super) const WORKSPACES: &str = "Workspaces";
pub(super) const USERS: &str = "Organization users";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "llm-config: the Flashback API",
        description = "LLM configurations of workspaces, and who may use them.\n\nEvery answer is JSON; an error is \
            `{\"success\": false, \"message\": …}`. Members of a request that are not described are ignored. Ids that \
            cannot be one do not exist: 404. Every answer carries `x-request-id`."
    ),
    paths(
        llms::create,
        llms::list,
        llms::available,
        llms::stats,
        llms::update,
        llms::delete,
        validation::validate,
        workspaces::create,
        workspaces::list,
        workspaces::get,
        workspaces::rename,
        workspaces::delete,
        workspaces::add_member,
        workspaces::change_member,
        workspaces::remove_member,
        users::create,
        users::list,
        users::get,
        users::update,
        users::delete,
    )
)]
struct Flashback;

/// The document.
pub(in crate::http) fn document() -> utoipa::openapi::OpenApi {
    complete::<error::Body<'_>>(Flashback::openapi())
}
