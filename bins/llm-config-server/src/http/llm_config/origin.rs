//! Where the credential of a configuration goes, and who chose that.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::config::{LlmConfig, OriginProvenance};
use llm_config_service::{ConfigOrigin, Service};
use serde::Serialize;
use utoipa::ToSchema;

use super::checks::ById;
use crate::http::etag;
use crate::http::flashback::rfc3339;
use crate::http::legacy::session;
use crate::http::llm_config::tags as own;
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Where the credential of a configuration goes, and who chose that.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Origin)]
pub(in crate::http) struct Answer {
    /// Scheme, host and port of the endpoint, and the customer's part of the path where the host is
    /// divided by path.
    #[schema(example = "https://api.openai.com")]
    origin: String,
    /// Who last set the origin: by creation, a change to another origin, or a transfer. Null where that
    /// was before it was recorded; the nil UUID stands for the operator.
    #[schema(format = Uuid)]
    set_by: Option<String>,
    /// What that user is called, for callers who may read the user.
    set_by_name: Option<String>,
    #[schema(format = DateTime)]
    set_at: Option<String>,
    /// Who has given a credential together with the endpoint since. These users, and the one who set
    /// the origin, may renew the credential without naming the endpoint.
    #[schema(format = Uuid)]
    confirmed_by: Vec<String>,
    /// Who gave the stored credential; null where there is none, or where it was not recorded.
    #[schema(format = Uuid)]
    credential_given_by: Option<String>,
}

impl Answer {
    fn new(ConfigOrigin { config, origin, setter }: ConfigOrigin) -> Self {
        let LlmConfig { origin: OriginProvenance { set, confirmed_by }, secret, .. } = config;
        Self {
            origin: origin.to_string(),
            set_by: set.map(|it| it.by.to_string()),
            set_by_name: setter,
            set_at: set.map(|it| rfc3339(it.at)),
            confirmed_by: confirmed_by.iter().map(ToString::to_string).collect(),
            credential_given_by: secret.and_then(|it| it.given_by).map(|it| it.to_string()),
        }
    }
}

/// Shows where the credential of a configuration goes, and who chose that.
#[utoipa::path(
    get, path = "/llm-config/v1/configs/{id}/origin", operation_id = "getOrigin", tag = own::CONFIGS,
    params(ById),
    responses(
        (status = 200, body = Answer,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        BadRequest, Forbidden, NotFound
    )
)]
pub(in crate::http) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.origin(&session, path::id(&request)?).await?)
    };
    match found.await {
        Ok(found) => {
            let tag = ("etag", etag::ETag::of(&found.config).text());
            HttpResponse::Ok().insert_header(tag).json(Answer::new(found))
        }
        Err(failure) => crate::http::legacy::answer(&request, failure),
    }
}
