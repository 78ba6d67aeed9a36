//! A stored secret stays bound to the destination that it was entered for.

use llm_config_core::config::{LlmConfig, Settings};
use llm_config_core::credential::{Credential, UncheckedCredential};
use llm_config_core::field::Field;
use llm_config_core::patch::{Patch, UncheckedCredentialPatch, UncheckedPatch};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;

use crate::sample::{
    SECRET, accepted, api_key, apply, fields, gcp_adc, inline, key_pair, reference, settings, stored, text,
    workspace_scope,
};

const OPENAI: &str = "https://api.openai.com/v1";

/// A configuration of `provider` at `OPENAI`, with or without a stored credential.
fn config(provider: Provider, stored_credential: Option<&Credential>) -> LlmConfig {
    let scope: Scope = workspace_scope();
    stored(scope, Settings { provider, ..settings(&scope) }, stored_credential)
}

fn check(config: &LlmConfig, change: UncheckedPatch, rejected_fields: &[Field]) {
    let provider = change.provider.clone();
    let endpoint = change.endpoint.clone();
    let found = apply(&change.check().unwrap(), config);
    let errors = found.as_ref().map_or_else(fields, |_| Vec::new());
    assert_eq!(errors, rejected_fields, "{:?} to {provider:?} at {endpoint:?}", config.settings.provider);
}

fn endpoint_patch(endpoint: &str) -> UncheckedPatch {
    UncheckedPatch { endpoint: text(endpoint), ..UncheckedPatch::default() }
}

fn with_credential(credential: UncheckedCredential, change: UncheckedPatch) -> UncheckedPatch {
    UncheckedPatch { credential: UncheckedCredentialPatch::Replace(credential), ..change }
}

/// Every kind of stored credential.
fn every_credential() -> [Credential; 5] {
    [
        accepted(api_key(inline(SECRET))),
        accepted(api_key(reference("env://KEY"))),
        accepted(key_pair(inline(SECRET))),
        accepted(key_pair(reference("vault://kv/aws#key"))),
        accepted(gcp_adc()),
    ]
}

const SAME_ORIGIN: &[&str] = &[
    OPENAI,
    "https://api.openai.com/v1/",
    "https://api.openai.com/v2?region=eu",
    "HTTPS://API.OPENAI.COM:443/v1",
];

const OTHER_ORIGIN: &[&str] = &[
    "https://evil.example/v1",
    "https://api.openai.com.evil.example/v1",
    "https://eu.api.openai.com/v1",
    "https://api.openai.com./v1",
    "https://api.openai.com:8443/v1",
    "http://api.openai.com/v1",
    "http://api.openai.com:443/v1",
];

#[test]
fn apply_within_origin_requires_no_credential() {
    for credential in every_credential() {
        for endpoint in SAME_ORIGIN {
            check(&config(Provider::OpenAi, Some(&credential)), endpoint_patch(endpoint), &[]);
        }
    }
}

#[test]
fn apply_with_other_fields_requires_no_credential() {
    for credential in every_credential() {
        let change = UncheckedPatch {
            name: text("n"),
            model: Patch::from_option(text("m")),
            api_path: text("//evil.example/x"),
            monitoring_endpoint: Patch::Set("https://evil.example".to_owned()),
            ..UncheckedPatch::default()
        };
        check(&config(Provider::OpenAi, Some(&credential)), change, &[]);
    }
}

#[test]
fn apply_with_other_origin_requires_credential() {
    for credential in every_credential() {
        for endpoint in OTHER_ORIGIN {
            check(&config(Provider::OpenAi, Some(&credential)), endpoint_patch(endpoint), &[Field::Endpoint]);
        }
    }
}

#[test]
fn apply_with_other_origin_and_inline_secret_is_accepted() {
    for credential in every_credential() {
        for endpoint in OTHER_ORIGIN.iter().chain(SAME_ORIGIN) {
            for given in [api_key(inline("sk-new")), key_pair(inline("new"))] {
                check(
                    &config(Provider::OpenAi, Some(&credential)),
                    with_credential(given, endpoint_patch(endpoint)),
                    &[],
                );
            }
        }
    }
}

