//! Answers of providers: whatever a server sends, each family classifies it; an answer rejects a key only if
//! one was sent and the server does not fail, suggests addresses on the same host only, and leads to an end
//! after a few requests.
//!
//! Two bytes choose the configuration. Then follow the answer to the first request and, behind a line `---`,
//! that to all further ones: the status, headers, an empty line and the body.

use http::{HeaderMap, HeaderName, HeaderValue};
use llm_config_core::credential::Credential;
use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_providers::{
    AcceptedProbe, Auth, CompletionOutcome, CredentialProbe, Implied, MOST_TOKENS, ModelFact, ModelStep,
    ProviderTarget, Response, ResponseClass, is_stream_decided, vendors,
};
use url::Url;

use super::input::Input;

/// Configurations of every family, at the vendor's own host and elsewhere.
const CONFIGS: &[(Provider, &str, &str)] = &[
    (Provider::OpenAi, "https://api.openai.com/v1", "/chat/completions"),
    (Provider::OpenAi, "https://api.openai.com/v1", "/responses"),
    (Provider::OpenAi, "https://r.openai.azure.com/openai/v1", "/chat/completions"),
    (
        Provider::OpenAi,
        "https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
        "/chat/completions",
    ),
    (Provider::OpenAi, "https://gateway.ai.cloudflare.com/v1/a/g/openai", "/chat/completions"),
    (Provider::Anthropic, "https://api.anthropic.com", "/v1/messages"),
    (Provider::Anthropic, "https://proxy.example/anthropic", "/v1/messages"),
    (Provider::Google, "https://generativelanguage.googleapis.com/v1beta", "/chat/completions"),
    (Provider::Google, "https://generativelanguage.googleapis.com/v1beta/openai", "/chat/completions"),
    (
        Provider::Google,
        "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1",
        "/chat/completions",
    ),
    (Provider::Aws, "https://bedrock-runtime.us-east-1.amazonaws.com", "/chat/completions"),
    (Provider::Aws, "https://bedrock-mantle.us-east-1.api.aws/v1", "/chat/completions"),
    (Provider::OpenRouter, "https://openrouter.ai/api/v1", "/chat/completions"),
    (Provider::LiteLlmProxy, "https://litellm.example/v1", "/chat/completions"),
    (Provider::Vllm, "http://gpu.example:8000/v1", "/chat/completions"),
    (Provider::Ollama, "http://ollama.example:11434", "/api/chat"),
    (Provider::Ollama, "https://ollama.com/v1", "/api/generate"),
    (Provider::LlamaCpp, "http://llama.example:8080/v1", "/completions"),
    (Provider::CustomOpenAiCompatible, "https://api.mistral.ai/v1", "/chat/completions"),
    (Provider::CustomOpenAiCompatible, "https://dashscope.aliyuncs.com/v1", "/chat/completions"),
    (Provider::Other, "https://llm.example/v1/v1", "/chat/completions"),
    (Provider::Other, "https://llm.example/v1/chat/completions", ""),
];

/// The most requests that follow from one answer.
const MOST_REQUESTS: usize = 8;

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let config = usize::from(input.byte().wrapping_sub(b'0')) % CONFIGS.len();
    let [has_key, has_model, is_whole, ..] = input.flags();
    let target = target(CONFIGS[config], has_model);
    let provider = ProviderTarget::new(&target, auth(target.provider, has_key));
    let (first, next) = match split(input.0, b"\n---\n") {
        Some((first, next)) => (response(first, is_whole), response(next, is_whole)),
        None => (response(input.0, is_whole), response(input.0, is_whole)),
    };
    check_reading(&first);
    let mut probes = provider.family.credential_probes(&provider);
    assert!(!probes.is_empty() && probes.len() <= MOST_REQUESTS);
    probes.push(provider.family.reachability_probe(&provider));
    for probe in &probes {
        check_probe(&provider, probe, (&first, &next));
    }
    check_completion(&provider, &first);
}

fn target((provider, endpoint, api_path): (Provider, &str, &str), has_model: bool) -> Target {
    let model = has_model.then(|| "models/m-1:latest".parse().expect("the name of a model"));
    let (endpoint, api_path) = (endpoint.parse().expect("an endpoint"), api_path.parse().expect("a path"));
    Target { provider, endpoint, api_path, model }
}

