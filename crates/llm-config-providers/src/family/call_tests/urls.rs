//! The dialects of each provider, and the URLs of OpenAI-compatible ones and of messages.

use llm_config_core::provider::Provider;
use llm_config_core::target::Target;

use super::{AZURE, DEFAULT, GOOGLE, check, target, url};
use crate::auth::Auth;
use crate::family::ProviderTarget;
use crate::model_api::{CallRoute, CallUrlError, CallUrlOptions, Dialect};

use CallRoute::{ChatCompletions, Completions, Embeddings, Messages, MessagesCountTokens, Responses};

#[track_caller]
fn check_spoken(provider: Provider, endpoint: &str, expected: &[Dialect]) {
    let target = target(provider, endpoint, DEFAULT);
    let provider = ProviderTarget::new(&target, Auth::None);
    assert_eq!(provider.spoken_dialects(), expected, "{endpoint}");
    for route in CallRoute::ALL {
        let is_spoken = expected.contains(&route.dialect());
        let found = provider.call_url(route, "m", CallUrlOptions::default());
        assert_eq!(is_spoken, found != Err(CallUrlError::NotSpoken), "{endpoint} {route:?}: {found:?}");
    }
    for dialect in Dialect::ALL {
        let found = provider.models_url(dialect);
        assert_eq!(
            expected.contains(&dialect),
            found != Err(CallUrlError::NotSpoken),
            "{endpoint} {dialect:?}"
        );
    }
}

#[test]
fn spoken_dialects_of_each_provider_are_those_of_its_api() {
    use Dialect::{Anthropic, Gemini, OpenAi};
    for (provider, endpoint) in [
        (Provider::OpenAi, "https://api.openai.com/v1"),
        (Provider::OpenAi, "https://llm.example/v1"),
        (Provider::CustomOpenAiCompatible, "https://llm.example/v1"),
        (Provider::CustomOpenAiCompatible, "https://api.mistral.ai/v1"),
        (Provider::CustomOpenAiCompatible, "https://api.anthropic.com/v1"),
        (Provider::CustomOpenAiCompatible, AZURE),
        (Provider::Other, "https://llm.example/v1"),
        (Provider::Other, "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l"),
        (Provider::Google, "https://aiplatform.googleapis.com/v1"),
        (Provider::Aws, "https://bedrock-runtime.us-east-1.amazonaws.com"),
        (Provider::Aws, "https://bedrock.us-east-1.amazonaws.com"),
        (Provider::Aws, "https://llm.example/aws"),
    ] {
        check_spoken(provider, endpoint, &[OpenAi]);
    }
    for (provider, endpoint) in [
        (Provider::OpenRouter, "https://openrouter.ai/api/v1"),
        (Provider::CustomOpenAiCompatible, "https://openrouter.ai/api/v1"),
        (Provider::Ollama, "http://127.0.0.1:11434/v1"),
        (Provider::Vllm, "http://127.0.0.1:8000/v1"),
        (Provider::LlamaCpp, "http://127.0.0.1:8080/v1"),
        (Provider::LiteLlmProxy, "http://127.0.0.1:4000"),
        (Provider::Anthropic, "https://api.anthropic.com"),
        (Provider::Anthropic, "https://llm.example/anthropic"),
        (Provider::Other, "https://api.anthropic.com"),
        (Provider::Aws, "https://bedrock-mantle.us-east-1.api.aws/v1"),
    ] {
        check_spoken(provider, endpoint, &[OpenAi, Anthropic]);
    }
    for (provider, endpoint) in [
        (Provider::Google, GOOGLE),
        (Provider::Google, "https://llm.example/gemini"),
        (Provider::Google, "https://generativelanguage.googleapis.com/v1beta/openai"),
        (Provider::Other, GOOGLE),
    ] {
        check_spoken(provider, endpoint, &[OpenAi, Gemini]);
    }
}

