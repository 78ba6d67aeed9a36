//! `GET /llm-config/v1/configs/{id}/origin`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::config::{LlmConfig, OriginProvenance};
use llm_config_service::{ConfigOrigin, Service};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::etag::ETag;
use crate::http::llm_config::path_params::ById;
use crate::http::llm_config::tags;
use crate::http::path;
use crate::http::responder::WithETag;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};
use crate::http::timestamp::rfc3339;

/// The origin that the credential of a configuration is sent to, and the users who set it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Origin)]
pub(crate) struct OriginResponse {
    /// Scheme, host and port of the endpoint, and the customer's part of the path where the host is
    /// divided by path.
    #[schema(example = "https://api.openai.com")]
    origin: String,
    /// The user who last set the origin by a creation, a change to another origin, or a transfer. Null if
    /// the server did not yet record this user; the nil UUID stands for the operator.
    #[schema(format = Uuid)]
    set_by: Option<String>,
    /// That user's name, for callers who may read the user.
    set_by_name: Option<String>,
    #[schema(format = DateTime)]
    set_at: Option<String>,
    /// The users who have since sent a credential together with the endpoint. These users, and the one who
    /// set the origin, may replace the credential without sending the endpoint.
    #[schema(format = Uuid)]
    confirmed_by: Vec<String>,
    /// The user who sent the stored credential. Null without a credential, and if the server did not yet
    /// record this user.
    #[schema(format = Uuid)]
    credential_given_by: Option<String>,
}

impl From<ConfigOrigin> for OriginResponse {
    fn from(ConfigOrigin { config, origin, setter }: ConfigOrigin) -> Self {
        let LlmConfig { origin: OriginProvenance { set, confirmed_by }, secret, .. } = config;
        Self {
            origin: origin.to_string(),
            set_by: set.map(|set| set.by.to_string()),
            set_by_name: setter,
            set_at: set.map(|set| rfc3339(set.at)),
            confirmed_by: confirmed_by.iter().map(ToString::to_string).collect(),
            credential_given_by: secret.and_then(|secret| secret.given_by).map(|user| user.to_string()),
        }
    }
}

/// Returns the origin that the credential of a configuration is sent to.
///
/// Also names the users who set the origin: only they may replace the credential without sending the
/// endpoint.
#[utoipa::path(
    get, path = "/llm-config/v1/configs/{id}/origin", operation_id = "getOrigin", tag = tags::CONFIGS,
    params(ById),
    responses(
        (status = 200, body = OriginResponse,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        BadRequest, Forbidden, NotFound
    )
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<WithETag<Json<OriginResponse>>, RequestError> {
    let found = service.origin(&session, path::id(&request)?).await?;
    Ok(WithETag(ETag::for_config(&found.config), Json(found.into())))
}
