//! The URLs of Bedrock, Azure and Gemini, and of lists of models.

use llm_config_core::credential::{Credential, KeyPair, SecretValue};
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;

use super::{AZURE, DEFAULT, GOOGLE, check, target};
use crate::auth::Auth;
use crate::family::ProviderTarget;
use crate::model_api::{CallRoute, CallUrlError, CallUrlOptions, Dialect, GeminiVersion};

use CallRoute::{
    ChatCompletions, CountTokens, Embeddings, GenerateContent, Messages, MessagesCountTokens, Responses,
    StreamGenerateContent,
};

#[test]
fn call_url_of_bedrock_depends_on_its_service() {
    let aws = |endpoint: &str, path, expected| check(Provider::Aws, endpoint, path, expected);
    let runtime = "https://bedrock-runtime.eu-central-1.amazonaws.com";
    for (endpoint, path) in [
        (runtime, DEFAULT),
        (runtime, "/model/m/converse"),
        ("https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1", DEFAULT),
    ] {
        aws(
            endpoint,
            path,
            &[
                (
                    ChatCompletions,
                    "https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1/chat/completions",
                ),
                (Responses, "https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1/responses"),
            ],
        );
    }
    aws(
        "https://bedrock-mantle.us-east-1.api.aws/v1",
        DEFAULT,
        &[
            (ChatCompletions, "https://bedrock-mantle.us-east-1.api.aws/v1/chat/completions"),
            (Messages, "https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages"),
        ],
    );
    aws(
        "https://bedrock-mantle.us-east-1.api.aws",
        DEFAULT,
        &[
            (Responses, "https://bedrock-mantle.us-east-1.api.aws/openai/v1/responses"),
            (
                MessagesCountTokens,
                "https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages/count_tokens",
            ),
        ],
    );
    aws(
        "http://127.0.0.1:9000/aws",
        DEFAULT,
        &[(ChatCompletions, "http://127.0.0.1:9000/aws/openai/v1/chat/completions")],
    );
    aws(
        "http://127.0.0.1:9000",
        "/openai/v1/chat/completions",
        &[(Embeddings, "http://127.0.0.1:9000/openai/v1/embeddings")],
    );
}

#[test]
fn call_url_at_control_plane_of_bedrock_names_the_runtime() {
    let [key_id, secret] = ["AKIDEXAMPLE", "key:session"].map(|text| Secret::new(text.to_owned()).unwrap());
    let pair = Credential::KeyPair(KeyPair { key_id, secret: SecretValue::Inline(secret) });
    let (signing, _) = Auth::new(Provider::Aws, Some(&pair)).map_err(|_| "no pair").unwrap();
    for auth in [Auth::None, signing] {
        let control = target(Provider::Aws, "https://bedrock.us-east-1.amazonaws.com", DEFAULT);
        let control = ProviderTarget::owned(control, auth);
        let found = control.call_url(ChatCompletions, "m", CallUrlOptions::default());
        let Err(CallUrlError::Incomplete(hint)) = found else { panic!("{found:?}") };
        assert!(hint.contains("bedrock-runtime"), "{hint}");
    }
}

