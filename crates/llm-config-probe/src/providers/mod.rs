//! What each family of providers is asked, and what its answers mean.

mod answers;
mod anthropic;
mod azure;
mod bedrock;
pub(crate) mod codes;
mod compatible;
mod control;
mod custom;
mod dialect;
mod gemini;
mod generation;
mod google_errors;
mod hosts;
mod listing;
mod litellm;
mod llama_cpp;
mod models;
mod native;
mod ollama;
mod open_router;
mod openai;
mod other;
mod pages;
mod place;
mod product;
mod question;
mod reach;
mod redirect;
pub(crate) mod verdicts;
mod vertex;
mod vllm;
mod wrong_base;

use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_core::text::ModelId;

pub(crate) use bedrock::signed;
pub use hosts::KnownVendorHosts;

use crate::access::Access;
use crate::base::Base;
use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{Depth, Product, Reason};
use crate::run::Run;
use llm_config_egress::Response;

/// What is checked.
pub(crate) struct Subject<'a> {
    pub(crate) target: &'a Target,
    pub(crate) base: &'a Base,
    pub(crate) access: &'a Access,
    pub(crate) depth: Depth,
}

impl Subject<'_> {
    /// Whether the model itself will be called, so that calls that only come near it are spared.
    pub(crate) fn goes_to_model(&self) -> bool {
        self.depth == Depth::Inference && self.target.model.is_some()
    }

    /// The model's id at the provider, if the configuration names one.
    pub(crate) fn model(&self) -> Option<&str> {
        self.target.model.as_ref().map(ModelId::as_str)
    }
}

/// Asks whoever should answer.
pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    if let Some(finding) = pages::finding(subject) {
        return finding;
    }
    let finding = match (subject.depth, subject.target.provider) {
        // These look for something where they ask it.
        (Depth::Reach, Provider::Anthropic | Provider::Google | Provider::Aws)
        | (Depth::Credential | Depth::Inference, _) => ask(run, subject).await,
        (Depth::Reach, _) => reach::check(run, subject).await,
    };
    let finding = match subject.depth {
        Depth::Reach | Depth::Credential => finding,
        Depth::Inference => generation::call(run, subject, finding).await,
    };
    // Only what was not said is worth saying.
    let product = finding.product.filter(|it| product_of(subject.target.provider) != Some(*it));
    wrong_base::judge(subject, Finding { product, ..finding })
}

async fn ask(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    match subject.target.provider {
        Provider::Anthropic => anthropic::check(run, subject).await,
        Provider::Google => gemini::check(run, subject).await,
        Provider::Aws => bedrock::check(run, subject).await,
        Provider::OpenAi => openai::check(run, subject).await,
        Provider::Other => other::check(run, subject).await,
        Provider::LiteLlmProxy => litellm::check(run, subject).await,
        Provider::OpenRouter => open_router::check(run, subject).await,
        Provider::Vllm => vllm::check(run, subject).await,
        Provider::Ollama => ollama::check(run, subject).await,
        Provider::LlamaCpp => llama_cpp::check(run, subject).await,
        Provider::CustomOpenAiCompatible => custom::check(run, subject).await,
    }
}

/// What a refusal means that has the form of Google's, Amazon's or Anthropic's, whoever passes it on.
pub(crate) fn in_own_form(answer: &Response) -> Option<Reason> {
    let status = ErrorBody::read(answer).status;
    let is_google = !status.is_empty() && status.chars().all(product::is_google);
    let finding = if answer.header("x-amzn-errortype").is_some() {
        bedrock::refusal(answer)
    } else if is_google {
        google_errors::refusal(answer)
    } else {
        anthropic::in_own_form(answer)
    };
    finding.map(|it| it.reason)
}

/// The product that a provider's name says, if it says one.
const fn product_of(provider: Provider) -> Option<Product> {
    match provider {
        Provider::OpenAi => Some(Product::OpenAi),
        Provider::Anthropic => Some(Product::Anthropic),
        Provider::LiteLlmProxy => Some(Product::LiteLlm),
        Provider::OpenRouter => Some(Product::OpenRouter),
        Provider::Vllm => Some(Product::Vllm),
        Provider::Ollama => Some(Product::Ollama),
        Provider::LlamaCpp => Some(Product::LlamaCpp),
        Provider::Aws => Some(Product::Bedrock),
        // Gemini or Vertex AI.
        Provider::Google | Provider::Other | Provider::CustomOpenAiCompatible => None,
    }
}