#[test]
fn apply_with_other_origin_and_reference_is_rejected() {
    for credential in every_credential() {
        for endpoint in OTHER_ORIGIN {
            for given in [api_key(reference("env://KEY")), key_pair(reference("env://KEY")), gcp_adc()] {
                let config = config(Provider::OpenAi, Some(&credential));
                check(&config, with_credential(given, endpoint_patch(endpoint)), &[Field::Endpoint]);
            }
        }
    }
}

#[test]
fn apply_at_same_origin_accepts_any_credential() {
    for credential in every_credential() {
        for given in [api_key(reference("env://KEY")), gcp_adc(), api_key(inline("sk-new"))] {
            check(
                &config(Provider::OpenAi, Some(&credential)),
                with_credential(given, endpoint_patch(OPENAI)),
                &[],
            );
        }
    }
}

#[test]
fn apply_without_stored_credential_accepts_other_origin() {
    for endpoint in OTHER_ORIGIN {
        check(&config(Provider::OpenAi, None), endpoint_patch(endpoint), &[]);
        check(
            &config(Provider::OpenAi, None),
            with_credential(api_key(reference("env://KEY")), endpoint_patch(endpoint)),
            &[],
        );
        let to_aws = UncheckedPatch { provider: text("AWS"), ..endpoint_patch(endpoint) };
        check(&config(Provider::OpenAi, None), to_aws, &[]);
    }
}

#[test]
fn apply_from_signing_to_sent_is_rejected_and_reverse_accepted() {
    let pair = accepted(key_pair(inline(SECRET)));
    let provider = |name: &str| UncheckedPatch { provider: text(name), ..UncheckedPatch::default() };
    for other in ["OPENAI", "GOOGLE", "ANTHROPIC", "OTHER"] {
        check(&config(Provider::Aws, Some(&pair)), provider(other), &[Field::Provider]);
        let known = with_credential(key_pair(inline(SECRET)), provider(other));
        check(&config(Provider::Aws, Some(&pair)), known, &[]);
        let referenced = with_credential(key_pair(reference("env://KEY")), provider(other));
        check(&config(Provider::Aws, Some(&pair)), referenced, &[Field::Provider]);
    }
    check(&config(Provider::Aws, Some(&pair)), provider("AWS"), &[]);
    check(&config(Provider::Other, Some(&pair)), provider("AWS"), &[]);
}

#[test]
fn apply_with_other_provider_and_sent_secret_is_accepted() {
    let key = accepted(api_key(inline(SECRET)));
    let provider = |name: &str| UncheckedPatch { provider: text(name), ..UncheckedPatch::default() };
    check(&config(Provider::OpenAi, Some(&key)), provider("ANTHROPIC"), &[]);
    check(&config(Provider::OpenAi, Some(&key)), provider("AWS"), &[]);
    check(&config(Provider::Aws, Some(&key)), provider("OTHER"), &[]);
}

#[test]
fn apply_with_several_errors_reports_all() {
    let pair = accepted(key_pair(inline(SECRET)));
    let change = UncheckedPatch { provider: text("OPENAI"), ..endpoint_patch("https://evil.example") };
    check(&config(Provider::Aws, Some(&pair)), change, &[Field::Endpoint, Field::Provider]);
}

#[test]
fn apply_with_other_origin_error_names_origins_and_no_secret() {
    let key = accepted(api_key(inline(SECRET)));
    let change = endpoint_patch("http://h:1/v1").check().unwrap();
    let found = apply(&change, &config(Provider::OpenAi, Some(&key))).unwrap_err().to_string();
    assert_eq!(
        found,
        "`endpoint` is at http://h:1, but the stored credential was entered for https://api.openai.com; \
         send the secret again with this change"
    );
}
