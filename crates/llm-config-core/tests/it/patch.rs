//! Changes of a stored configuration.

use llm_config_core::config::{Capability, Modality, Settings, UncheckedSampling};
use llm_config_core::field::Field;
use llm_config_core::patch::{ConfigPatch, LabelPatch, Patch, UncheckedCredentialPatch, UncheckedPatch};
use llm_config_core::provider::Provider;

use crate::sample::{
    api_key, apply, fields, inline, key_pair, numbered, owner_scope, settings, stored, strings, text,
    workspace_scope,
};

/// The settings before every change of this file. Every clearable field has a value.
fn before() -> Settings {
    Settings {
        description: Some("old".parse().unwrap()),
        version: Some("1".parse().unwrap()),
        monitoring_endpoint: Some("https://status.example".parse().unwrap()),
        labels: strings([("team", "a"), ("env", "dev")]).try_into().unwrap(),
        ..settings(&owner_scope())
    }
}

fn check(unchecked: UncheckedPatch, expected: impl Fn(&mut Settings)) {
    let patch = unchecked.check().unwrap();
    let mut after = before();
    expected(&mut after);
    assert_eq!(apply(&patch, &stored(owner_scope(), before(), None)), Ok(after));
}

fn check_rejected(patch: &ConfigPatch, settings: Settings, expected: &str) {
    let found = apply(patch, &stored(owner_scope(), settings, None)).unwrap_err();
    assert_eq!(found.to_string(), expected);
}

#[test]
fn apply_empty_patch_changes_nothing() {
    assert_eq!(UncheckedPatch::default().check().unwrap().fields(), []);
    check(UncheckedPatch::default(), |_| {});
}

#[test]
fn fields_of_full_patch_are_in_order() {
    let unchecked = UncheckedPatch {
        name: text("new"),
        description: Patch::Set("d".to_owned()),
        provider: text("VLLM"),
        endpoint: text("http://h:8000"),
        api_path: text("/c"),
        model: Patch::from_option(text("m")),
        modalities: Some(vec!["AUDIO".to_owned()]),
        capabilities: Some([Capability::Chat].into()),
        sampling: Patch::Set(UncheckedSampling { top_k: Some(3), ..UncheckedSampling::default() }),
        context_length: Patch::Set(5),
        labels: LabelPatch::Replace(strings([("a", "b")])),
        client_config: Patch::from_option(text("{}")),
        version: Patch::Set("2".to_owned()),
        monitoring_endpoint: Patch::Set("https://s".to_owned()),
        credential: UncheckedCredentialPatch::Replace(api_key(inline("s"))),
    };
    let expected = [
        Field::Name,
        Field::Description,
        Field::Provider,
        Field::Endpoint,
        Field::ApiPath,
        Field::Model,
        Field::Modalities,
        Field::Capabilities,
        Field::Sampling,
        Field::ContextLength,
        Field::Labels,
        Field::ClientConfig,
        Field::Version,
        Field::MonitoringEndpoint,
        Field::Credential,
    ];
    let patch = unchecked.check().unwrap();
    assert_eq!(patch.fields(), expected);

    let after = apply(&patch, &stored(owner_scope(), before(), None)).unwrap();
    let expected = Settings {
        name: "new".parse().unwrap(),
        provider: Provider::Vllm,
        endpoint: "http://h:8000".parse().unwrap(),
        api_path: "/c".parse().unwrap(),
        model: Some("m".parse().unwrap()),
        modalities: vec![Modality::Audio].into(),
        capabilities: [Capability::Chat].into(),
        sampling: Some(
            UncheckedSampling { top_k: Some(3), ..UncheckedSampling::default() }.try_into().unwrap(),
        ),
        context_length: Some(5.try_into().unwrap()),
        labels: strings([("a", "b")]).try_into().unwrap(),
        client_config: Some("{}".parse().unwrap()),
        description: Some("d".parse().unwrap()),
        version: Some("2".parse().unwrap()),
        monitoring_endpoint: Some("https://s".parse().unwrap()),
    };
    assert_eq!(after, expected);
}

#[test]
fn check_with_several_errors_reports_all() {
    let unchecked = UncheckedPatch {
        name: text(""),
        description: Patch::Set("\0".to_owned()),
        provider: text("?"),
        endpoint: text("h"),
        api_path: text("a b"),
        model: Patch::from_option(text(" ")),
        modalities: Some(vec!["?".to_owned()]),
        capabilities: None,
        sampling: Patch::Set(UncheckedSampling { top_k: Some(0), ..UncheckedSampling::default() }),
        context_length: Patch::Set(-1),
        labels: LabelPatch::Merge(strings([("", "")])),
        client_config: Patch::from_option(text("1")),
        version: Patch::Set("\0".to_owned()),
        monitoring_endpoint: Patch::Set("h".to_owned()),
        credential: UncheckedCredentialPatch::Replace(key_pair(inline(""))),
    };
    let expected = [
        Field::Name,
        Field::Description,
        Field::Provider,
        Field::Endpoint,
        Field::ApiPath,
        Field::Model,
        Field::Modalities,
        Field::TopK,
        Field::ContextLength,
        Field::Labels,
        Field::ClientConfig,
        Field::Version,
        Field::MonitoringEndpoint,
        Field::SecretValue,
    ];
    assert_eq!(fields(&unchecked.check().unwrap_err()), expected);
}

#[test]
fn apply_with_clear_removes_optional_texts() {
    let clear = || UncheckedPatch {
        description: Patch::Clear,
        version: Patch::Clear,
        monitoring_endpoint: Patch::Clear,
        ..UncheckedPatch::default()
    };
    assert_eq!(
        clear().check().unwrap().fields(),
        [Field::Description, Field::Version, Field::MonitoringEndpoint]
    );
    check(clear(), |settings| {
        settings.description = None;
        settings.version = None;
        settings.monitoring_endpoint = None;
    });
}