#[test]
fn call_url_of_azure_names_the_deployment_where_the_body_does_not() {
    let azure = |end: &str, path, expected: &[(CallRoute, &str)], in_body: &[CallRoute]| {
        let endpoint = format!("{AZURE}{end}");
        let expected: Vec<_> =
            expected.iter().map(|(route, end)| (*route, format!("{AZURE}{end}"))).collect();
        let expected: Vec<_> = expected.iter().map(|(route, url)| (*route, url.as_str())).collect();
        check(Provider::CustomOpenAiCompatible, &endpoint, path, &expected);
        let target = target(Provider::CustomOpenAiCompatible, &endpoint, path);
        let provider = ProviderTarget::new(&target, Auth::None);
        for (route, _) in expected {
            assert_eq!(provider.names_model_in_body(route), in_body.contains(&route), "{endpoint} {route:?}");
        }
    };
    let classic = [
        (ChatCompletions, "/openai/deployments/m%2F1/chat/completions?api-version=2024-10-21"),
        (Embeddings, "/openai/deployments/m%2F1/embeddings?api-version=2024-10-21"),
        (Responses, "/openai/responses?api-version=2024-10-21"),
    ];
    azure("?api-version=2024-10-21", DEFAULT, &classic, &[Responses]);
    azure("/openai/?api-version=2024-10-21", DEFAULT, &classic, &[Responses]);
    azure(
        "",
        "/openai/deployments/mini/chat/completions?api-version=2024-10-21",
        &[
            (ChatCompletions, "/openai/deployments/mini/chat/completions?api-version=2024-10-21"),
            (Embeddings, "/openai/deployments/mini/embeddings?api-version=2024-10-21"),
            (Responses, "/openai/responses?api-version=2024-10-21"),
        ],
        &[Responses],
    );
    azure(
        "/openai/deployments/mini/chat/completions?api-version=1",
        DEFAULT,
        &[(ChatCompletions, "/openai/deployments/mini/chat/completions?api-version=1")],
        &[],
    );
    let all = [ChatCompletions, Embeddings, Responses];
    let plain = [(ChatCompletions, "/openai/v1/chat/completions"), (Responses, "/openai/v1/responses")];
    azure("/openai/v1", DEFAULT, &plain, &all);
    // As a check addresses it: no path of a deployment works without a version.
    azure("", DEFAULT, &plain, &all);
    check(
        Provider::CustomOpenAiCompatible,
        "https://acme.services.ai.azure.com/models?api-version=2024-05-01-preview",
        DEFAULT,
        &[(
            Embeddings,
            "https://acme.services.ai.azure.com/models/embeddings?api-version=2024-05-01-preview",
        )],
    );
}

#[track_caller]
fn check_gemini(endpoint: &str, route: CallRoute, model: &str, options: CallUrlOptions, expected: &str) {
    let target = target(Provider::Google, endpoint, DEFAULT);
    let found = ProviderTarget::new(&target, Auth::None).call_url(route, model, options);
    assert_eq!(found.map(String::from).as_deref(), Ok(expected), "{endpoint} {model}");
}

#[test]
fn call_url_of_gemini_takes_version_and_model_of_the_client() {
    let beta = CallUrlOptions::default();
    let v1 = CallUrlOptions { version: GeminiVersion::V1, ..beta };
    let sse = CallUrlOptions { has_alt_sse: true, ..v1 };
    let check = check_gemini;
    check("https://h", GenerateContent, "m", beta, "https://h/v1beta/models/m:generateContent");
    check("https://h", GenerateContent, "m", v1, "https://h/v1/models/m:generateContent");
    check("https://h", GenerateContent, "m", sse, "https://h/v1/models/m:generateContent");
    check(
        "https://h",
        StreamGenerateContent,
        "m",
        sse,
        "https://h/v1/models/m:streamGenerateContent?alt=sse",
    );
    check(
        "https://h?a=b",
        StreamGenerateContent,
        "m",
        sse,
        "https://h/v1/models/m:streamGenerateContent?a=b&alt=sse",
    );
    check(
        "https://h?alt=sse",
        StreamGenerateContent,
        "m",
        sse,
        "https://h/v1/models/m:streamGenerateContent?alt=sse",
    );
    check("https://h/g/v1beta", CountTokens, "m", v1, "https://h/g/v1beta/models/m:countTokens");
    check("https://h/v1beta/openai", CountTokens, "m", v1, "https://h/v1/models/m:countTokens");
    check("https://h", CountTokens, "models/m", v1, "https://h/v1/models/m:countTokens");
    check("https://h", CountTokens, "tunedModels/m", v1, "https://h/v1/tunedModels/m:countTokens");
    check("https://h", CountTokens, "a/b:c;d", v1, "https://h/v1/models/a%2Fb%3Ac%3Bd:countTokens");
    check("https://h", CountTokens, "a%2fb", v1, "https://h/v1/models/a%252fb:countTokens");
    check("https://h", CountTokens, "//", v1, "https://h/v1/models/%2F%2F:countTokens");
}

