//! The parameter `depth`.

use std::str::FromStr;

use actix_web::HttpRequest;
use llm_config_probe::report::Depth;
use llm_config_service::Parsed;
use utoipa::ToSchema;

use crate::http::query::{self, First, query_params};

query_params! {
    pub(crate) struct CheckQuery {
        /// `reach` connects to the host. `credential` also tests the credential and whether the model exists,
        /// without using tokens (the default). `inference` also calls the model, which uses a few tokens.
        #[param(value_type = Option<DepthName>, inline)]
        depth: First<DepthName>,
    }
}

/// The depth of a check.
#[derive(Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum DepthName {
    Reach,
    Credential,
    Inference,
}

/// Reads the depth; by default the credential is tested.
pub(crate) fn read(request: &HttpRequest) -> Parsed<Depth> {
    let CheckQuery { depth } = query::read(request)?;
    Ok(match depth.0 {
        Some(DepthName::Reach) => Depth::Reach,
        None | Some(DepthName::Credential) => Depth::Credential,
        Some(DepthName::Inference) => Depth::Inference,
    })
}

impl FromStr for DepthName {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, &'static str> {
        match name {
            "reach" => Ok(Self::Reach),
            "credential" => Ok(Self::Credential),
            "inference" => Ok(Self::Inference),
            _ => Err("must be one of reach, credential, inference"),
        }
    }
}
