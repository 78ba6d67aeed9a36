//! `PUT /organization/users/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::user::PersonName;
use llm_config_service::{Parsed, Service, UpdateUser};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ById, user_id};
use crate::http::flashback::tags;
use crate::http::flashback::users::user::Saved;
use crate::http::schema::enums::OrgRoleNumber;
use crate::http::schema::error_responses::{Forbidden, NotFound};

request_body! {
    /// A change of a user.
    open pub(crate) struct UpdateOrgUser {
        /// The first name.
        name: Option<PersonName>,
        last_name: Option<PersonName>,
        org_role: Option<OrgRoleNumber>,
    }
}

impl UpdateOrgUser {
    /// The request to the service.
    pub(crate) fn into_request(self) -> UpdateUser {
        let Self { name, last_name, org_role } = self;
        UpdateUser { first_name: name, last_name, role: org_role.map(|role| role.0) }
    }
}

/// Changes a user.
///
/// Changes the given members. Callers cannot grant a role above their own, and the last owner keeps the role.
#[utoipa::path(
    put, path = "/organization/users/{id}", operation_id = "updateOrganizationUser", tag = tags::USERS,
    params(ById), request_body = UpdateOrgUser,
    responses((status = 200, body = Saved), Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<UpdateOrgUser>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Saved>, RequestError> {
    let change = body.map(UpdateOrgUser::into_request);
    let user = service.update_user(&session, user_id(&request)?, change).await?;
    Ok(Json(Saved::new(user, service.organization(), "User updated successfully")))
}
