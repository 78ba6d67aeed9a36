//! `POST /organization/users`

use actix_web::web::{Data, Json};
use llm_config_core::access::OrgRole;
use llm_config_core::user::{Email, PersonName};
use llm_config_service::{CreateUser, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::flashback::tags;
use crate::http::flashback::unsupported::Password;
use crate::http::flashback::users::user::Saved;
use crate::http::schema::enums::OrgRoleNumber;
use crate::http::schema::error_responses::Forbidden;

request_body! {
    /// A new user.
    open pub(crate) struct CreateOrgUser {
        /// Unique in the organisation.
        email: Email,
        first_name: PersonName,
        last_name: PersonName,
        /// Absent: USER.
        org_role: Option<OrgRoleNumber>,
        /// Not supported, because there is no login: anything but null and the empty string is refused.
        password: Password,
    }
    example {
        "email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace", "orgRole": 0,
    }
}

impl CreateOrgUser {
    /// The request to the service.
    pub(crate) fn into_request(self) -> CreateUser {
        let Self { email, first_name, last_name, org_role, password: Password } = self;
        let role = org_role.map_or(OrgRole::User, |role| role.0);
        CreateUser { email, username: None, first_name, last_name, role }
    }
}

/// Adds a user.
///
/// They get access by a token and, with the role USER, by memberships. Callers cannot grant a role above
/// their own.
#[utoipa::path(
    post, path = "/organization/users", operation_id = "createOrganizationUser", tag = tags::USERS,
    request_body = CreateOrgUser, responses((status = 200, body = Saved), Forbidden)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<CreateOrgUser>,
    service: Data<Service>,
) -> Result<Json<Saved>, RequestError> {
    let user = service.create_user(&session, body.into_request()).await?;
    Ok(Json(Saved::new(user, service.organization(), "User created successfully")))
}
