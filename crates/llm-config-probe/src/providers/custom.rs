//! `CUSTOM_OPENAI_COMPATIBLE`: a vendor that is known by its host, or whatever speaks like `OpenAI`.

use super::Subject;
use super::dialect::Dialect;
use super::{azure, bedrock, compatible, ollama, open_router, openai, product};
use crate::finding::Finding;
use crate::report::Product;
use crate::run::Run;

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    match product::by_host(subject.base.host()) {
        Some(product) => of_vendor(run, subject, product).await,
        None => unknown(run, subject).await,
    }
}

/// A server of which nothing is known but what it shows: Mistral's own dialect, LM Studio,
/// llama-cpp-python and many a gateway.
pub(crate) async fn unknown(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    compatible::check(run, subject, &Dialect::of(None)).await
}

/// A vendor's own host.
pub(crate) async fn of_vendor(run: &mut Run<'_>, subject: &Subject<'_>, product: Product) -> Finding {
    let finding = match product {
        Product::OpenAi => openai::vendor(run, subject).await,
        Product::Mistral => compatible::check(run, subject, &Dialect::vendor(product)).await,
        Product::AzureOpenAi => azure::check(run, subject).await,
        Product::OpenRouter => open_router::vendor(run, subject).await,
        Product::Ollama => ollama::cloud(run, subject).await,
        // Whether its list is there, and for whom, is not documented for all of its hosts.
        Product::DashScope => compatible::check(run, subject, &Dialect::of(Some(product))).await,
        Product::Bedrock if bedrock::speaks_like_openai(subject.base.host()) => unknown(run, subject).await,
        // They also have a path that speaks like OpenAI, which is what this provider says.
        Product::Anthropic | Product::Gemini | Product::VertexAi | Product::Bedrock => {
            compatible::check(run, subject, &Dialect::of(Some(product))).await
        }
        // No host is theirs.
        Product::LiteLlm
        | Product::Vllm
        | Product::LlamaCpp
        | Product::LlamaCppPython
        | Product::LmStudio => unknown(run, subject).await,
    };
    finding.product(product)
}
