//! `PUT /ai/llm/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::endpoint::Endpoint;
use llm_config_core::patch::{ConfigPatch, CredentialPatch};
use llm_config_core::text::DisplayName;
use llm_config_service::{Parsed, ScopeFilter, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::etag::{self, ETag, IfMatch};
use crate::http::flashback::llms::credential::{InlineSecret, KeyIdPatch};
use crate::http::flashback::llms::saved::Saved;
use crate::http::flashback::path_params::{ById, config_id};
use crate::http::flashback::tags;
use crate::http::flashback::unsupported::StoredKeyId;
use crate::http::responder::WithETag;
use crate::http::schema::enums::AiType;
use crate::http::schema::error_responses::{Forbidden, NotFound, PreconditionFailed};

request_body! {
    /// A change of a configuration: absent members stay as they are, and so do null ones other than `key`.
    open pub(crate) struct UpdateAiLlm {
        /// As for a creation.
        name: Option<DisplayName>,
        ai_type: Option<AiType>,
        /// As for a creation. Another scheme, host or port needs `secret` in the same request.
        endpoint: Option<Endpoint>,
        /// Null and the empty string clear the key; the mask from a response leaves the key unchanged.
        key: KeyIdPatch,
        secret: Option<InlineSecret>,
        /// Not supported: anything but null and the empty string is refused.
        api_key_uuid: StoredKeyId,
    }
    example {"name": "Team GPT 2", "key": null}
}

impl UpdateAiLlm {
    /// The change.
    pub(crate) fn into_patch(self) -> ConfigPatch {
        let Self { name, ai_type, endpoint, key, secret, api_key_uuid: StoredKeyId } = self;
        ConfigPatch {
            name,
            provider: ai_type.map(|provider| provider.0),
            endpoint,
            credential: CredentialPatch::parts(key.0, secret.map(|secret| secret.0)),
            ..ConfigPatch::default()
        }
    }
}

/// Changes a configuration.
///
/// Changes the given members. Another scheme, host or port needs `secret` in the same request; a `secret` or
/// `key` for an endpoint that another user set needs `endpoint`.
#[utoipa::path(
    put, path = "/ai/llm/{id}", operation_id = "updateAiLlm", tag = tags::LLMS, params(ById, IfMatch),
    request_body = UpdateAiLlm,
    responses(
        (status = 200, body = Saved,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        Forbidden, NotFound, PreconditionFailed,
    )
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<UpdateAiLlm>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<WithETag<Json<Saved>>, RequestError> {
    let id = config_id(&request)?;
    let patch = body.map(UpdateAiLlm::into_patch);
    let precondition = etag::precondition(&request);
    let config = service.update_config(&session, ScopeFilter::Workspaces, id, precondition, patch).await?;
    Ok(WithETag(ETag::for_config(&config), Json(Saved::updated(&config))))
}
