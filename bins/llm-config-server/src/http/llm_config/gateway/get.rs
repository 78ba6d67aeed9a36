//! `GET /llm-config/v1/configs/{id}/gateway`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::etag::ETag;
use crate::http::llm_config::gateway::settings::GatewayResponse;
use crate::http::llm_config::path_params::ById;
use crate::http::llm_config::tags;
use crate::http::path;
use crate::http::responder::WithETag;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Returns how calls of models treat a configuration.
///
/// A member is null where its default holds. `ETag` is that of the configuration.
#[utoipa::path(
    get, path = "/llm-config/v1/configs/{id}/gateway", operation_id = "getGatewaySettings",
    tag = tags::CONFIGS, params(ById),
    responses(
        (status = 200, body = GatewayResponse,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        BadRequest, Forbidden, NotFound,
    )
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<WithETag<Json<GatewayResponse>>, RequestError> {
    let (config, settings) = service.call_settings(&session, path::id(&request)?).await?;
    Ok(WithETag(ETag::for_config(&config), Json(settings.into())))
}
