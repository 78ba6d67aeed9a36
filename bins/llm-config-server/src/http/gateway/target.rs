//! What the URL of a request says: the configuration, the model, and the query.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use llm_config_core::id::{ConfigId, WorkspaceId};
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::headers::{GatewayRoute, WORKSPACE, query_is_allowed};
use llm_config_gateway::model_name::decode_path_model;
use llm_config_providers::GeminiVersion;
use llm_config_service::ConfigNaming;
use url::form_urlencoded;

/// Where a request names the configuration: the two base URLs of each API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamedIn {
    /// The model of the request names the configuration.
    Model,
    /// The URL does.
    Url,
}

impl NamedIn {
    /// What names the configuration of a request.
    pub(super) fn config_naming(self, request: &HttpRequest) -> Result<ConfigNaming, GatewayError> {
        match self {
            Self::Model => Ok(ConfigNaming::InModel { workspace: workspace(request.headers())? }),
            Self::Url => {
                let id = request.match_info().query("id");
                let named = id.parse::<ConfigId>().map(ConfigNaming::InUrl);
                named.map_err(|_| GatewayError::ConfigNotFound { id: id.to_owned() })
            }
        }
    }
}

fn workspace(headers: &HeaderMap) -> Result<Option<WorkspaceId>, GatewayError> {
    let Some(value) = headers.get(WORKSPACE) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|text| text.parse().ok());
    // A workspace that does not exist has no configurations.
    id.map(Some).ok_or(GatewayError::InvalidHeader { name: WORKSPACE, expected: "the id of a workspace" })
}

/// The model in the path of a request, decoded once: what stands between `models/` and `method`.
pub(super) fn path_model(request: &HttpRequest, method: &str) -> Result<String, GatewayError> {
    let path = request.uri().path();
    let rest = path.split_once("/models/").map(|(_, rest)| rest);
    let encoded = rest.and_then(|rest| rest.strip_suffix(method));
    encoded.and_then(decode_path_model).ok_or(GatewayError::UnknownPath)
}

/// The version in the path of a request to Gemini's API.
pub(super) fn gemini_version(request: &HttpRequest) -> GeminiVersion {
    let before_model = request.uri().path().split("/models").next().unwrap_or_default();
    if before_model.ends_with("/v1") { GeminiVersion::V1 } else { GeminiVersion::V1Beta }
}

/// The query of a request.
#[derive(Default)]
pub(super) struct Query {
    /// `alt=sse`
    pub(super) wants_events: bool,
    /// `beta=true`
    pub(super) is_beta: bool,
    /// The parameters of lists.
    pub(super) page: Vec<(String, String)>,
}

impl Query {
    /// Reads the query. An error names a parameter, never its value.
    pub(super) fn read(request: &HttpRequest, route: GatewayRoute) -> Result<Self, GatewayError> {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            if !query_is_allowed(route, &name) {
                return Err(GatewayError::QueryNotAllowed { name: name.into_owned() });
            }
            match (&*name, &*value) {
                ("alt", "sse") => query.wants_events = true,
                ("beta", "true") => query.is_beta = true,
                ("alt" | "beta", _) => {}
                _ => query.page.push((name.into_owned(), value.into_owned())),
            }
        }
        Ok(query)
    }
}
