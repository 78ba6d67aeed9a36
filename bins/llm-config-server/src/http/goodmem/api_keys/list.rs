//! `GET /v1/apikeys`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::field::FieldErrors;
use llm_config_core::id::PrincipalId;
use llm_config_service::{CursorText, ListTokens, Service, TokenList};

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::goodmem::api_keys::api_key::{ApiKey, ApiKeyList};
use crate::http::goodmem::tags;
use crate::http::page_limit::PageLimit;
use crate::http::query::{self, BothSpellings, query_params};
use crate::http::schema::enums::{KeyState, Lifecycle, names};
use crate::http::schema::error_responses::BadRequest;

/// The largest page, as in the original server.
const LARGEST_PAGE: u16 = 1000;

query_params! {
    pub(super) struct ListQuery {
        /// Only keys of this user.
        subject_principal_id: Option<PrincipalId>,
        /// The same user: every key belongs to its subject.
        owner_principal_id: Option<PrincipalId>,
        /// Only keys in this state.
        lifecycle_state: Option<Lifecycle>,
        /// `BASIC` leaves out what keys are narrowed to. Absent: `FULL`.
        view: Option<ApiKeyView>,
        /// The maximum number of keys in a page. Absent: the list is one page; with `nextToken`, 1000.
        max_results: Option<PageLimit<LARGEST_PAGE>>,
        /// The `nextToken` of the page before. The filters must be the same.
        next_token: Option<CursorText>,
    }
}

names! {
    /// How much of each key a list contains.
    pub(crate) enum ApiKeyView {
        Full = "FULL",
        /// Without what a key is narrowed to.
        Basic = "BASIC",
    }
}

/// Lists keys.
///
/// Those that the caller may see, oldest first and without their text.
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
        view,
        max_results,
        next_token,
    }) = query::read(&request)?;
    if let (Some(subject), Some(owner)) = (subject, owner)
        && subject != owner
    {
        let mut errors = FieldErrors::<String>::default();
        errors.add("ownerPrincipalId", "must be the subjectPrincipalId: every key belongs to its subject");
        return Err(errors.into());
    }
    let state = match lifecycle_state {
        Some(Lifecycle(KeyState::NotYetValid)) => {
            return Ok(Json(ApiKeyList { keys: Vec::new(), next_token: None }));
        }
        Some(Lifecycle(KeyState::Token(state))) => Some(state),
        None => None,
    };
    let filter = ListTokens { holder: subject.or(owner), state };
    let page = PageLimit::page(max_results, next_token, "nextToken");
    let TokenList { tokens, next, at } = service.list_tokens(&session, filter, page.as_ref()).await?;
    let key = |token| match view.unwrap_or(ApiKeyView::Full) {
        ApiKeyView::Full => ApiKey::new(token, at),
        ApiKeyView::Basic => ApiKey::basic(token, at),
    };
    let keys = tokens.into_iter().map(key).collect();
    Ok(Json(ApiKeyList { keys, next_token: next.map(String::from) }))
}