#[test]
fn call_url_of_openai_compatible_api_lies_at_the_endpoint() {
    let check = |endpoint, path, expected| check(Provider::CustomOpenAiCompatible, endpoint, path, expected);
    check(
        "https://llm.example/v1",
        DEFAULT,
        &[
            (ChatCompletions, "https://llm.example/v1/chat/completions"),
            (Completions, "https://llm.example/v1/completions"),
            (Embeddings, "https://llm.example/v1/embeddings"),
            (Responses, "https://llm.example/v1/responses"),
        ],
    );
    // As a ping calls it: where the API lies below `/v1`, a check suggests that.
    check("https://llm.example", DEFAULT, &[(Embeddings, "https://llm.example/embeddings")]);
    check(
        "https://llm.example",
        "/v1/chat/completions",
        &[
            (ChatCompletions, "https://llm.example/v1/chat/completions"),
            (Responses, "https://llm.example/v1/responses"),
        ],
    );
    check(
        "https://llm.example/v1/chat/completions",
        "/",
        &[(Embeddings, "https://llm.example/v1/embeddings")],
    );
    check(
        "https://llm.example/v1?tenant=a",
        "/chat/completions?b=c",
        &[
            (ChatCompletions, "https://llm.example/v1/chat/completions?tenant=a&b=c"),
            (Embeddings, "https://llm.example/v1/embeddings?tenant=a&b=c"),
        ],
    );
    // A certain correction.
    check(
        "https://api.mistral.ai/v1/v1",
        DEFAULT,
        &[(ChatCompletions, "https://api.mistral.ai/v1/chat/completions")],
    );
}

#[test]
fn stored_api_path_replaces_the_path_of_one_route() {
    let check = |path, expected| check(Provider::Other, "https://llm.example/v1", path, expected);
    check(
        "/generate",
        &[
            (ChatCompletions, "https://llm.example/v1/generate"),
            (Embeddings, "https://llm.example/v1/embeddings"),
        ],
    );
    check(
        "/responses",
        &[
            (Responses, "https://llm.example/v1/responses"),
            (ChatCompletions, "https://llm.example/v1/chat/completions"),
        ],
    );
    check(
        "/fim/completions",
        &[
            (Completions, "https://llm.example/v1/fim/completions"),
            (ChatCompletions, "https://llm.example/v1/chat/completions"),
        ],
    );
    check(
        "/x/embeddings",
        &[
            (Embeddings, "https://llm.example/v1/x/embeddings"),
            (ChatCompletions, "https://llm.example/v1/x/chat/completions"),
        ],
    );
    check("/images/generations", &[(ChatCompletions, "https://llm.example/v1/chat/completions")]);
}

