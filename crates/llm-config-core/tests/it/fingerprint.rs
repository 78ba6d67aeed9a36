//! Fingerprints are equal if and only if the canonical parts are equal.

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::config::{ConfigFingerprint, UncheckedConfig};
use llm_config_core::credential::{CredentialFingerprint, UncheckedCredential, UncheckedSecret};
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use proptest::prelude::*;
use proptest::sample::select;
use zeroize::Zeroizing;

use crate::sample::{fingerprint_key, principal, strings, text, workspace};

/// The parts that identify a configuration.
#[derive(Clone, Debug, PartialEq)]
struct Parts {
    scope: Scope,
    /// An index into the providers of the scope.
    provider: usize,
    scheme: &'static str,
    host: &'static str,
    port: Option<u16>,
    path: &'static str,
    api_path: &'static str,
    model: &'static str,
    credential: SentCredential,
}

/// A credential, as it is sent to the provider.
#[derive(Clone, Debug, PartialEq)]
enum SentCredential {
    Nothing,
    Key { header: &'static str, prefix: &'static str, value: Value },
    Pair { key_id: &'static str, value: Value },
    Adc { scopes: BTreeSet<&'static str>, project: Option<&'static str> },
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Inline(&'static str),
    Reference(&'static str, Option<&'static str>),
}

/// The spelling of the same parts.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each field is an independent choice")]
struct Spelling {
    name: &'static str,
    upper_host: bool,
    written_port: bool,
    slashes: &'static str,
    bare_api_path: bool,
    written_header: bool,
    written_prefix: bool,
    repeated_scopes: bool,
}

fn check(first: (&Parts, Spelling), second: (&Parts, Spelling)) -> Result<(), TestCaseError> {
    let (one, two) = (fingerprints(first.0, first.1), fingerprints(second.0, second.1));
    prop_assert_eq!(one.0 == two.0, first.0.credential == second.0.credential, "credential");
    prop_assert_eq!(one.1 == two.1, first.0 == second.0, "configuration");
    Ok(())
}

fn fingerprints(parts: &Parts, spelling: Spelling) -> (CredentialFingerprint, ConfigFingerprint) {
    fingerprints_with(&fingerprint_key(), parts, spelling)
}

fn fingerprints_with(
    key: &FingerprintKey,
    parts: &Parts,
    spelling: Spelling,
) -> (CredentialFingerprint, ConfigFingerprint) {
    let config = spelled(parts, spelling).check(&parts.scope).unwrap();
    let credential = key.credential(config.credential.as_ref());
    (credential, key.config(&parts.scope, &config.settings, &credential))
}

fn spelled(parts: &Parts, spelling: Spelling) -> UncheckedConfig {
    let Parts { scope, provider, scheme, host, port, path, api_path, model, credential } = parts;
    let host = if spelling.upper_host { host.to_uppercase() } else { (*host).to_owned() };
    let default = if *scheme == "https" { 443 } else { 80 };
    let port = port.or(spelling.written_port.then_some(default));
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let api_path = if spelling.bare_api_path { &api_path[1..] } else { api_path };
    UncheckedConfig {
        name: text(spelling.name),
        provider: text(Provider::allowed_in(scope)[*provider].as_str()),
        endpoint: Some(format!("{scheme}://{host}{port}{path}{}", spelling.slashes)),
        api_path: Some(format!("{api_path}{}", spelling.slashes)),
        model: text(model),
        credential: credential.spelled(spelling),
        ..UncheckedConfig::default()
    }
}

impl SentCredential {
    fn spelled(&self, spelling: Spelling) -> Option<UncheckedCredential> {
        match self {
            Self::Nothing => None,
            Self::Key { header, prefix, value } => {
                let is_default = *header == "authorization";
                let implied = if is_default { "Bearer " } else { "" };
                let is_spelled = spelling.written_prefix || *prefix != implied;
                Some(UncheckedCredential::ApiKey {
                    header: (spelling.written_header || !is_default).then(|| {
                        if spelling.upper_host { header.to_uppercase() } else { (*header).to_owned() }
                    }),
                    prefix: is_spelled.then(|| (*prefix).to_owned()),
                    value: value.unchecked(),
                })
            }
            Self::Pair { key_id, value } => Some(UncheckedCredential::ProviderKey {
                key_id: Some(Zeroizing::new((*key_id).to_owned())),
                secret: value.unchecked(),
            }),
            Self::Adc { scopes, project } => {
                let mut scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
                if spelling.repeated_scopes {
                    scopes.extend(scopes.clone());
                    scopes.reverse();
                }
                Some(UncheckedCredential::GcpAdc { scopes, quota_project: project.and_then(text) })
            }
        }
    }
}

impl Value {
    fn unchecked(&self) -> UncheckedSecret {
        match self {
            Self::Inline(secret) => UncheckedSecret::Inline(Zeroizing::new((*secret).to_owned())),
            Self::Reference(uri, hint) => UncheckedSecret::Reference {
                uri: (*uri).to_owned(),
                hints: hint.map_or_else(BTreeMap::new, |encoding| strings([("encoding", encoding)])),
            },
        }
    }
}

/// Small alphabets, so that equal parts occur, and parts whose concatenations are equal: `a`, `bc` and `ab`,
/// `c`.
fn any_parts() -> impl Strategy<Value = Parts> {
    let scope = select(vec![
        Scope::Owner(principal(1)),
        Scope::Owner(principal(2)),
        Scope::Workspace(workspace(1)),
        Scope::Workspace(workspace(2)),
    ]);
    let host = select(vec!["h.example", "b\u{fc}cher.example"]);
    let port = select(vec![None, Some(8443)]);
    let path = select(vec!["", "/v1", "/V1", "/v1/chat"]);
    let api_path = select(vec!["/chat", "/Chat", "/completions"]);
    let model = select(vec!["m", "M", "m/chat"]);
    (
        scope,
        0..2_usize,
        select(vec!["http", "https"]),
        host,
        port,
        path,
        api_path,
        model,
        any_sent_credential(),
    )
        .prop_map(|(scope, provider, scheme, host, port, path, api_path, model, credential)| Parts {
            scope,
            provider,
            scheme,
            host,
            port,
            path,
            api_path,
            model,
            credential,
        })
}

fn any_sent_credential() -> impl Strategy<Value = SentCredential> {
    let header = select(vec![
        ("authorization", "Bearer "),
        ("authorization", "Token "),
        ("authorization", " "),
        ("x-api-key", ""),
        ("x-api-key", "Bearer "),
    ]);
    prop_oneof![
        Just(SentCredential::Nothing),
        (header, any_value()).prop_map(|((header, prefix), value)| SentCredential::Key {
            header,
            prefix,
            value
        }),
        (select(vec!["a", "ab"]), any_value())
            .prop_map(|(key_id, value)| SentCredential::Pair { key_id, value }),
        (proptest::collection::btree_set(select(vec!["s", "t"]), 0..3), select(vec![None, Some("s")]))
            .prop_map(|(scopes, project)| SentCredential::Adc { scopes, project }),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    select(vec![
        Value::Inline("bc"),
        Value::Inline("c"),
        Value::Reference("env://A", None),
        Value::Reference("env://A", Some("base64")),
        Value::Reference("env://Aencoding", None),
    ])
}

prop_compose! {
    fn any_spelling()(
        name in select(vec!["one", "two"]),
        slashes in select(vec!["", "/", "//"]),
        flags in any::<[bool; 6]>(),
    ) -> Spelling {
        let [upper_host, written_port, bare_api_path, written_header, written_prefix, repeated_scopes] =
            flags;
        Spelling {
            name,
            upper_host,
            written_port,
            slashes,
            bare_api_path,
            written_header,
            written_prefix,
            repeated_scopes,
        }
    }
}

/// `parts` with one part of `other`.
fn with_one_of(parts: &Parts, other: Parts, which: usize) -> Parts {
    let mut parts = parts.clone();
    match which {
        0 => parts.scope = other.scope,
        1 => parts.provider = other.provider,
        2 => parts.scheme = other.scheme,
        3 => parts.host = other.host,
        4 => parts.port = other.port,
        5 => parts.path = other.path,
        6 => parts.api_path = other.api_path,
        7 => parts.model = other.model,
        _ => parts.credential = other.credential,
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn fingerprints_with_one_different_part_differ(
        parts in any_parts(), other in any_parts(), which in 0..9_usize,
        one in any_spelling(), two in any_spelling(),
    ) {
        check((&parts, one), (&with_one_of(&parts, other, which), two))?;
    }

    #[test]
    fn fingerprints_with_shifted_part_boundaries_differ(
        first in any_parts(), second in any_parts(), one in any_spelling(), two in any_spelling(),
    ) {
        check((&first, one), (&second, two))?;
    }

    #[test]
    fn fingerprints_with_different_keys_differ(parts in any_parts(), spelling in any_spelling()) {
        let other = FingerprintKey::new(Zeroizing::new([8; 32]));
        let (mine, theirs) = (fingerprints(&parts, spelling), fingerprints_with(&other, &parts, spelling));
        prop_assert_ne!(mine.0, theirs.0);
        prop_assert_ne!(mine.1, theirs.1);
    }

    #[test]
    fn from_bytes_of_stored_fingerprint_is_equal(parts in any_parts(), spelling in any_spelling()) {
        let (credential, config) = fingerprints(&parts, spelling);
        prop_assert_eq!(CredentialFingerprint::from_bytes(credential.as_bytes()), Some(credential));
        prop_assert_eq!(ConfigFingerprint::from_bytes(config.as_bytes()), Some(config));
        prop_assert_eq!(ConfigFingerprint::from_bytes(&config.as_bytes()[1..]), None);
    }
}
