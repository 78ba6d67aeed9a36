//! What each family of providers is asked, and what its answers mean.

mod answers;
mod anthropic;
mod bedrock;
mod custom;
mod gemini;
mod google_errors;
mod native;
mod vertex;

use llm_config_core::provider::Provider;
use llm_config_core::target::Target;

use crate::access::Access;
use crate::base::Base;
use crate::finding::Finding;
use crate::report::Depth;
use crate::run::Run;

/// What is checked.
pub(crate) struct Subject<'a> {
    pub(crate) target: &'a Target,
    pub(crate) base: &'a Base,
    pub(crate) access: &'a Access,
    pub(crate) depth: Depth,
}

impl Subject<'_> {
    /// The model's id at the provider, if the configuration names one.
    pub(crate) fn model(&self) -> Option<&str> {
        self.target.model.as_ref().map(|it| it.as_str())
    }
}

/// Asks whoever should answer.
pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    match subject.target.provider {
        Provider::Anthropic => anthropic::check(run, subject).await,
        Provider::Google => gemini::check(run, subject).await,
        Provider::Aws => bedrock::check(run, subject).await,
        Provider::OpenAi
        | Provider::Other
        | Provider::LiteLlmProxy
        | Provider::OpenRouter
        | Provider::Vllm
        | Provider::Ollama
        | Provider::LlamaCpp
        | Provider::CustomOpenAiCompatible => custom::check(run, subject).await,
    }
}
