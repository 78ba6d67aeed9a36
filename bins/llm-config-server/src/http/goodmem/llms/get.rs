//! `GET /v1/llms/{id}`

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::{Error, ScopeFilter, Service};

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::etag::ETag;
use crate::http::goodmem::llms::llm::Llm;
use crate::http::goodmem::path_params::ById;
use crate::http::goodmem::tags;
use crate::http::path;
use crate::http::query::{self, BothSpellings, Flag, query_params};
use crate::http::responder::WithETag;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// The error for `includeCredentials=true`.
pub(crate) const CREDENTIALS_NEVER_RETURNED: &str = "credentials are write-only and are never returned";

query_params! {
    pub(super) struct GetQuery {
        /// Refused with 403 when true: credentials are never returned.
        include_credentials: Flag,
    }
}

/// Returns an LLM.
///
/// The response has no credential. `ETag` is the value for `If-Match` in changes.
#[utoipa::path(
    get, path = "/v1/llms/{id}", operation_id = "getLlm", tag = tags::LLMS,
    params(ById),
    responses(
        (status = 200, body = Llm,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        BadRequest, Forbidden, NotFound,
    )
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<WithETag<Json<Llm>>, RequestError> {
    let id = path::id(&request)?;
    let BothSpellings(GetQuery { include_credentials }) = query::read(&request)?;
    let config = service.config(&session, ScopeFilter::Owners, id).await?;
    // Checked last, so that the response for a hidden LLM is 404 with or without the parameter.
    if include_credentials.0 {
        return Err(Error::Denied(CREDENTIALS_NEVER_RETURNED.to_owned()).into());
    }
    Ok(WithETag(ETag::for_config(&config), Json(Llm::from(Arc::unwrap_or_clone(config)))))
}
