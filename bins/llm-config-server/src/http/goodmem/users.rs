//! `/v1/users`: looking users up.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::user::Email;
use llm_config_service::Service;
use llm_config_store::User;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::authenticate::session;
use super::super::failure::Failure;
use super::super::openapi::refusal::{BadRequest, Forbidden, NotFound};
use super::super::path;
use super::error::answer;
use super::openapi;
use super::request_schema::{ByEmail, ById};

/// A user: the members of both generations of clients.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
struct Answer {
    #[schema(format = Uuid)]
    user_id: String,
    email: String,
    display_name: String,
    username: Option<String>,
    /// Users have no labels here; the newer client requires the member.
    labels: BTreeMap<String, String>,
    /// Milliseconds since 1970.
    created_at: i64,
    /// Milliseconds since 1970.
    updated_at: i64,
    #[schema(format = Uuid)]
    created_by_id: String,
    #[schema(format = Uuid)]
    updated_by_id: String,
}

impl From<User> for Answer {
    fn from(user: User) -> Self {
        let User { id, email, username, first_name, last_name, role: _, revision: _, created, updated } =
            user;
        Self {
            user_id: id.to_string(),
            email: email.into(),
            display_name: format!("{first_name} {last_name}"),
            username: username.map(Into::into),
            labels: BTreeMap::new(),
            created_at: created.at.as_millis(),
            updated_at: updated.at.as_millis(),
            created_by_id: created.by.to_string(),
            updated_by_id: updated.by.to_string(),
        }
    }
}

/// Shows the user whose key the request is sent with.
#[utoipa::path(get, path = "/v1/users/me", operation_id = "getCurrentUser", tag = openapi::USERS, responses((status = 200, body = Answer)))]
pub(super) async fn me(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async { Ok(service.me(&session(&request, &service).await?).await?) };
    render(&request, found.await)
}

/// Shows a user.
#[utoipa::path(get, path = "/v1/users/{id}", operation_id = "getUser", tag = openapi::USERS, params(ById), responses((status = 200, body = Answer), BadRequest, Forbidden, NotFound))]
pub(super) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.user(&session, path::id(&request)?).await?)
    };
    render(&request, found.await)
}

/// Shows the user with an e-mail address.
#[utoipa::path(get, path = "/v1/users/email/{email}", operation_id = "getUserByEmail", tag = openapi::USERS, params(ByEmail), responses((status = 200, body = Answer), BadRequest, Forbidden, NotFound))]
pub(super) async fn by_email(
    request: HttpRequest,
    // Decoded completely: an address may have a `+`, which one of the clients sends as `%2B`.
    email: web::Path<String>,
    service: web::Data<Service>,
) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.user_by_email(&session, path::read("email", &email, Email::from_stored)?).await?)
    };
    render(&request, found.await)
}

fn render(request: &HttpRequest, found: Result<User, Failure>) -> HttpResponse {
    match found {
        Ok(user) => HttpResponse::Ok().json(Answer::from(user)),
        Err(error) => answer(request, error),
    }
}
