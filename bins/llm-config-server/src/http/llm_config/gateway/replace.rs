//! `PUT /llm-config/v1/configs/{id}/gateway`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::{Parsed, Service};

use crate::http::auth::Authenticated;
use crate::http::error::RequestError;
use crate::http::etag::{self, ETag, IfMatch};
use crate::http::llm_config::gateway::settings::{GatewayRequest, GatewayResponse};
use crate::http::llm_config::path_params::ById;
use crate::http::llm_config::tags;
use crate::http::path;
use crate::http::responder::WithETag;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound, PreconditionFailed};

/// Replaces how calls of models treat a configuration.
///
/// Calls follow the settings within a second. A change makes a new revision of the configuration.
#[utoipa::path(
    put, path = "/llm-config/v1/configs/{id}/gateway", operation_id = "replaceGatewaySettings",
    tag = tags::CONFIGS, params(ById, IfMatch), request_body = GatewayRequest,
    responses(
        (status = 200, body = GatewayResponse,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        BadRequest, Forbidden, NotFound, PreconditionFailed,
    )
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<GatewayRequest>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<WithETag<Json<GatewayResponse>>, RequestError> {
    let settings = body.and_then(GatewayRequest::into_settings);
    let (id, precondition) = (path::id(&request)?, etag::precondition(&request));
    let (config, settings) = service.set_call_settings(&session, id, precondition, settings).await?;
    Ok(WithETag(ETag::for_config(&config), Json(settings.into())))
}
