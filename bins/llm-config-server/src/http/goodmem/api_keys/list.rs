//! `GET /v1/apikeys`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::field::FieldErrors;
use llm_config_core::id::PrincipalId;
use llm_config_service::{ListTokens, Service};

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::goodmem::api_keys::api_key::{ApiKey, ApiKeyList};
use crate::http::goodmem::api_keys::lifecycle::Lifecycle;
use crate::http::goodmem::tags;
use crate::http::query::{self, BothSpellings, First, query_params};
use crate::http::schema::error_responses::BadRequest;

query_params! {
    pub(super) struct ListQuery {
        /// Only keys of this user.
        #[param(value_type = Option<String>, format = Uuid)]
        subject_principal_id: Option<PrincipalId>,
        /// The same user: every key belongs to its subject.
        #[param(value_type = Option<String>, format = Uuid)]
        owner_principal_id: Option<PrincipalId>,
        /// Only keys in this state.
        lifecycle_state: Option<Lifecycle>,
        /// Has no effect: every key is listed in full.
        #[param(value_type = Option<String>)]
        #[expect(dead_code, reason = "accepted, because the official clients can send it")]
        view: First<String>,
        /// Has no effect: the list is one page.
        #[param(value_type = Option<i64>)]
        #[expect(dead_code, reason = "accepted, because the official clients can send it")]
        max_results: First<i64>,
        /// Has no effect: the list is one page.
        #[param(value_type = Option<String>)]
        #[expect(dead_code, reason = "accepted, because the official clients can send it")]
        next_token: First<String>,
    }
}

/// Lists keys.
///
/// Those that the caller may see, without their text.
#[utoipa::path(
    get, path = "/v1/apikeys", operation_id = "listApiKeys", tag = tags::KEYS,
    responses((status = 200, body = ApiKeyList), BadRequest)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<ApiKeyList>, RequestError> {
    let BothSpellings(ListQuery {
        subject_principal_id: subject,
        owner_principal_id: owner,
        lifecycle_state,
        ..
    }) = query::read(&request)?;
    if let (Some(subject), Some(owner)) = (subject, owner)
        && subject != owner
    {
        let mut errors = FieldErrors::<String>::default();
        errors.add("ownerPrincipalId", "must be the subjectPrincipalId: every key belongs to its subject");
        return Err(errors.into());
    }
    let now = service.now();
    let tokens = service.list_tokens(&session, ListTokens { holder: subject.or(owner) }).await?;
    let listed = tokens
        .into_iter()
        .filter(|token| lifecycle_state.is_none_or(|state| Lifecycle::at(token, now) == state));
    Ok(Json(ApiKeyList { keys: listed.map(|token| ApiKey::new(token, now)).collect(), next_token: None }))
}
