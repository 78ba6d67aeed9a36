//! The headers that authenticate calls.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as sign_by_oracle};
use aws_sigv4::sign::v4::SigningParams;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use llm_config_core::credential::{ApiKey, Credential, KeyPair, SecretValue};
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;

use super::{DEFAULT, target};
use crate::auth::Auth;
use crate::family::ProviderTarget;
use crate::model_api::{CallRequest, Dialect};

use Dialect::{Anthropic, Gemini, OpenAi};

const KEY: &str = "sk-test-0123456789";

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned()).unwrap()
}

fn credential(key: &str, header: Option<&str>) -> Credential {
    let value = SecretValue::Inline(secret(key));
    Credential::ApiKey(ApiKey { header: header.map(|name| name.parse().unwrap()), prefix: None, value })
}

/// The headers of a call of `endpoint`, beside those of the client.
fn headers(
    provider: Provider,
    endpoint: &str,
    credential: Option<&Credential>,
    dialect: Dialect,
    client: &HeaderMap,
) -> HeaderMap {
    let target = target(provider, endpoint, DEFAULT);
    let (auth, _) = Auth::new(provider, credential).map_err(|_| "no credential").unwrap();
    let provider = ProviderTarget::new(&target, auth);
    let (method, url, body) = (&Method::POST, &target.url(), &[b"{}".as_slice()]);
    let call = CallRequest { method, url, dialect, headers: client, body };
    provider.authenticate_call(call, SystemTime::UNIX_EPOCH).map_err(|_| "no headers").unwrap()
}

/// `expected`: the header and its value, of which `KEY` stands for the key.
#[track_caller]
fn check(provider: Provider, endpoint: &str, key: &Credential, dialect: Dialect, expected: (&str, &str)) {
    let found = headers(provider, endpoint, Some(key), dialect, &HeaderMap::new());
    assert_eq!(found.len(), 1, "{endpoint} {dialect:?}: {found:?}");
    let value = &found[expected.0];
    assert!(value.is_sensitive(), "{endpoint}");
    let text = value.to_str().unwrap().replace(KEY, "KEY");
    assert_eq!(text, expected.1, "{endpoint} {dialect:?}");
}

#[test]
fn authenticate_call_uses_the_header_of_vendor_and_dialect() {
    let key = credential(KEY, None);
    let bearer = ("authorization", "Bearer KEY");
    for (provider, endpoint, dialect, expected) in [
        (Provider::OpenAi, "https://api.openai.com/v1", OpenAi, bearer),
        (Provider::Other, "https://llm.example/v1", OpenAi, bearer),
        (Provider::CustomOpenAiCompatible, "https://acme.openai.azure.com", OpenAi, ("api-key", "KEY")),
        (Provider::Anthropic, "https://api.anthropic.com", OpenAi, bearer),
        (Provider::Anthropic, "https://api.anthropic.com", Anthropic, ("x-api-key", "KEY")),
        (Provider::Other, "https://api.anthropic.com", Anthropic, ("x-api-key", "KEY")),
        (Provider::Anthropic, "https://llm.example", Anthropic, ("x-api-key", "KEY")),
        (Provider::CustomOpenAiCompatible, "https://api.anthropic.com/v1", OpenAi, bearer),
        (Provider::Google, "https://generativelanguage.googleapis.com", OpenAi, bearer),
        (Provider::Google, "https://generativelanguage.googleapis.com", Gemini, ("x-goog-api-key", "KEY")),
        (Provider::Google, "https://aiplatform.googleapis.com/v1", OpenAi, bearer),
        (Provider::Aws, "https://bedrock-runtime.us-east-1.amazonaws.com", OpenAi, bearer),
        (Provider::Aws, "https://bedrock-mantle.us-east-1.api.aws", Anthropic, bearer),
        (Provider::OpenRouter, "https://openrouter.ai/api/v1", Anthropic, bearer),
        (Provider::LiteLlmProxy, "http://127.0.0.1:4000", Anthropic, bearer),
        (Provider::Vllm, "http://127.0.0.1:8000", Anthropic, bearer),
    ] {
        check(provider, endpoint, &key, dialect, expected);
    }
}

#[test]
fn authenticate_call_with_configured_header_uses_that() {
    for (provider, endpoint, dialect) in [
        (Provider::Anthropic, "https://llm.example", Anthropic),
        (Provider::Anthropic, "https://llm.example", OpenAi),
        (Provider::Google, "https://llm.example", Gemini),
        (Provider::CustomOpenAiCompatible, "https://acme.openai.azure.com", OpenAi),
        (Provider::Vllm, "http://127.0.0.1:8000", Anthropic),
        (Provider::Aws, "https://llm.example", OpenAi),
    ] {
        check(provider, endpoint, &credential(KEY, Some("x-key")), dialect, ("x-key", "KEY"));
        let bearer = credential(KEY, Some("Authorization"));
        check(provider, endpoint, &bearer, dialect, ("authorization", "Bearer KEY"));
    }
}

