//! `PUT /v1/apikeys/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::config::Labels;
use llm_config_core::field::FieldErrors;
use llm_config_core::patch::LabelPatch;
use llm_config_service::{Parsed, Service, UpdateToken};
use llm_config_store::TokenStatus;

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::goodmem::api_keys::api_key::{ApiKey, ApiKeyStatus};
use crate::http::goodmem::path_params::ById;
use crate::http::goodmem::tags;
use crate::http::path;
use crate::http::schema::error_responses::{Conflict, Forbidden, NotFound};
use crate::http::schema::object::{both, nothing};

request_body! {
    /// A change of a key.
    pub(crate) struct UpdateApiKeyRequest {
        status: Option<ApiKeyStatus>,
        /// All labels from now on; excludes `mergeLabels`.
        replace_labels: Option<Labels>,
        /// Labels to add or to change; excludes `replaceLabels`.
        merge_labels: Option<Labels>,
    }
    example {"status": "INACTIVE"}
    forbids(nothing(), both("replaceLabels", "mergeLabels"))
    rules(object) {
        object.exclude("replaceLabels", "mergeLabels");
    }
}

impl UpdateApiKeyRequest {
    /// The change, or an error if it changes nothing.
    pub(crate) fn into_request(self) -> Parsed<UpdateToken> {
        let Self { status, replace_labels, merge_labels } = self;
        let status = status.map(|status| match status {
            ApiKeyStatus::Active => TokenStatus::Active,
            ApiKeyStatus::Inactive => TokenStatus::Inactive,
        });
        let labels = match (replace_labels, merge_labels) {
            (Some(labels), _) => LabelPatch::Replace(labels),
            (None, Some(labels)) => LabelPatch::Merge(labels),
            (None, None) if status.is_none() => {
                let mut errors = FieldErrors::<String>::default();
                errors.add("", "the request must change at least one field");
                return Err(errors);
            }
            (None, None) => LabelPatch::Keep,
        };
        Ok(UpdateToken { labels, status })
    }
}

/// Changes a key.
///
/// Changes the labels, or deactivates or activates the key.
#[utoipa::path(
    put, path = "/v1/apikeys/{id}", operation_id = "updateApiKey", tag = tags::KEYS, params(ById),
    request_body = UpdateApiKeyRequest,
    responses((status = 200, body = ApiKey), Forbidden, NotFound, Conflict)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<UpdateApiKeyRequest>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<ApiKey>, RequestError> {
    let id = path::id(&request)?;
    let change = body.and_then(UpdateApiKeyRequest::into_request);
    let token = service.update_token(&session, id, change).await?;
    Ok(Json(ApiKey::new(token, service.now())))
}