/// Case 69: the path is constant but for one segment.
#[test]
fn call_url_of_model_that_steps_out_of_the_path_is_refused() {
    for (provider, endpoint, route) in [
        (Provider::Google, GOOGLE, GenerateContent),
        (
            Provider::CustomOpenAiCompatible,
            "https://acme.openai.azure.com?api-version=2024-10-21",
            ChatCompletions,
        ),
    ] {
        let target = target(provider, endpoint, DEFAULT);
        let provider = ProviderTarget::new(&target, Auth::None);
        let url = |model| provider.call_url(route, model, CallUrlOptions::default());
        for model in [".", "..", "../../files", "%2e%2e", "..%2f..%2Ffiles", "models/.."] {
            assert_eq!(url(model), Err(CallUrlError::InvalidModel), "{model}");
        }
        assert_eq!(url(""), Err(CallUrlError::NoModel));
        let segments = |model| url(model).unwrap().path_segments().unwrap().count();
        for model in ["a/b/c", "//", "a;b", "a:b", "a?b#c", "%2Fa"] {
            assert_eq!(segments(model), segments("m"), "{model}");
        }
    }
}

#[test]
fn call_url_with_beta_of_client_keeps_it_for_messages_only() {
    let target = target(Provider::Anthropic, "https://api.anthropic.com", DEFAULT);
    let provider = ProviderTarget::new(&target, Auth::None);
    let options = CallUrlOptions { has_beta: true, has_alt_sse: true, ..CallUrlOptions::default() };
    let url = |route| String::from(provider.call_url(route, "", options).unwrap());
    assert_eq!(url(Messages), "https://api.anthropic.com/v1/messages?beta=true");
    assert_eq!(url(ChatCompletions), "https://api.anthropic.com/v1/chat/completions");
}

#[track_caller]
fn check_list(provider: Provider, endpoint: &str, dialect: Dialect, expected: Result<&str, CallUrlError>) {
    let target = target(provider, endpoint, DEFAULT);
    let found = ProviderTarget::new(&target, Auth::None).models_url(dialect).map(String::from);
    assert_eq!(found, expected.map(str::to_owned), "{endpoint}");
}

#[test]
fn models_url_is_the_list_of_the_dialect() {
    use Dialect::{Anthropic, Gemini, OpenAi};
    let check = check_list;
    check(Provider::OpenAi, "https://api.openai.com/v1", OpenAi, Ok("https://api.openai.com/v1/models"));
    check(Provider::Vllm, "http://h:8000/v1?a=b", Anthropic, Ok("http://h:8000/v1/models?a=b"));
    check(Provider::Anthropic, "https://h/v1", Anthropic, Ok("https://h/v1/models"));
    check(Provider::Anthropic, "https://h/v1", OpenAi, Ok("https://h/v1/models"));
    check(Provider::Google, "https://h", Gemini, Ok("https://h/v1beta/models"));
    check(Provider::Google, "https://h/v1", Gemini, Ok("https://h/v1/models"));
    check(Provider::Google, "https://h/v1", OpenAi, Ok("https://h/v1beta/openai/models"));
    check(
        Provider::CustomOpenAiCompatible,
        "https://acme.openai.azure.com/openai/deployments/mini?api-version=1",
        OpenAi,
        Ok("https://acme.openai.azure.com/openai/models?api-version=1"),
    );
    let location = "https://aiplatform.googleapis.com/v1/projects/p/locations/l";
    check(Provider::Google, location, OpenAi, Err(CallUrlError::NoList));
    check(
        Provider::Aws,
        "https://bedrock-runtime.us-east-1.amazonaws.com",
        OpenAi,
        Err(CallUrlError::NoList),
    );
}
