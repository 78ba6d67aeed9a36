//! Parameters in this API's paths. The error for a text that is not an id is the same as for an unknown id.

use actix_web::HttpRequest;
use llm_config_core::id::{ConfigId, PrincipalId, WorkspaceId};
use llm_config_service::Error;
use utoipa::IntoParams;

use crate::http::path::try_id;

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "for the document; the functions of this module read the parameter")]
pub(crate) struct ById {
    /// The id. A text that is not a UUID is an unknown id: 404.
    #[param(format = Uuid)]
    id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path, rename_all = "camelCase")]
#[expect(dead_code, reason = "for the document; the functions of this module read the parameters")]
pub(crate) struct ByMember {
    /// The workspace's id.
    #[param(format = Uuid)]
    id: String,
    /// The member's user id.
    #[param(format = Uuid)]
    user_id: String,
}

/// The configuration's id in `/ai/llm/{id}`.
pub(crate) fn config_id(request: &HttpRequest) -> Result<ConfigId, Error> {
    try_id(request, "id").ok_or(Error::NotFound("configuration"))
}

/// The workspace's id in `/workspace/{id}`.
pub(crate) fn workspace_id(request: &HttpRequest) -> Result<WorkspaceId, Error> {
    try_id(request, "id").ok_or(Error::NotFound("workspace"))
}

/// The member's id in `/workspace/{id}/users/{userId}`.
pub(crate) fn member_id(request: &HttpRequest) -> Result<PrincipalId, Error> {
    try_id(request, "userId").ok_or(Error::NotFound("member"))
}

/// The user's id in `/organization/users/{id}`.
pub(crate) fn user_id(request: &HttpRequest) -> Result<PrincipalId, Error> {
    try_id(request, "id").ok_or(Error::NotFound("user"))
}
