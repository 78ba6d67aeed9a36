//! The parameter `depth`.

use actix_web::HttpRequest;
use llm_config_probe::report::Depth;
use llm_config_service::Parsed;

use crate::http::query::{self, query_params};
use crate::http::schema::enums::names;

query_params! {
    pub(crate) struct CheckQuery {
        /// `reach` connects to the host. `credential` also tests the credential and whether the model exists,
        /// without using tokens (the default). `inference` also calls the model, which uses a few tokens.
        depth: Option<DepthName>,
    }
}

names! {
    /// The depth of a check.
    pub(crate) enum DepthName as CheckDepth {
        Reach = "reach",
        Credential = "credential",
        Inference = "inference",
    }
}

/// Reads the depth; by default the credential is tested.
pub(crate) fn read(request: &HttpRequest) -> Parsed<Depth> {
    let CheckQuery { depth } = query::read(request)?;
    Ok(match depth {
        Some(DepthName::Reach) => Depth::Reach,
        None | Some(DepthName::Credential) => Depth::Credential,
        Some(DepthName::Inference) => Depth::Inference,
    })
}
