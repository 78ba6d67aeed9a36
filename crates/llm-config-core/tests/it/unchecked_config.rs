//! Validation of a new configuration: every error at once, and the defaults.

use llm_config_core::config::{Capability, Modality, UncheckedConfig, UncheckedSampling};
use llm_config_core::credential::UncheckedCredential;
use llm_config_core::endpoint::ApiPath;
use llm_config_core::field::Field;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;

use crate::sample::{
    api_key, fields, inline, key_pair, numbered, owner_scope, reference, strings, text, unchecked,
    workspace_scope,
};

fn check(unchecked: UncheckedConfig, scope: &Scope, expected: &[&str]) {
    let found = match unchecked.check(scope) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(found, expected);
}

/// Changes a valid configuration and expects exactly one error, in both scopes.
fn check_one(change: impl Fn(&mut UncheckedConfig), expected: &str) {
    for scope in [owner_scope(), workspace_scope()] {
        let mut unchecked = unchecked();
        change(&mut unchecked);
        check(unchecked, &scope, &[expected]);
    }
}

#[test]
fn check_valid_config_is_accepted_in_both_scopes() {
    check(unchecked(), &owner_scope(), &[]);
    check(unchecked(), &workspace_scope(), &[]);
}

#[test]
fn check_without_required_fields_reports_each() {
    let common = ["`name` is required", "`provider` is required", "`endpoint` is required"];
    check(UncheckedConfig::default(), &workspace_scope(), &common);
    let [name, provider, endpoint] = common;
    check(UncheckedConfig::default(), &owner_scope(), &[name, provider, endpoint, "`model` is required"]);
}

#[test]
fn check_with_several_errors_reports_all() {
    let unchecked = UncheckedConfig {
        name: text("  "),
        description: Some("x".repeat(4097)),
        provider: text("openai"),
        endpoint: text("ftp://h"),
        api_path: text("https://h/chat"),
        model: text(""),
        modalities: Some(vec!["TEXT".into(), "SMELL".into(), "TASTE".into()]),
        sampling: Some(UncheckedSampling {
            max_tokens: Some(0),
            temperature: Some(f64::NAN),
            top_p: Some(1.1),
            top_k: Some(i64::MAX),
            frequency_penalty: Some(-2.1),
            presence_penalty: Some(f64::INFINITY),
            stop_sequences: Some(vec![String::new()]),
        }),
        context_length: Some(0),
        labels: strings([("Team", "x")]),
        client_config: text("[]"),
        version: Some("x".repeat(65)),
        monitoring_endpoint: text("status page"),
        credential: Some(UncheckedCredential::ApiKey {
            header: text("Host"),
            prefix: Some("x".repeat(65)),
            value: reference("https://secrets.example"),
        }),
        ..UncheckedConfig::default()
    };
    let found = unchecked.check(&owner_scope()).unwrap_err();
    let expected = [
        Field::Name,
        Field::Provider,
        Field::Endpoint,
        Field::ApiPath,
        Field::Model,
        Field::Modalities,
        Field::Modalities,
        Field::Labels,
        Field::HeaderName,
        Field::HeaderPrefix,
        Field::SecretReference,
        Field::Description,
        Field::Version,
        Field::MonitoringEndpoint,
        Field::MaxTokens,
        Field::TopK,
        Field::Temperature,
        Field::TopP,
        Field::FrequencyPenalty,
        Field::PresencePenalty,
        Field::StopSequences,
        Field::ContextLength,
        Field::ClientConfig,
    ];
    assert_eq!(fields(&found), expected);
}

#[test]
fn check_with_invalid_field_explains_the_rule() {
    check_one(|config| config.name = text(""), "`name` must not be blank");
    check_one(
        |config| config.endpoint = text("https://u:p@h"),
        "`endpoint` must not contain a user name or password; send the secret as the credential",
    );
    check_one(
        |config| config.api_path = text("/chat?api-key=x"),
        "`api_path` must not carry a credential in the query parameter `api-key`; send it as the credential",
    );
    check_one(
        |config| config.modalities = Some(vec!["text".into()]),
        "`modalities[0]` must be one of TEXT, IMAGE, AUDIO, VIDEO",
    );
    check_one(|config| config.labels = numbered(21), "`labels` must have at most 20 entries, but has 21");
    check_one(
        |config| config.context_length = Some(i64::MAX),
        "`context_length` must be from 1 to 2147483647",
    );
    check_one(
        |config| config.credential = Some(api_key(inline("****cdef"))),
        "`credential.secret` looks like the mask that is shown instead of a secret; send the secret itself",
    );
    check_one(
        |config| config.credential = Some(api_key(reference("$OPENAI_API_KEY"))),
        "`credential.reference` must start with one of vault://, file://, env://, gcp-sm://",
    );
}

