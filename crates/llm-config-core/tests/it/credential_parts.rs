//! Separate changes of the identifier and of the secret of a stored credential.

use llm_config_core::config::{LlmConfig, Settings};
use llm_config_core::credential::{Credential, SecretValue};
use llm_config_core::field::Field;
use llm_config_core::patch::{ConfigPatch, Patch, UncheckedCredentialPatch, UncheckedPatch};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use zeroize::Zeroizing;

use crate::sample::{
    SECRET, accepted, api_key, apply, fields, inline, key_pair, settings, stored, text, workspace_scope,
};

const ELSEWHERE: &str = "https://elsewhere.example/v1";
const NEW_KEY: Patch<&str> = Patch::Set("AKIA-NEW");

/// A configuration of a workspace with a stored credential.
fn config(provider: Provider, credential: &Credential) -> LlmConfig {
    let scope: Scope = workspace_scope();
    stored(scope, Settings { provider, ..settings(&scope) }, Some(credential))
}

fn pair() -> Credential {
    accepted(key_pair(inline(SECRET)))
}

fn plain() -> Credential {
    accepted(api_key(inline(SECRET)))
}

fn parts(key_id: Patch<&str>, secret: Option<&str>) -> UncheckedPatch {
    let owned = |text: &str| Zeroizing::new(text.to_owned());
    let key_id = match key_id {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(text) => Patch::Set(owned(text)),
    };
    let credential = UncheckedCredentialPatch::Parts { key_id, secret: secret.map(owned) };
    UncheckedPatch { credential, ..UncheckedPatch::default() }
}

fn checked(unchecked: UncheckedPatch) -> ConfigPatch {
    unchecked.check().unwrap()
}

fn check_rejected(config: &LlmConfig, unchecked: UncheckedPatch, expected: &[Field]) {
    let found = apply(&checked(unchecked), config);
    assert_eq!(found.as_ref().map_or_else(fields, |_| Vec::new()), expected);
}

/// The change turns the stored credential into this key id and secret, or into the secret alone.
fn check_becomes(before: &Credential, unchecked: UncheckedPatch, key_id: Option<&str>, secret: &str) {
    let config = config(Provider::Other, before);
    let patch = checked(unchecked);
    apply(&patch, &config).unwrap();
    let (found_key_id, value) = match patch.credential.credential(Some(before)).unwrap() {
        Credential::KeyPair(pair) => (Some(pair.key_id.expose().to_owned()), pair.secret),
        Credential::ApiKey(key) => (None, key.value),
        Credential::GcpAdc(_) => panic!("a credential with a secret"),
    };
    let SecretValue::Inline(value) = value else { panic!("an inline secret") };
    assert_eq!((found_key_id.as_deref(), value.expose()), (key_id, secret));
}

#[test]
fn apply_without_part_keeps_part() {
    check_becomes(&pair(), parts(Patch::Keep, Some("new")), Some("AKIAIOSFODNN7EXAMPLE"), "new");
    check_becomes(&pair(), parts(NEW_KEY, None), Some("AKIA-NEW"), SECRET);
    check_becomes(&pair(), parts(NEW_KEY, Some("new")), Some("AKIA-NEW"), "new");
    check_becomes(&pair(), parts(Patch::Clear, None), None, SECRET);
    check_becomes(&plain(), parts(Patch::Keep, Some("new")), None, "new");
    check_becomes(&plain(), parts(NEW_KEY, None), Some("AKIA-NEW"), SECRET);
}

#[test]
fn apply_with_removed_credential_may_move_the_endpoint() {
    let config = config(Provider::Other, &plain());
    let removed = UncheckedPatch {
        endpoint: text(ELSEWHERE),
        credential: UncheckedCredentialPatch::Remove,
        ..UncheckedPatch::default()
    };
    let removed = checked(removed);
    assert_eq!(removed.fields(), [Field::Endpoint, Field::Credential]);
    assert!(!removed.credential.leaves_unchanged(config.secret.as_ref()));
    assert!(removed.credential.leaves_unchanged(None));
    assert_eq!(apply(&removed, &config).unwrap().endpoint.as_str(), ELSEWHERE);
}

#[test]
fn leaves_unchanged_without_new_part_is_true() {
    let config = config(Provider::Other, &pair());
    let mask = config.secret.as_ref().unwrap().key_id_mask.as_ref().unwrap().to_string();
    let keeps = |unchecked| checked(unchecked).credential.leaves_unchanged(config.secret.as_ref());
    assert!(keeps(UncheckedPatch::default()));
    assert!(keeps(parts(Patch::Keep, None)));
    assert!(keeps(parts(Patch::Set(&mask), None)));
    assert!(!keeps(parts(Patch::Clear, None)));
    assert!(!keeps(parts(NEW_KEY, None)));
    assert!(!keeps(parts(Patch::Keep, Some("new"))));
}

#[test]
fn apply_with_mask_of_other_key_is_rejected() {
    check_rejected(&config(Provider::Other, &pair()), parts(Patch::Set("****abcd"), None), &[Field::KeyId]);
    check_rejected(&config(Provider::Other, &plain()), parts(Patch::Set("****"), None), &[Field::KeyId]);
    let secret_mask = parts(Patch::Keep, Some("****abcd")).check();
    assert_eq!(fields(&secret_mask.unwrap_err()), [Field::SecretValue]);
}

#[test]
fn apply_with_other_origin_requires_secret_and_key() {
    let config = config(Provider::Other, &pair());
    let moved = |unchecked: UncheckedPatch| UncheckedPatch { endpoint: text(ELSEWHERE), ..unchecked };
    check_rejected(&config, moved(parts(Patch::Keep, None)), &[Field::Endpoint]);
    check_rejected(&config, moved(parts(NEW_KEY, None)), &[Field::Endpoint]);
    check_rejected(&config, moved(parts(Patch::Clear, None)), &[Field::Endpoint]);
    check_rejected(&config, moved(parts(Patch::Keep, Some("new"))), &[Field::Endpoint]);
    check_rejected(&config, moved(parts(NEW_KEY, Some("new"))), &[]);
    check_rejected(&config, moved(parts(Patch::Clear, Some("new"))), &[]);
}

#[test]
fn apply_that_sends_signing_secret_requires_secret() {
    let aws = config(Provider::Aws, &pair());
    let to = |provider, unchecked: UncheckedPatch| UncheckedPatch { provider: text(provider), ..unchecked };
    check_rejected(&aws, to("OPENAI", parts(Patch::Keep, None)), &[Field::Provider]);
    check_rejected(&aws, parts(Patch::Clear, None), &[Field::KeyId]);
    check_rejected(&aws, to("OPENAI", parts(Patch::Keep, Some("new"))), &[]);
    check_rejected(&aws, to("OPENAI", parts(NEW_KEY, Some("new"))), &[]);
    check_rejected(&aws, parts(Patch::Clear, Some("new")), &[]);
    check_rejected(&aws, parts(NEW_KEY, None), &[]);
    check_rejected(&config(Provider::Other, &pair()), to("AWS", parts(Patch::Keep, None)), &[]);
}

#[test]
fn apply_with_key_without_secret_is_rejected() {
    let scope = workspace_scope();
    let bare = stored(scope, settings(&scope), None);
    check_rejected(&bare, parts(NEW_KEY, None), &[Field::SecretValue]);
    check_rejected(&bare, parts(NEW_KEY, Some("new")), &[]);
}
