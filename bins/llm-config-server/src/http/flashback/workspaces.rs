//! `/workspace`: parse, call, render.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::id::{OrganizationId, PrincipalId, WorkspaceId};
use llm_config_store::{Member, Workspace};
use serde::Serialize;
use serde_json::json;

use super::super::authenticate::{session, session_and_body};
use super::super::failure::Failure;
use super::super::path;
use super::error::answer;
use super::people_request;
use crate::service::{Error, Service, WorkspaceWithMembers};

/// A workspace; `users` only where the API shows them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    id: String,
    name: String,
    org_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<Vec<MemberAnswer>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberAnswer {
    user_id: String,
    role: &'static str,
    user: PersonAnswer,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PersonAnswer {
    id: String,
    name: String,
    last_name: String,
    email: String,
    org_role: u8,
}

impl Answer {
    fn bare(Workspace { id, name, revision: _ }: Workspace, organization: OrganizationId) -> Self {
        Self { id: id.to_string(), name: name.into(), org_id: organization.to_string(), users: None }
    }

    fn whole(
        WorkspaceWithMembers { workspace, members }: WorkspaceWithMembers,
        organization: OrganizationId,
    ) -> Self {
        let users = members.into_iter().map(MemberAnswer::from).collect();
        Self { users: Some(users), ..Self::bare(workspace, organization) }
    }
}

impl From<Member> for MemberAnswer {
    fn from(Member { user, role }: Member) -> Self {
        Self {
            user_id: user.id.to_string(),
            role: role.as_str(),
            user: PersonAnswer {
                id: user.id.to_string(),
                name: user.first_name.into(),
                last_name: user.last_name.into(),
                email: user.email.into(),
                org_role: user.role.number(),
            },
        }
    }
}

/// `POST /workspace`
pub(super) async fn create(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let created = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let name = people_request::new_workspace(&request, &body)?;
        Ok(service.create_workspace(&session, name).await?)
    };
    one(&request, &service, created.await)
}

/// `GET /workspace`
pub(super) async fn list(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        Ok(service.list_workspaces(&session).await?)
    };
    match listed.await {
        Ok(workspaces) => {
            let organization = service.store().organization();
            let workspaces: Vec<_> =
                workspaces.into_iter().map(|it| Answer::whole(it, organization)).collect();
            HttpResponse::Ok().json(json!({"success": true, "workspaces": workspaces}))
        }
        Err(failure) => answer(&request, failure),
    }
}

/// `GET /workspace/{id}`
pub(super) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.workspace(&session, id(&request)?).await?)
    };
    match found.await {
        Ok(workspace) => {
            let workspace = Answer::whole(workspace, service.store().organization());
            HttpResponse::Ok().json(json!({"success": true, "workspace": workspace}))
        }
        Err(failure) => answer(&request, failure),
    }
}

/// `PUT /workspace/{id}`
pub(super) async fn rename(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let renamed = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let name = people_request::rename_workspace(&request, &body);
        Ok(service.rename_workspace(&session, id(&request)?, name).await?)
    };
    one(&request, &service, renamed.await)
}

/// `DELETE /workspace/{id}`
pub(super) async fn delete(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let deleted = async {
        let session = session(&request, &service).await?;
        Ok(service.delete_workspace(&session, id(&request)?).await?)
    };
    done(&request, deleted.await)
}

/// `POST /workspace/{id}/users`
pub(super) async fn add_member(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let added = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let member = people_request::new_member(&request, &body);
        Ok(service.add_member(&session, id(&request)?, member).await?)
    };
    done(&request, added.await)
}

/// `PUT /workspace/{id}/users/{userId}`
pub(super) async fn change_member(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let changed = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let role = people_request::member_role(&request, &body);
        Ok(service.change_member(&session, id(&request)?, user_id(&request)?, role).await?)
    };
    done(&request, changed.await)
}

/// `DELETE /workspace/{id}/users/{userId}`
pub(super) async fn remove_member(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let removed = async {
        let session = session(&request, &service).await?;
        Ok(service.remove_member(&session, id(&request)?, user_id(&request)?).await?)
    };
    done(&request, removed.await)
}

fn id(request: &HttpRequest) -> Result<WorkspaceId, Error> {
    path::known_id(request, "id").ok_or(Error::NotFound("workspace"))
}

fn user_id(request: &HttpRequest) -> Result<PrincipalId, Error> {
    path::known_id(request, "userId").ok_or(Error::NotFound("member"))
}

fn one(request: &HttpRequest, service: &Service, found: Result<Workspace, Failure>) -> HttpResponse {
    match found {
        Ok(workspace) => {
            let workspace = Answer::bare(workspace, service.store().organization());
            HttpResponse::Ok().json(json!({"success": true, "workspace": workspace}))
        }
        Err(failure) => answer(request, failure),
    }
}

fn done(request: &HttpRequest, done: Result<(), Failure>) -> HttpResponse {
    match done {
        Ok(()) => HttpResponse::Ok().json(json!({"success": true})),
        Err(failure) => answer(request, failure),
    }
}
