//! `/organization/users`: parse, call, render.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::access::OrgRole;
use llm_config_core::id::{OrganizationId, PrincipalId};
use llm_config_service::{Error, Service};
use llm_config_store::User;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::answer;
use super::llm_answer::Deleted;
use super::request_schema::{ById, CreateOrgUser, UpdateOrgUser};
use super::{people_request, tags as openapi};
use crate::http::error::RequestError;
use crate::http::legacy::{session, session_and_body};
use crate::http::path;
use crate::http::schema::enums::OrgRoleNumber;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// A user of the organisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrgUser {
    #[schema(format = Uuid)]
    id: String,
    email: String,
    /// The first name.
    name: String,
    last_name: String,
    #[schema(format = Uuid)]
    org_id: String,
    #[schema(value_type = OrgRoleNumber)]
    org_role: u8,
    /// There is no login to be validated for; who is here may use tokens.
    validated: bool,
    /// Users are deleted for good, so whoever is shown is not deleted.
    #[schema(required = true, format = DateTime)]
    deleted_at: Option<String>,
    org_role_description: &'static str,
    #[schema(value_type = Vec<OrgRoleNumber>)]
    org_roles: [u8; 1],
}

/// The answer to a list.
#[derive(Serialize, ToSchema)]
#[schema(as = OrgUserList)]
struct List {
    success: bool,
    total: usize,
    data: Vec<OrgUser>,
}

/// The answer to a creation or a change.
#[derive(Serialize, ToSchema)]
#[schema(as = SavedOrgUser)]
struct Saved {
    success: bool,
    data: OrgUser,
    message: &'static str,
}

impl OrgUser {
    fn of(user: User, organization: OrganizationId) -> Self {
        let User { id, email, username: _, first_name, last_name, role, revision: _, created: _, updated: _ } =
            user;
        Self {
            id: id.to_string(),
            email: email.into(),
            name: first_name.into(),
            last_name: last_name.into(),
            org_id: organization.to_string(),
            org_role: role.number(),
            validated: true,
            deleted_at: None,
            org_role_description: description(role),
            org_roles: [role.number()],
        }
    }
}

const fn description(role: OrgRole) -> &'static str {
    match role {
        OrgRole::User => "User",
        OrgRole::Billing => "Billing",
        OrgRole::Workspaces => "Workspace manager",
        OrgRole::Administrators => "Administrator",
        OrgRole::Owner => "Owner",
    }
}

/// Adds a user, who gets access by a token and, with the role USER, by memberships.
#[utoipa::path(post, path = "/organization/users", operation_id = "createOrganizationUser", tag = openapi::USERS, request_body = CreateOrgUser, responses((status = 200, body = Saved), Forbidden))]
pub(super) async fn create(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let created = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let new = people_request::new_user(&request, &body)?;
        Ok(service.create_user(&session, new).await?)
    };
    wrapped(&request, &service, created.await, "User created successfully")
}

/// Lists the users whom the caller can see.
#[utoipa::path(get, path = "/organization/users", operation_id = "getOrganizationUsers", tag = openapi::USERS, responses((status = 200, body = List)))]
pub(super) async fn list(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        Ok(service.list_users(&session).await?)
    };
    match listed.await {
        Ok(users) => {
            let organization = service.organization();
            let data: Vec<_> = users.into_iter().map(|user| OrgUser::of(user, organization)).collect();
            HttpResponse::Ok().json(List { success: true, total: data.len(), data })
        }
        Err(failure) => answer(&request, failure),
    }
}

/// Shows a user, without an envelope.
#[utoipa::path(get, path = "/organization/users/{id}", operation_id = "getOrganizationUser", tag = openapi::USERS, params(ById), responses((status = 200, body = OrgUser), Forbidden, NotFound))]
pub(super) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.user(&session, id(&request)?).await?)
    };
    match found.await {
        Ok(user) => HttpResponse::Ok().json(OrgUser::of(user, service.organization())),
        Err(failure) => answer(&request, failure),
    }
}

/// Changes what is given. A caller grants no role above their own, and the last owner stays one.
#[utoipa::path(put, path = "/organization/users/{id}", operation_id = "updateOrganizationUser", tag = openapi::USERS, params(ById), request_body = UpdateOrgUser, responses((status = 200, body = Saved), Forbidden, NotFound))]
pub(super) async fn update(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let updated = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let change = people_request::update_user(&request, &body);
        Ok(service.update_user(&session, id(&request)?, change).await?)
    };
    wrapped(&request, &service, updated.await, "User updated successfully")
}

/// Deletes a user who owns nothing, for good; 400 lists what they own.
#[utoipa::path(delete, path = "/organization/users/{id}", operation_id = "deleteOrganizationUser", tag = openapi::USERS, params(ById), responses((status = 200, body = Deleted), BadRequest, Forbidden, NotFound))]
pub(super) async fn delete(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let deleted = async {
        let session = session(&request, &service).await?;
        Ok(service.delete_user(&session, id(&request)?).await?)
    };
    match deleted.await {
        Ok(()) => HttpResponse::Ok().json(Deleted { success: true, message: "User deleted successfully" }),
        Err(failure) => answer(&request, failure),
    }
}

fn id(request: &HttpRequest) -> Result<PrincipalId, Error> {
    path::known_id(request, "id").ok_or(Error::NotFound("user"))
}

fn wrapped(
    request: &HttpRequest,
    service: &Service,
    found: Result<User, RequestError>,
    message: &'static str,
) -> HttpResponse {
    match found {
        Ok(user) => {
            let data = OrgUser::of(user, service.organization());
            HttpResponse::Ok().json(Saved { success: true, data, message })
        }
        Err(failure) => answer(request, failure),
    }
}
