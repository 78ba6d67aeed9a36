//! `GET /organization/users`

use actix_web::web::{Data, Json};
use llm_config_service::Service;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::tags;
use crate::http::flashback::users::user::OrgUser;

/// A list of users.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrgUserList {
    /// Always true.
    success: bool,
    total: usize,
    data: Vec<OrgUser>,
}

/// Lists the users whom the caller can see.
///
/// Administrators and owners see all users, other callers themselves and the members of their workspaces.
#[utoipa::path(
    get, path = "/organization/users", operation_id = "getOrganizationUsers", tag = tags::USERS,
    responses((status = 200, body = OrgUserList))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    service: Data<Service>,
) -> Result<Json<OrgUserList>, RequestError> {
    let users = service.list_users(&session).await?;
    let organization = service.organization();
    let data: Vec<_> = users.into_iter().map(|user| OrgUser::new(user, organization)).collect();
    Ok(Json(OrgUserList { success: true, total: data.len(), data }))
}
