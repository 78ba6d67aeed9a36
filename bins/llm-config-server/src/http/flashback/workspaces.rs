//! `/workspace`: parse, call, render.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::id::{OrganizationId, PrincipalId, WorkspaceId};
use llm_config_service::{Error, Service, WorkspaceWithMembers};
use llm_config_store::{Member, Workspace};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::answer;
use super::request_schema::{AddMember, ById, ByMember, ChangeMember, CreateWorkspace, UpdateWorkspace};
use super::{people_request, tags as openapi};
use crate::http::error::RequestError;
use crate::http::legacy::{session, session_and_body};
use crate::http::path;
use crate::http::schema::enums::{OrgRoleNumber, WorkspaceRoleName};
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// A workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Workspace)]
struct Answer {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(format = Uuid)]
    org_id: String,
    /// The members; left out of the answers to creations and renamings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    users: Option<Vec<MemberAnswer>>,
}

/// A member of a workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WorkspaceUser)]
struct MemberAnswer {
    #[schema(format = Uuid)]
    user_id: String,
    #[schema(value_type = WorkspaceRoleName)]
    role: &'static str,
    user: PersonAnswer,
}

/// Who a member is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WorkspaceUserDetails)]
struct PersonAnswer {
    #[schema(format = Uuid)]
    id: String,
    /// The first name.
    name: String,
    last_name: String,
    email: String,
    #[schema(value_type = OrgRoleNumber)]
    org_role: u8,
}

/// The answer with one workspace.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceAnswer)]
struct One {
    success: bool,
    workspace: Answer,
}

/// The answer to a list.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceList)]
struct List {
    success: bool,
    workspaces: Vec<Answer>,
}

/// The answer where there is nothing to tell.
#[derive(Serialize, ToSchema)]
struct Done {
    success: bool,
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

/// Creates a workspace.
#[utoipa::path(post, path = "/workspace", operation_id = "createWorkspace", tag = openapi::WORKSPACES, request_body = CreateWorkspace, responses((status = 200, body = One), Forbidden))]
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

/// Lists the workspaces that the caller can see, with their members.
#[utoipa::path(get, path = "/workspace", operation_id = "getWorkspaces", tag = openapi::WORKSPACES, responses((status = 200, body = List)))]
pub(super) async fn list(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        Ok(service.list_workspaces(&session).await?)
    };
    match listed.await {
        Ok(workspaces) => {
            let organization = service.organization();
            let workspaces: Vec<_> =
                workspaces.into_iter().map(|it| Answer::whole(it, organization)).collect();
            HttpResponse::Ok().json(List { success: true, workspaces })
        }
        Err(failure) => answer(&request, failure),
    }
}

/// Shows a workspace with its members.
#[utoipa::path(get, path = "/workspace/{id}", operation_id = "getWorkspace", tag = openapi::WORKSPACES, params(ById), responses((status = 200, body = One), Forbidden, NotFound))]
pub(super) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.workspace(&session, id(&request)?).await?)
    };
    match found.await {
        Ok(workspace) => {
            let workspace = Answer::whole(workspace, service.organization());
            HttpResponse::Ok().json(One { success: true, workspace })
        }
        Err(failure) => answer(&request, failure),
    }
}

/// Renames a workspace.
#[utoipa::path(put, path = "/workspace/{id}", operation_id = "updateWorkspace", tag = openapi::WORKSPACES, params(ById), request_body = UpdateWorkspace, responses((status = 200, body = One), Forbidden, NotFound))]
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

/// Deletes a workspace that holds no configurations; 400 lists those that it holds.
#[utoipa::path(delete, path = "/workspace/{id}", operation_id = "deleteWorkspace", tag = openapi::WORKSPACES, params(ById), responses((status = 200, body = Done), BadRequest, Forbidden, NotFound))]
pub(super) async fn delete(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let deleted = async {
        let session = session(&request, &service).await?;
        Ok(service.delete_workspace(&session, id(&request)?).await?)
    };
    done(&request, deleted.await)
}

/// Makes a user of the organisation a member of a workspace.
#[utoipa::path(post, path = "/workspace/{id}/users", operation_id = "addUserToWorkspace", tag = openapi::WORKSPACES, params(ById), request_body = AddMember, responses((status = 200, body = Done), Forbidden, NotFound))]
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

/// Changes the role of a member.
#[utoipa::path(put, path = "/workspace/{id}/users/{userId}", operation_id = "updateWorkspaceUserRole", tag = openapi::WORKSPACES, params(ByMember), request_body = ChangeMember, responses((status = 200, body = Done), Forbidden, NotFound))]
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

/// Ends a membership.
#[utoipa::path(delete, path = "/workspace/{id}/users/{userId}", operation_id = "removeUserFromWorkspace", tag = openapi::WORKSPACES, params(ByMember), responses((status = 200, body = Done), Forbidden, NotFound))]
pub(super) async fn remove_member(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let removed = async {
        let session = session(&request, &service).await?;
        Ok(service.remove_member(&session, id(&request)?, user_id(&request)?).await.map(drop)?)
    };
    done(&request, removed.await)
}

fn id(request: &HttpRequest) -> Result<WorkspaceId, Error> {
    path::known_id(request, "id").ok_or(Error::NotFound("workspace"))
}

fn user_id(request: &HttpRequest) -> Result<PrincipalId, Error> {
    path::known_id(request, "userId").ok_or(Error::NotFound("member"))
}

fn one(request: &HttpRequest, service: &Service, found: Result<Workspace, RequestError>) -> HttpResponse {
    match found {
        Ok(workspace) => {
            let workspace = Answer::bare(workspace, service.organization());
            HttpResponse::Ok().json(One { success: true, workspace })
        }
        Err(failure) => answer(request, failure),
    }
}

fn done(request: &HttpRequest, done: Result<(), RequestError>) -> HttpResponse {
    match done {
        Ok(()) => HttpResponse::Ok().json(Done { success: true }),
        Err(failure) => answer(request, failure),
    }
}