#[test]
fn authenticate_call_with_key_of_another_shape_uses_bearer() {
    let stored = credential(&format!("Bearer {KEY}"), None);
    let relay = "https://llm.example";
    check(Provider::Anthropic, relay, &stored, Anthropic, ("authorization", "Bearer KEY"));
    check(Provider::Anthropic, "https://api.anthropic.com", &stored, Anthropic, ("x-api-key", "KEY"));
    let token = credential(&format!("ya29.{KEY}"), None);
    check(Provider::Google, relay, &token, Gemini, ("authorization", "Bearer ya29.KEY"));
}

#[test]
fn authenticate_call_with_oauth_token_adds_its_feature_to_those_of_the_client() {
    let token = credential(&format!("sk-ant-oat01-{KEY}"), None);
    let headers = |dialect, client: &HeaderMap| {
        headers(Provider::Anthropic, "https://api.anthropic.com", Some(&token), dialect, client)
    };
    let alone = headers(Anthropic, &HeaderMap::new());
    assert_eq!(alone["anthropic-beta"], "oauth-2025-04-20");
    assert!(alone[AUTHORIZATION].to_str().unwrap().starts_with("Bearer sk-ant-oat01-"));
    let mut client = HeaderMap::new();
    client.append("anthropic-beta", HeaderValue::from_static("a,b"));
    client.append("anthropic-beta", HeaderValue::from_static("c"));
    assert_eq!(headers(Anthropic, &client)["anthropic-beta"], "a,b,c,oauth-2025-04-20");
    assert_eq!(headers(OpenAi, &client).get("anthropic-beta"), None);
}

#[test]
fn authenticate_call_without_credential_adds_nothing() {
    for (provider, endpoint, dialect) in [
        (Provider::Ollama, "http://127.0.0.1:11434/v1", OpenAi),
        (Provider::Anthropic, "https://llm.example", Anthropic),
        (Provider::Aws, "https://llm.example", OpenAi),
    ] {
        assert!(headers(provider, endpoint, None, dialect, &HeaderMap::new()).is_empty(), "{endpoint}");
    }
}

/// Checks the signature against that of AWS's SDK for Rust. `scope`: region and service.
#[track_caller]
fn check_signed(url: &str, session_token: Option<&str>, pieces: &[&[u8]], scope: (&str, &str)) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let (id, key) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let stored = session_token.map_or_else(|| key.to_owned(), |token| format!("{key}:{token}"));
    let pair =
        Credential::KeyPair(KeyPair { key_id: secret(id), secret: SecretValue::Inline(secret(&stored)) });
    let target = target(Provider::Aws, url, DEFAULT);
    let (auth, _) = Auth::new(Provider::Aws, Some(&pair)).map_err(|_| "no pair").unwrap();
    let provider = ProviderTarget::new(&target, auth);
    let url = url.parse().unwrap();
    let json = HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([
        (CONTENT_TYPE, json),
        (HeaderName::from_static("anthropic-version"), HeaderValue::from_static("2023-06-01")),
    ]);
    let call =
        CallRequest { method: &Method::POST, url: &url, dialect: OpenAi, headers: &headers, body: pieces };
    let found = provider.authenticate_call(call, time).map_err(|_| "no headers").unwrap();

    let identity = Credentials::from_keys(id, key, session_token.map(str::to_owned)).into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(scope.0)
        .name(scope.1)
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let body = pieces.concat();
    let covered = [("content-type", "application/json")].into_iter();
    let signable = SignableRequest::new("POST", url.as_str(), covered, SignableBody::Bytes(&body)).unwrap();
    let (instructions, _) = sign_by_oracle(signable, &params).unwrap().into_parts();
    let expected: Vec<_> = instructions.headers().collect();
    assert_eq!(found.len(), expected.len(), "{url}");
    for (name, value) in expected {
        assert_eq!(found[name], value, "{url} {name}");
        assert_eq!(found[name].is_sensitive(), name != "x-amz-date", "{name}");
    }
}

#[test]
fn authenticate_call_with_access_key_signs_as_the_sdk_does() {
    let runtime = "https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1/chat/completions";
    let mantle = "https://bedrock-mantle.us-west-2.api.aws/v1/responses?a=b";
    let pieces: &[&[u8]] = &[br#"{"model":"#, br#""m""#, "grüße}".as_bytes(), b""];
    for token in [None, Some("session-token")] {
        check_signed(runtime, token, pieces, ("eu-central-1", "bedrock"));
        check_signed(mantle, token, pieces, ("us-west-2", "bedrock-mantle"));
        check_signed(
            "http://127.0.0.1:9000/openai/v1/chat/completions",
            token,
            &[],
            ("us-east-1", "bedrock"),
        );
    }
}
