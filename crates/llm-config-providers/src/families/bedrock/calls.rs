//! The roots of Bedrock's dialects.

use super::endpoint::Plane;
use super::{endpoint, root};
use crate::api_root::ApiRoot;
use crate::base_url::BaseUrl;
use crate::family::ProviderTarget;
use crate::family::openai_calls::call_root;
use crate::model_api::{CallUrlError, Dialect};

/// The path of the OpenAI-compatible API.
const OPEN_AI: &str = "openai/v1";

const RUNTIME_ONLY: &str = "This host of Bedrock lists models and calls none, and calls go to the stored \
    host only: store the endpoint of bedrock-runtime.";

/// The root of a dialect. At AWS's own hosts it is fixed; at mantle, it depends on the model whether calls
/// lie below `openai/v1` or `v1`, so a stored one of them counts.
pub(super) fn dialect_root(target: &ProviderTarget<'_>, dialect: Dialect) -> Result<ApiRoot, CallUrlError> {
    let at = |path: &str| ApiRoot::at(BaseUrl::from_url(root(target)).at_path(path));
    match (dialect, endpoint(target).plane) {
        (Dialect::OpenAi, Plane::Runtime) => Ok(at(OPEN_AI)),
        (Dialect::OpenAi, Plane::Mantle) => {
            let stored = call_root(target);
            Ok(if matches!(stored.base().path(), "v1" | OPEN_AI) { stored } else { at(OPEN_AI) })
        }
        // Prompts and a session token go to the origin that they were stored for, signed or not.
        (Dialect::OpenAi, Plane::Control) => Err(CallUrlError::Incomplete(RUNTIME_ONLY)),
        (Dialect::OpenAi, Plane::Unknown) => {
            let stored = call_root(target);
            if stored.base().path().ends_with(OPEN_AI) {
                return Ok(stored);
            }
            Ok(ApiRoot::at(BaseUrl::from_url(stored.base().join_encoded(OPEN_AI))))
        }
        (Dialect::Anthropic, Plane::Mantle) => Ok(at("anthropic")),
        (Dialect::Anthropic, Plane::Control | Plane::Runtime | Plane::Unknown) | (Dialect::Gemini, _) => {
            Err(CallUrlError::NotSpoken)
        }
    }
}
