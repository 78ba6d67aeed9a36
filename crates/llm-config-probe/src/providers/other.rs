//! `OTHER`: whoever it is, first by the host, then by what the answers show.

use super::Subject;
use super::{anthropic, bedrock, custom, gemini, product};
use crate::finding::Finding;
use crate::report::Product;
use crate::run::Run;

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let Some(product) = product::by_host(subject.base.host()) else {
        return custom::unknown(run, subject).await;
    };
    match product {
        Product::Anthropic => anthropic::check(run, subject).await.product(product),
        Product::Gemini | Product::VertexAi => gemini::check(run, subject).await.product(product),
        Product::Bedrock => bedrock::check(run, subject).await.product(product),
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
        | Product::DashScope => custom::of_vendor(run, subject, product).await,
    }
}
