//! Which product answers: by its host, or by what its answers show.

use serde_json::Value;

use super::{bedrock, vertex};
use crate::error_body::ErrorBody;
use crate::report::Product;
use llm_config_egress::Response;

/// Hosts that belong to one vendor, by their end.
const HOSTS: &[(&str, Product)] = &[
    ("api.openai.com", Product::OpenAi),
    ("openai.azure.com", Product::AzureOpenAi),
    ("openai.azure.us", Product::AzureOpenAi),
    ("cognitiveservices.azure.com", Product::AzureOpenAi),
    ("services.ai.azure.com", Product::AzureOpenAi),
    ("api.anthropic.com", Product::Anthropic),
    ("generativelanguage.googleapis.com", Product::Gemini),
    ("openrouter.ai", Product::OpenRouter),
    ("ollama.com", Product::Ollama),
    ("api.mistral.ai", Product::Mistral),
    ("codestral.mistral.ai", Product::Mistral),
    ("dashscope.aliyuncs.com", Product::DashScope),
    ("dashscope-intl.aliyuncs.com", Product::DashScope),
    ("dashscope-us.aliyuncs.com", Product::DashScope),
    ("maas.aliyuncs.com", Product::DashScope),
];

/// The product that a host belongs to.
pub(crate) fn by_host(host: &str) -> Option<Product> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |domain: &str| {
        host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    if let Some((_, product)) = HOSTS.iter().find(|(domain, _)| is_below(domain)) {
        return Some(*product);
    }
    // Names with a region in them, which their families read.
    if vertex::is_vendor(&host) {
        Some(Product::VertexAi)
    } else if bedrock::is_vendor(&host) {
        Some(Product::Bedrock)
    } else {
        None
    }
}

/// The product that an answer shows, by signs that no other gives.
pub(crate) fn by_answer(answer: &Response) -> Option<Product> {
    by_headers(answer).or_else(|| by_list(answer)).or_else(|| by_error(answer))
}

/// Whether a product speaks an API of its own, so that an `OpenAI`-like call says nothing about a key.
pub(crate) const fn speaks_otherwise(product: Product) -> bool {
    match product {
        Product::Anthropic | Product::Gemini | Product::VertexAi | Product::Bedrock => true,
        Product::OpenAi
        | Product::AzureOpenAi
        | Product::OpenRouter
        | Product::LiteLlm
        | Product::Vllm
        | Product::Ollama
        | Product::LlamaCpp
        | Product::LlamaCppPython
        | Product::LmStudio
        | Product::Mistral
        | Product::DashScope => false,
    }
}

fn by_headers(answer: &Response) -> Option<Product> {
    if answer.header("server").is_some_and(|it| it.starts_with("llama.cpp")) {
        return Some(Product::LlamaCpp);
    }
    let has = |prefix: &str| answer.headers.keys().any(|it| it.as_str().starts_with(prefix));
    match () {
        () if has("x-litellm-") => Some(Product::LiteLlm),
        () if has("anthropic-") => Some(Product::Anthropic),
        () if has("openai-") => Some(Product::OpenAi),
        () => None,
    }
}

/// Servers name themselves as the owner of the models that they list.
fn by_list(answer: &Response) -> Option<Product> {
    let json = answer.json()?;
    let first = json.get("data")?.as_array()?.first()?;
    match first.get("owned_by").and_then(Value::as_str)? {
        "vllm" => Some(Product::Vllm),
        "llamacpp" => Some(Product::LlamaCpp),
        "library" => Some(Product::Ollama),
        _ => None,
    }
}

fn by_error(answer: &Response) -> Option<Product> {
    let json = answer.json()?;
    let error = ErrorBody::read(answer);
    let is_text = |name: &str, text: &str| json.get(name).and_then(Value::as_str) == Some(text);
    match (error.kind.as_str(), answer.status) {
        ("no_db_connection" | "token_not_found_in_db" | "auth_error" | "expired_key", _) => {
            Some(Product::LiteLlm)
        }
        (kind, _) if kind.ends_with("_model_access_denied") => Some(Product::LiteLlm),
        _ if error.message.starts_with("litellm.") => Some(Product::LiteLlm),
        _ if is_text("type", "error") && !error.kind.is_empty() => Some(Product::Anthropic),
        _ if is_text("error", "Unauthorized") => Some(Product::Vllm),
        ("NotFoundError" | "BadRequestError", _) => Some(Product::Vllm),
        _ if error.message.starts_with("unexpected endpoint or method") => Some(Product::LmStudio),
        _ if is_text("detail", "Invalid API key") => Some(Product::LlamaCppPython),
        _ if !error.status.is_empty() && error.status.chars().all(is_google) => Some(Product::Gemini),
        (kind, _) if AMAZON.contains(&kind) => Some(Product::Bedrock),
        _ => None,
    }
}

/// Not those that any API Gateway gives, such as `MissingAuthenticationTokenException`.
const AMAZON: &[&str] = &[
    "AccessDeniedException",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "IncompleteSignatureException",
    "ValidationException",
];

/// The characters of Google's `error.status`.
pub(super) const fn is_google(c: char) -> bool {
    c.is_ascii_uppercase() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_vendors_are_known_and_lookalikes_are_not() {
        let check = |host: &str, expected| assert_eq!(by_host(host), expected, "{host}");
        check("api.openai.com", Some(Product::OpenAi));
        check("eu.api.openai.com", Some(Product::OpenAi));
        check("API.OpenAI.com.", Some(Product::OpenAi));
        check("xapi.openai.com", None);
        check("api.openai.com.example", None);
        check("r.openai.azure.com", Some(Product::AzureOpenAi));
        check("api.anthropic.com", Some(Product::Anthropic));
        check("generativelanguage.googleapis.com", Some(Product::Gemini));
        check("us-central1-aiplatform.googleapis.com", Some(Product::VertexAi));
        check("aiplatform.googleapis.com", Some(Product::VertexAi));
        check("storage.googleapis.com", None);
        check("bedrock.us-east-1.amazonaws.com", Some(Product::Bedrock));
        check("bedrock-runtime.eu-west-1.amazonaws.com", Some(Product::Bedrock));
        check("vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com", Some(Product::Bedrock));
        check("bedrock-runtime.eu-central-1.amazonaws.eu", Some(Product::Bedrock));
        check("bedrock-runtime.eu-central-1.api.aws", Some(Product::Bedrock));
        check("bedrock-mantle.us-east-1.api.aws", Some(Product::Bedrock));
        check("aiplatform.eu.rep.googleapis.com", Some(Product::VertexAi));
        check("r.openai.azure.us", Some(Product::AzureOpenAi));
        check("s3.amazonaws.com", None);
        check("bedrock.us-east-1.amazonaws.com.example", None);
        check("bedrock-x.amazonaws.com", None);
        check("bedrock.example", None);
        check("openrouter.ai", Some(Product::OpenRouter));
        check("w1.cn-hangzhou.maas.aliyuncs.com", Some(Product::DashScope));
        check("127.0.0.1", None);
    }
}
