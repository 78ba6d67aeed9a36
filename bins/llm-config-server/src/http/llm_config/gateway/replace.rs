//! `PUT /llm-config/v1/configs/{id}/gateway`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::{Parsed, Service};

use crate::http::auth::Authenticated;
use crate::http::error::RequestError;
use crate::http::llm_config::gateway::settings::{GatewayRequest, GatewayResponse};
use crate::http::llm_config::path_params::ById;
use crate::http::llm_config::tags;
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Replaces how calls of models treat a configuration.
///
/// Calls follow the settings within a second.
#[utoipa::path(
    put, path = "/llm-config/v1/configs/{id}/gateway", operation_id = "replaceGatewaySettings",
    tag = tags::CONFIGS, params(ById), request_body = GatewayRequest,
    responses((status = 200, body = GatewayResponse), BadRequest, Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<GatewayRequest>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<GatewayResponse>, RequestError> {
    let settings = body.and_then(GatewayRequest::into_settings);
    let settings = service.set_call_settings(&session, path::id(&request)?, settings).await?;
    Ok(Json(settings.into()))
}
