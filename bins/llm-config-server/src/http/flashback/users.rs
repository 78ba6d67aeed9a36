//! `/organization/users`: parse, call, render.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::access::OrgRole;
use llm_config_core::id::{OrganizationId, PrincipalId};
use llm_config_store::User;
use serde::Serialize;
use serde_json::json;

use super::super::authenticate::{session, session_and_body};
use super::super::failure::Failure;
use super::super::path;
use super::error::answer;
use super::people_request;
use crate::service::{Error, Service};

/// A user of the organisation.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrgUser {
    id: String,
    email: String,
    name: String,
    last_name: String,
    org_id: String,
    org_role: u8,
    /// There is no login to be validated for; who is here may use tokens.
    validated: bool,
    /// Users are deleted for good, so whoever is shown is not deleted.
    deleted_at: Option<String>,
    org_role_description: &'static str,
    org_roles: [u8; 1],
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

/// `POST /organization/users`
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

/// `GET /organization/users`
pub(super) async fn list(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        Ok(service.list_users(&session).await?)
    };
    match listed.await {
        Ok(users) => {
            let organization = service.store().organization();
            let data: Vec<_> = users.into_iter().map(|user| OrgUser::of(user, organization)).collect();
            HttpResponse::Ok().json(json!({"success": true, "total": data.len(), "data": data}))
        }
        Err(failure) => answer(&request, failure),
    }
}

/// `GET /organization/users/{id}`: the user himself, without an envelope.
pub(super) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.user(&session, id(&request)?).await?)
    };
    match found.await {
        Ok(user) => HttpResponse::Ok().json(OrgUser::of(user, service.store().organization())),
        Err(failure) => answer(&request, failure),
    }
}

/// `PUT /organization/users/{id}`
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

/// `DELETE /organization/users/{id}`
pub(super) async fn delete(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let deleted = async {
        let session = session(&request, &service).await?;
        Ok(service.delete_user(&session, id(&request)?).await?)
    };
    match deleted.await {
        Ok(()) => HttpResponse::Ok().json(json!({"success": true, "message": "User deleted successfully"})),
        Err(failure) => answer(&request, failure),
    }
}

fn id(request: &HttpRequest) -> Result<PrincipalId, Error> {
    path::known_id(request, "id").ok_or(Error::NotFound("user"))
}

fn wrapped(
    request: &HttpRequest,
    service: &Service,
    found: Result<User, Failure>,
    message: &str,
) -> HttpResponse {
    match found {
        Ok(user) => {
            let data = OrgUser::of(user, service.store().organization());
            HttpResponse::Ok().json(json!({"success": true, "data": data, "message": message}))
        }
        Err(failure) => answer(request, failure),
    }
}