fn auth(provider: Provider, has_key: bool) -> Auth {
    let text = if provider == Provider::Aws {
        r#"{"kind":"KEY_PAIR","key_id":"AKIA1","secret":"a/b"}"#
    } else {
        r#"{"kind":"API_KEY","secret":"sk-1234567890"}"#
    };
    let credential: Credential = serde_json::from_str(text).expect("a credential");
    let auth = Auth::new(provider, has_key.then_some(&credential));
    auth.map_or_else(|error| panic!("{error:?}"), |(auth, _)| auth)
}

fn response(text: &[u8], is_whole: bool) -> Response {
    let (head, body) = split(text, b"\n\n").unwrap_or((text, b""));
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = lines.next().and_then(|line| std::str::from_utf8(line).ok()?.parse().ok());
    let status = status.filter(|status| (200..600).contains(status)).unwrap_or(200);
    let header = |line| {
        let (name, value) = split(line, b": ")?;
        Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?))
    };
    let headers: HeaderMap = lines.filter_map(header).collect();
    Response::new(status, headers, body.to_owned(), is_whole)
}

fn split<'a>(text: &'a [u8], end: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(end.len()).position(|window| window == end)?;
    Some((&text[..at], &text[at + end.len()..]))
}

fn check_reading(response: &Response) {
    assert!(response.is_like(response));
    let code = response.error().provider_code();
    assert!(code.is_none_or(|code| code.len() <= 64), "a code that is not a known one");
    // Never panic.
    _ = (vendors::by_response(response), is_stream_decided(&response.headers, &response.body));
}

fn check_probe(
    provider: &ProviderTarget<'_>,
    probe: &CredentialProbe,
    (first, next): (&Response, &Response),
) {
    let class = check_class(provider, &probe.request.url, first);
    let family = provider.family;
    family.in_missed_header(provider, probe, first);
    let acceptance = family.acceptance(provider, probe, first, &class);
    if acceptance.is_none() && !class.forbids_listing {
        return;
    }
    let vendor = vendors::by_response(first);
    let accepted = AcceptedProbe { probe, response: first, vendor, is_list_forbidden: class.forbids_listing };
    let mut step = family.model_step(provider, &accepted);
    for _ in 0..MOST_REQUESTS {
        step = match step {
            ModelStep::Done(fact) => return check_fact(provider, &fact, next),
            ModelStep::Send(request) => (request.next)(next),
        }
    }
    panic!("the check of the model has no end");
}

fn check_fact(provider: &ProviderTarget<'_>, fact: &ModelFact, response: &Response) {
    if let ModelFact::Refused { class, status: Some(_), .. } = fact {
        check_rejection(provider, class, response);
    }
}

fn check_class(provider: &ProviderTarget<'_>, url: &Url, response: &Response) -> ResponseClass {
    let class = provider.classify(url, response);
    check_rejection(provider, &class, response);
    if let Some(suggested) = &class.suggested_url {
        let suggested = Url::parse(suggested).expect("a URL");
        assert_eq!(suggested.host(), url.host(), "another host is suggested");
    }
    class
}

fn check_rejection(provider: &ProviderTarget<'_>, class: &ResponseClass, response: &Response) {
    if class.reason.implied() == Implied::Rejected && class.is_conclusive {
        assert!(!provider.auth.is_none(), "a key is rejected that was not sent");
        assert!(response.status < 500, "a failing server rejects the key");
    }
}

fn check_completion(provider: &ProviderTarget<'_>, response: &Response) {
    let Some(url) = provider.family.completion_url(provider) else { return };
    check_class(provider, &url, response);
    let mut request = provider.completion_request(&url);
    let first = request.limit;
    for _ in 0..MOST_REQUESTS {
        assert!(request.limit.tokens <= MOST_TOKENS, "a call that costs more than it may");
        match request.corrected(CompletionOutcome::new(&request, response), first) {
            Some(corrected) => request = corrected,
            None => return,
        }
    }
    panic!("the corrections of a call have no end");
}
