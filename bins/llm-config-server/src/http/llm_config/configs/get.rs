//! `GET /llm-config/v1/configs/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::etag::ETag;
use crate::http::llm_config::configs::config::Config;
use crate::http::llm_config::path_params::ById;
use crate::http::llm_config::tags;
use crate::http::path;
use crate::http::responder::WithETag;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Returns a configuration of either API with its state.
///
/// The state is the last check, and what is known of the credential without decrypting it.
#[utoipa::path(
    get, path = "/llm-config/v1/configs/{id}", operation_id = "getConfig", tag = tags::CONFIGS,
    params(ById),
    responses(
        (status = 200, body = Config,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        BadRequest, Forbidden, NotFound
    )
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<WithETag<Json<Config>>, RequestError> {
    let found = service.config_details(&session, path::id(&request)?).await?;
    Ok(WithETag(ETag::for_config(&found.config), Json(found.into())))
}