#[test]
fn apply_with_clear_removes_other_optional_values() {
    let clear = || UncheckedPatch {
        sampling: Patch::Clear,
        context_length: Patch::Clear,
        client_config: Patch::Clear,
        ..UncheckedPatch::default()
    };
    assert_eq!(
        clear().check().unwrap().fields(),
        [Field::Sampling, Field::ContextLength, Field::ClientConfig]
    );
    let full = Settings {
        sampling: Some(
            UncheckedSampling { top_k: Some(3), ..UncheckedSampling::default() }.try_into().unwrap(),
        ),
        context_length: Some(5.try_into().unwrap()),
        client_config: Some("{}".parse().unwrap()),
        ..before()
    };
    let after = apply(&clear().check().unwrap(), &stored(owner_scope(), full, None));
    assert_eq!(after, Ok(Settings { sampling: None, context_length: None, client_config: None, ..before() }));
}

#[test]
fn apply_with_cleared_model_is_for_workspaces_only() {
    let clear = UncheckedPatch { model: Patch::Clear, ..UncheckedPatch::default() }.check().unwrap();
    check_rejected(&clear, before(), "`model` is required");
    let scope = workspace_scope();
    let after = apply(&clear, &stored(scope, settings(&scope), None)).unwrap();
    assert_eq!(after.model, None);
}

#[test]
fn from_optional_text_with_blank_text_is_clear() {
    assert_eq!(Patch::from_optional_text(None), Patch::Keep);
    assert_eq!(Patch::from_optional_text(text(" ")), Patch::Clear);
    assert_eq!(Patch::from_optional_text(text("x")), Patch::Set("x".to_owned()));
}

#[test]
fn apply_with_blank_api_path_restores_default() {
    let unchecked = UncheckedPatch { api_path: text(""), ..UncheckedPatch::default() };
    let mut old = before();
    old.api_path = "/custom".parse().unwrap();
    let after = apply(&unchecked.check().unwrap(), &stored(owner_scope(), old, None)).unwrap();
    assert_eq!(after.api_path.as_str(), "/chat/completions");
}

#[test]
fn apply_replaces_or_merges_labels() {
    let labels = || strings([("env", "prod"), ("region", "eu")]);
    check(
        UncheckedPatch { labels: LabelPatch::Replace(labels()), ..UncheckedPatch::default() },
        |settings| {
            settings.labels = labels().try_into().unwrap();
        },
    );
    check(UncheckedPatch { labels: LabelPatch::Merge(labels()), ..UncheckedPatch::default() }, |settings| {
        settings.labels = strings([("team", "a"), ("env", "prod"), ("region", "eu")]).try_into().unwrap();
    });
    check(
        UncheckedPatch { labels: LabelPatch::Replace(strings([])), ..UncheckedPatch::default() },
        |settings| {
            settings.labels = strings([]).try_into().unwrap();
        },
    );
    check(UncheckedPatch { labels: LabelPatch::Merge(strings([])), ..UncheckedPatch::default() }, |_| {});
}

#[test]
fn apply_removes_labels_before_it_merges() {
    let removed = ["team", "unknown"].map(str::to_owned);
    let edit = |removed: &[String], added| UncheckedPatch {
        labels: LabelPatch::Edit { removed: removed.iter().cloned().collect(), added },
        ..UncheckedPatch::default()
    };
    check(edit(&removed, strings([("region", "eu")])), |settings| {
        settings.labels = strings([("env", "dev"), ("region", "eu")]).try_into().unwrap();
    });
    check(edit(&[], strings([])), |_| {});
    let full = Settings { labels: numbered(20).try_into().unwrap(), ..before() };
    let replaced = edit(&["k0".to_owned()], strings([("x", "")])).check().unwrap();
    assert!(apply(&replaced, &stored(owner_scope(), full, None)).is_ok());
    let found = edit(&[], numbered(21)).check().unwrap_err();
    assert_eq!(found.to_string(), "`labels` must have at most 20 entries, but has 21");
}

#[test]
fn apply_with_merged_labels_above_limit_is_rejected() {
    let full = Settings { labels: numbered(20).try_into().unwrap(), ..before() };
    let merge = |labels| {
        UncheckedPatch { labels: LabelPatch::Merge(labels), ..UncheckedPatch::default() }.check().unwrap()
    };
    let known = apply(&merge(strings([("k0", "new")])), &stored(owner_scope(), full.clone(), None));
    assert!(known.is_ok());
    check_rejected(&merge(strings([("x", "")])), full, "`labels` must have at most 20 entries, but has 21");
}

#[test]
fn check_with_labels_above_limit_is_rejected() {
    for labels in [LabelPatch::Replace(numbered(21)), LabelPatch::Merge(numbered(21))] {
        let found = UncheckedPatch { labels, ..UncheckedPatch::default() }.check().unwrap_err();
        assert_eq!(found.to_string(), "`labels` must have at most 20 entries, but has 21");
    }
}

#[test]
fn apply_with_provider_of_other_scope_is_rejected() {
    let to_aws = UncheckedPatch { provider: text("AWS"), ..UncheckedPatch::default() }.check().unwrap();
    check_rejected(
        &to_aws,
        before(),
        "`provider` must be one of OPENAI, LITELLM_PROXY, OPEN_ROUTER, VLLM, OLLAMA, LLAMA_CPP, \
         CUSTOM_OPENAI_COMPATIBLE",
    );
    let in_workspace = stored(workspace_scope(), settings(&workspace_scope()), None);
    assert_eq!(apply(&to_aws, &in_workspace).unwrap().provider, Provider::Aws);
}