#[test]
fn check_with_invalid_key_pair_reports_both_parts() {
    let pair = UncheckedCredential::ProviderKey { key_id: Some(String::new().into()), secret: inline(" ") };
    check(
        UncheckedConfig { credential: Some(pair), ..unchecked() },
        &workspace_scope(),
        &["`credential.key_id` must not be blank", "`credential.secret` must not be blank"],
    );
}

#[test]
fn check_with_invalid_gcp_adc_reports_every_field() {
    let adc =
        UncheckedCredential::GcpAdc { scopes: vec![" ".into(); 21], quota_project: Some("p".repeat(256)) };
    let found =
        UncheckedConfig { credential: Some(adc), ..unchecked() }.check(&workspace_scope()).unwrap_err();
    let mut expected = vec![Field::GcpScopes; 22];
    expected.push(Field::GcpQuotaProject);
    assert_eq!(fields(&found), expected);
}

#[test]
fn check_with_provider_of_other_scope_is_rejected() {
    for provider in Provider::ALL {
        for scope in [owner_scope(), workspace_scope()] {
            let unchecked = UncheckedConfig { provider: text(provider.as_str()), ..unchecked() };
            let allowed = Provider::allowed_in(&scope);
            let names: Vec<&str> = allowed.iter().map(|provider| provider.as_str()).collect();
            let error = format!("`provider` must be one of {}", names.join(", "));
            let expected = if allowed.contains(provider) { vec![] } else { vec![error.as_str()] };
            check(unchecked, &scope, &expected);
        }
    }
}

#[test]
fn scopes_of_every_provider_except_openai_are_one() {
    let scopes = |provider: &Provider| {
        [Provider::FOR_OWNERS, Provider::FOR_WORKSPACES].map(|list| list.contains(provider))
    };
    for provider in Provider::ALL {
        assert_ne!(scopes(provider), [false, false], "{provider}");
        assert_eq!(scopes(provider) == [true, true], *provider == Provider::OpenAi, "{provider}");
    }
}

#[test]
fn check_without_optional_fields_uses_defaults() {
    let config = unchecked().check(&owner_scope()).unwrap();
    assert_eq!(config.settings.api_path.as_str(), ApiPath::DEFAULT);
    assert_eq!(config.settings.modalities.as_slice(), [Modality::Text]);
    assert!(config.credential.is_none() && config.settings.sampling.is_none());
    // A reasoning model accepts no sampling parameters.
    assert!(!config.settings.capabilities.contains(&Capability::SamplingParameters));
    assert_eq!(config.inferred.len(), Capability::ALL.len());
    assert!(config.inferred.iter().all(|capability| capability.family == "gpt-5"));
}

#[test]
fn check_without_model_infers_common_capabilities() {
    let config = UncheckedConfig { model: None, ..unchecked() }.check(&workspace_scope()).unwrap();
    assert!(config.inferred.iter().all(|capability| capability.family == "unknown"));
    let expected = [Capability::Chat, Capability::SystemMessages, Capability::Streaming];
    assert!(expected.iter().all(|capability| config.settings.capabilities.contains(capability)));
}

#[test]
fn check_with_stated_capabilities_infers_others_only() {
    let capabilities = [(Capability::SamplingParameters, true), (Capability::Chat, false)].into();
    let config = UncheckedConfig { capabilities, ..unchecked() }.check(&owner_scope()).unwrap();
    assert!(config.settings.capabilities.contains(&Capability::SamplingParameters));
    assert!(!config.settings.capabilities.contains(&Capability::Chat));
    assert_eq!(config.inferred.len(), Capability::ALL.len() - 2);
}

#[test]
fn check_with_blank_optional_fields_treats_them_as_absent() {
    let blank = || text(" ");
    let unchecked = UncheckedConfig {
        description: blank(),
        version: blank(),
        monitoring_endpoint: blank(),
        api_path: blank(),
        credential: Some(key_pair(inline("s"))),
        ..unchecked()
    };
    let settings = unchecked.check(&workspace_scope()).unwrap().settings;
    assert_eq!((settings.description, settings.version, settings.monitoring_endpoint), (None, None, None));
    assert_eq!(settings.api_path, ApiPath::default());
}

#[test]
fn check_modalities_keeps_order_and_removes_repetitions() {
    let modalities = ["IMAGE", "TEXT", "IMAGE"].map(str::to_owned).to_vec();
    let config =
        UncheckedConfig { modalities: Some(modalities), ..unchecked() }.check(&owner_scope()).unwrap();
    assert_eq!(config.settings.modalities.as_slice(), [Modality::Image, Modality::Text]);
}
