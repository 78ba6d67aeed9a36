//! Settings survive serialisation to JSON and back.

use llm_config_core::config::{
    Capability, ClientConfig, ContextLength, Labels, Modality, SamplingParams, Settings, UncheckedSampling,
};
use llm_config_core::endpoint::{ApiPath, Endpoint};
use llm_config_core::provider::Provider;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::label::printable;

fn check(settings: &Settings) -> Result<(), TestCaseError> {
    for text in [serde_json::to_string(settings), serde_json::to_string_pretty(settings)] {
        let text = text.unwrap();
        let read: Settings =
            serde_json::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error} in {text}")))?;
        let bytes =
            |settings: &Settings| settings.client_config.as_ref().map(|json| json.as_json().to_owned());
        prop_assert_eq!(bytes(&read), bytes(settings));
        prop_assert_eq!(&read, settings);
    }
    Ok(())
}

/// Texts of any script that the type accepts.
fn text<T: std::str::FromStr + std::fmt::Debug>() -> impl Strategy<Value = T> {
    prop_oneof!["\\PC{1,20}", any::<String>()].prop_filter_map("refused", |text| text.parse().ok())
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    let host_and_port = "[A-Za-zé][A-Za-z0-9é]{0,8}(:[1-9][0-9]{0,3})?";
    let path_and_query = "(/[a-zA-Z0-9é~%20]{0,6}){0,3}(\\?[a-j]=[é0-9]{0,3})?";
    ("https?://", host_and_port, path_and_query)
        .prop_map(|(scheme, authority, rest)| format!("{scheme}{authority}{rest}"))
        .prop_filter_map("rejected", |text| text.parse().ok())
}

fn sampling() -> impl Strategy<Value = SamplingParams> {
    let count = || of(1..=i64::from(i32::MAX));
    let penalty = || of(-2.0..=2.0);
    let stops = of(vec(prop_oneof!["\\PC{1,9}", Just("\n\n".to_owned())], 0..=10));
    (count(), of(0.0..=2.0), of(0.0..=1.0), count(), penalty(), penalty(), stops).prop_map(
        |(max_tokens, temperature, top_p, top_k, frequency_penalty, presence_penalty, stop_sequences)| {
            let unchecked = UncheckedSampling {
                max_tokens,
                temperature,
                top_p,
                top_k,
                frequency_penalty,
                presence_penalty,
                stop_sequences,
            };
            unchecked.try_into().unwrap()
        },
    )
}

/// Objects with spacing, numbers and escapes that a JSON library would not preserve.
fn client_config() -> impl Strategy<Value = ClientConfig> {
    let value = select(vec![
        "null",
        "1.50",
        "-0",
        "1e3",
        "12345678901234567890123",
        r#""\u00e9""#,
        r#""é""#,
        r#""\/""#,
        "[ 1 ,2]",
        r#"{"b" :1,"a":{ }, "b": 2}"#,
        "true",
    ]);
    let member = (select(vec!["", " ", "\n\t"]), "[a-zé]{0,5}", value)
        .prop_map(|(space, key, value)| format!(r#"{space}"{key}"{space}:{value}{space}"#));
    vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(",")).parse().unwrap())
}

prop_compose! {
    fn settings()(
        (name, provider, endpoint, api_path, model) in (
            text(),
            select(Provider::ALL),
            endpoint(),
            prop_oneof![Just(ApiPath::default()), text()],
            of(text()),
        ),
        modalities in vec(select(Modality::ALL), 0..6),
        capabilities in btree_set(select(&Capability::ALL[..]), 0..=6),
        sampling in of(sampling()),
        context_length in of(
            (1..=i64::from(i32::MAX)).prop_map(|tokens| ContextLength::try_from(tokens).unwrap()),
        ),
        labels in btree_map("[a-z0-9._-]{1,9}", printable("\\PC{0,9}"), 0..=20)
            .prop_map(|entries| Labels::try_from(entries).unwrap()),
        client_config in of(client_config()),
        (description, version, monitoring_endpoint) in (of(text()), of(text()), of(endpoint())),
    ) -> Settings {
        Settings {
            name, provider, endpoint, api_path, model, modalities: modalities.into(), capabilities, sampling,
            context_length, labels, client_config, description, version, monitoring_endpoint,
        }
    }
}

proptest! {
    #[test]
    fn settings_round_trip_through_json(settings in settings()) {
        check(&settings)?;
    }

    #[test]
    fn sampling_floats_round_trip_through_json(top_p in 0.0..=1.0, penalty in -2.0..=2.0) {
        let unchecked = UncheckedSampling {
            top_p: Some(top_p),
            frequency_penalty: Some(penalty),
            ..UncheckedSampling::default()
        };
        let params = SamplingParams::try_from(unchecked).unwrap();
        let read: SamplingParams = serde_json::from_str(&serde_json::to_string(&params).unwrap()).unwrap();
        prop_assert_eq!(read, params);
    }
}

#[test]
fn deserialize_settings_requires_name_provider_and_endpoint_only() {
    let text = r#"{"name": "a", "provider": "VLLM", "endpoint": "http://h:8000/v1"}"#;
    let settings: Settings = serde_json::from_str(text).unwrap();
    assert_eq!(settings.api_path, ApiPath::default());
    assert_eq!(settings.modalities.as_slice(), [Modality::Text]);
    assert!(settings.capabilities.is_empty() && settings.labels.is_empty());
    check(&settings).unwrap();
}