#[test]
fn call_url_of_messages_leaves_out_a_last_version() {
    for (provider, endpoint, expected) in [
        (Provider::Vllm, "http://h:8000/v1", "http://h:8000/v1/messages"),
        (Provider::Vllm, "http://h:8000", "http://h:8000/v1/messages"),
        (Provider::LiteLlmProxy, "https://h/litellm/v1/", "https://h/litellm/v1/messages"),
        (Provider::OpenRouter, "https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/messages"),
        (Provider::OpenRouter, "https://openrouter.ai", "https://openrouter.ai/api/v1/messages"),
        (Provider::Ollama, "https://ollama.com", "https://ollama.com/v1/messages"),
        (Provider::LlamaCpp, "http://h:8080/v1?a=b", "http://h:8080/v1/messages?a=b"),
        (Provider::Anthropic, "https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
        (Provider::Anthropic, "https://api.anthropic.com/v1", "https://api.anthropic.com/v1/messages"),
        (
            Provider::Anthropic,
            "https://api.anthropic.com/v1/messages",
            "https://api.anthropic.com/v1/messages",
        ),
        (Provider::Other, "https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
        (Provider::Anthropic, "https://h/anthropic", "https://h/anthropic/v1/messages"),
    ] {
        check(
            provider,
            endpoint,
            DEFAULT,
            &[
                (Messages, expected),
                (MessagesCountTokens, &expected.replace("/messages", "/messages/count_tokens")),
            ],
        );
    }
    check(
        Provider::Anthropic,
        "https://h",
        "/anthropic/v1/messages",
        &[
            (Messages, "https://h/anthropic/v1/messages"),
            (ChatCompletions, "https://h/anthropic/v1/chat/completions"),
        ],
    );
}

#[test]
fn call_url_of_vendor_with_own_api_leads_to_its_compatible_form() {
    let location = "https://aiplatform.googleapis.com/v1/projects/p/locations/l";
    let openapi = &format!("{location}/endpoints/openapi/chat/completions");
    for (provider, endpoint, path, expected) in [
        (
            Provider::Anthropic,
            "https://api.anthropic.com",
            DEFAULT,
            "https://api.anthropic.com/v1/chat/completions",
        ),
        (
            Provider::Anthropic,
            "https://api.anthropic.com/v1/",
            DEFAULT,
            "https://api.anthropic.com/v1/chat/completions",
        ),
        (
            Provider::Anthropic,
            "https://api.anthropic.com",
            "/v1/messages",
            "https://api.anthropic.com/v1/chat/completions",
        ),
        (
            Provider::Other,
            "https://api.anthropic.com",
            "/v1/chat/completions",
            "https://api.anthropic.com/v1/chat/completions",
        ),
        (Provider::Google, GOOGLE, DEFAULT, &format!("{GOOGLE}/v1beta/openai/chat/completions")),
        (
            Provider::Google,
            &format!("{GOOGLE}/v1"),
            DEFAULT,
            &format!("{GOOGLE}/v1beta/openai/chat/completions"),
        ),
        (
            Provider::Google,
            &format!("{GOOGLE}/v1beta/openai/"),
            DEFAULT,
            &format!("{GOOGLE}/v1beta/openai/chat/completions"),
        ),
        (
            Provider::Google,
            GOOGLE,
            "/v1beta/openai/chat/completions",
            &format!("{GOOGLE}/v1beta/openai/chat/completions"),
        ),
        (
            Provider::Google,
            GOOGLE,
            "/v1beta/models/m:generateContent",
            &format!("{GOOGLE}/v1beta/openai/chat/completions"),
        ),
        (Provider::Google, location, DEFAULT, openapi),
        (Provider::Google, &format!("{location}/endpoints/openapi"), DEFAULT, openapi),
        (
            Provider::Google,
            &format!("{location}/publishers/google/models/m:generateContent"),
            DEFAULT,
            openapi,
        ),
        (Provider::Ollama, "http://h:11434", "/api/chat", "http://h:11434/v1/chat/completions"),
        (Provider::Ollama, "http://h:11434/v1", DEFAULT, "http://h:11434/v1/chat/completions"),
    ] {
        check(provider, endpoint, path, &[(ChatCompletions, expected)]);
    }
    let no_project = url(Provider::Google, "https://aiplatform.googleapis.com/v1", DEFAULT, ChatCompletions);
    assert!(matches!(no_project, Err(CallUrlError::Incomplete(_))), "{no_project:?}");
}

/// A configuration that a check calls usable is callable: at the URL that the check calls.
#[test]
fn call_url_of_the_operation_of_checks_is_theirs() {
    let location = "https://aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi";
    for (provider, endpoint, path, route) in [
        (Provider::OpenAi, "https://api.openai.com/v1", DEFAULT, ChatCompletions),
        (Provider::OpenAi, "https://api.openai.com/v1/v1", DEFAULT, ChatCompletions),
        (Provider::OpenAi, "https://api.openai.com", "/v1/responses", Responses),
        (Provider::Other, "https://llm.example/v1/Chat/Completions/", "/", ChatCompletions),
        (Provider::Other, "https://llm.example/call", "/", ChatCompletions),
        (Provider::Other, "https://llm.example", "call?a=b", ChatCompletions),
        (Provider::Vllm, "http://h:8000/v1", "/completions", Completions),
        (Provider::LlamaCpp, "http://h:8080", DEFAULT, ChatCompletions),
        (Provider::LiteLlmProxy, "http://h:4000", "/v1/messages", Messages),
        (Provider::OpenRouter, "https://openrouter.ai/api/v1", DEFAULT, ChatCompletions),
        (Provider::Ollama, "https://ollama.com/v1", DEFAULT, ChatCompletions),
        (Provider::Anthropic, "https://api.anthropic.com", DEFAULT, Messages),
        (Provider::Anthropic, "https://llm.example/v1", DEFAULT, Messages),
        (Provider::Google, GOOGLE, DEFAULT, CallRoute::GenerateContent),
        (Provider::Google, "https://llm.example/g/v1", DEFAULT, CallRoute::GenerateContent),
        (Provider::Google, "https://llm.example/v1beta/openai", DEFAULT, ChatCompletions),
        (Provider::Google, location, DEFAULT, ChatCompletions),
        (Provider::Aws, "https://bedrock-mantle.us-east-1.api.aws/openai/v1", DEFAULT, ChatCompletions),
        (Provider::Aws, "https://llm.example/openai/v1", DEFAULT, ChatCompletions),
        (Provider::Other, &format!("{AZURE}/openai/v1"), DEFAULT, ChatCompletions),
        (Provider::Other, &format!("{AZURE}/openai/deployments/d?api-version=1"), DEFAULT, ChatCompletions),
    ] {
        let stored = Target { model: Some("m".parse().unwrap()), ..target(provider, endpoint, path) };
        let provider = ProviderTarget::new(&stored, Auth::None);
        let called = provider.call_url(route, "m", CallUrlOptions::default()).ok();
        assert_eq!(called, provider.family.completion_url(&provider), "{endpoint} {path}");
    }
}
