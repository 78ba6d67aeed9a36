//! The roots of an OpenAI-compatible API's dialects.

use crate::api_root::ApiRoot;
use crate::base_url::{ApiForm, BaseUrl};
use crate::completion::Operation;
use crate::family::ProviderTarget;
use crate::model_api::{CallUrlError, Dialect};

/// The root at which a target is called. Where the stored URL is that of a call in another API, such as
/// `/api/chat` of Ollama, the root lies beside it. Paths of a divided host are used as they are.
pub(crate) fn call_root(target: &ProviderTarget<'_>) -> ApiRoot {
    let url = target.target.url();
    let is_of_other_api = match Operation::at(&url) {
        Some(
            Operation::OllamaChat
            | Operation::OllamaGenerate
            | Operation::GenerateContent
            | Operation::Converse,
        ) => !target.is_divided_host,
        Some(
            Operation::ChatCompletions | Operation::Completions | Operation::Responses | Operation::Messages,
        )
        | None => false,
    };
    if !is_of_other_api {
        return target.api_root();
    }
    let form = if target.family.is_openai_compatible() {
        ApiForm::OpenAi
    } else {
        ApiForm::Own { adds_version: target.vendor.is_some_and(|vendor| vendor.adds_version) }
    };
    ApiRoot::at(BaseUrl::corrected_url(url, form, false))
}

/// The root of a dialect at an OpenAI-compatible API with this root. Servers with Anthropic's dialect have it
/// beside the other.
pub(crate) fn dialect_root(
    target: &ProviderTarget<'_>,
    root: ApiRoot,
    dialect: Dialect,
) -> Result<ApiRoot, CallUrlError> {
    let is_spoken = match dialect {
        Dialect::OpenAi => true,
        Dialect::Anthropic => target.vendor.is_some_and(|vendor| vendor.speaks_messages),
        Dialect::Gemini => false,
    };
    if is_spoken { Ok(root) } else { Err(CallUrlError::NotSpoken) }
}
