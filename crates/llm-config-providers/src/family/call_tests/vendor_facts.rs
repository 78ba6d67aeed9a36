//! Parameters that a provider takes in calls, and the time for which its connections are kept.

use llm_config_core::provider::Provider;

use super::{DEFAULT, target};
use crate::auth::Auth;
use crate::family::ProviderTarget;
use crate::model_api::Dialect;

/// `expected`: whether `include_usage` may be added, and whether the output limit has the newer name.
#[track_caller]
fn check(provider: Provider, endpoint: &str, expected: (bool, bool)) {
    let target = target(provider, endpoint, DEFAULT);
    let provider = ProviderTarget::new(&target, Auth::None);
    let found = (provider.takes_include_usage(), provider.renames_max_tokens());
    assert_eq!(found, expected, "{} {endpoint}", target.provider);
}

/// Cases 23 and 25.
#[test]
fn takes_include_usage_is_true_for_products_and_hosts_known_to_take_it() {
    check(Provider::OpenAi, "https://api.openai.com/v1", (true, true));
    check(Provider::CustomOpenAiCompatible, "https://api.openai.com/v1", (true, true));
    check(Provider::Other, "https://eu.api.openai.com/v1", (true, true));
    // The provider value counts where the host tells nothing.
    check(Provider::OpenAi, "http://127.0.0.1:9000/v1", (true, false));
    check(Provider::Vllm, "http://127.0.0.1:8000/v1", (true, false));
    check(Provider::Ollama, "http://127.0.0.1:11434/v1", (true, false));
    check(Provider::LlamaCpp, "http://127.0.0.1:8080/v1", (true, false));
    check(Provider::LiteLlmProxy, "http://127.0.0.1:4000", (true, false));
    check(Provider::Anthropic, "https://api.anthropic.com", (true, false));
}

#[test]
fn takes_include_usage_is_false_where_unknown_or_reported_unasked() {
    check(Provider::Other, "http://127.0.0.1:9000/v1", (false, false));
    check(Provider::CustomOpenAiCompatible, "https://llm.example/v1", (false, false));
    check(Provider::OpenRouter, "https://openrouter.ai/api/v1", (false, false));
    check(Provider::OpenRouter, "https://llm.example/api/v1", (false, false));
    check(Provider::OpenAi, "https://openrouter.ai/api/v1", (false, false));
    check(Provider::CustomOpenAiCompatible, "https://api.mistral.ai/v1", (false, false));
    check(Provider::OpenAi, "https://api.mistral.ai/v1", (false, false));
    check(Provider::Aws, "https://bedrock-runtime.us-east-1.amazonaws.com", (false, false));
    check(Provider::Google, "https://generativelanguage.googleapis.com", (false, false));
}

#[test]
fn takes_include_usage_at_azure_depends_on_the_version() {
    let azure = |end, expected| {
        let endpoint = format!("https://acme.openai.azure.com{end}");
        check(Provider::CustomOpenAiCompatible, &endpoint, (expected, true));
    };
    azure("/openai/v1", true);
    azure("", true);
    azure("?api-version=2024-10-21", true);
    azure("/openai/deployments/mini?api-version=2025-04-01-preview", true);
    azure("/openai/deployments/mini?api-version=2024-06-01", false);
    azure("/openai/deployments/mini?api-version=2023-05-15", false);
}

#[track_caller]
fn check_model(provider: Provider, endpoint: &str, dialect: Dialect, expected: &[(&str, &str)]) {
    let target = target(provider, endpoint, DEFAULT);
    let provider = ProviderTarget::new(&target, Auth::None);
    for (model, expected) in expected {
        assert_eq!(provider.model_in_calls(dialect, model), *expected, "{endpoint}");
    }
}

#[test]
fn model_in_calls_is_the_name_that_calls_take() {
    let google = "https://generativelanguage.googleapis.com";
    for dialect in [Dialect::OpenAi, Dialect::Gemini] {
        check_model(
            Provider::Google,
            google,
            dialect,
            &[("models/gemini-x", "gemini-x"), ("gemini-x", "gemini-x"), ("tunedModels/t", "tunedModels/t")],
        );
    }
    let vertex = "https://aiplatform.googleapis.com/v1/projects/p/locations/l";
    check_model(
        Provider::Google,
        vertex,
        Dialect::OpenAi,
        &[
            ("gemini-x", "google/gemini-x"),
            ("google/gemini-x", "google/gemini-x"),
            ("publishers/meta/models/llama-x", "meta/llama-x"),
            ("", ""),
        ],
    );
    let verbatim: &[(&str, &str)] = &[("models/x", "models/x"), ("a/b", "a/b")];
    check_model(Provider::OpenAi, "https://api.openai.com/v1", Dialect::OpenAi, verbatim);
}

#[track_caller]
fn check_idle(provider: Provider, endpoint: &str, expected: u64) {
    let target = target(provider, endpoint, DEFAULT);
    let found = ProviderTarget::new(&target, Auth::None).idle_limit();
    assert_eq!(found.as_secs(), expected, "{endpoint}");
}

#[test]
fn idle_limit_is_longer_for_hosted_vendors() {
    check_idle(Provider::OpenAi, "https://api.openai.com/v1", 30);
    check_idle(Provider::Vllm, "https://api.openai.com/v1", 30);
    check_idle(Provider::Other, "https://acme.openai.azure.com", 30);
    check_idle(Provider::Aws, "https://bedrock-runtime.us-east-1.amazonaws.com", 30);
    check_idle(Provider::OpenAi, "https://llm.example/v1", 4);
    check_idle(Provider::Anthropic, "https://llm.example", 4);
    check_idle(Provider::Vllm, "http://127.0.0.1:8000/v1", 4);
    check_idle(Provider::Ollama, "http://127.0.0.1:11434", 4);
}
