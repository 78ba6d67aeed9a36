//! A credential without its endpoint is accepted only from a principal that chose the current origin, or for
//! a host that is the provider's own.

use llm_config_core::config::{LlmConfig, OriginProvenance, Settings, Stamp};
use llm_config_core::credential::UncheckedCredential;
use llm_config_core::endpoint::{NoVendorHosts, VendorHosts};
use llm_config_core::field::Field;
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::{
    Patch, PatchError, PatchedConfig, UncheckedCredentialPatch, UncheckedPatch, UnconfirmedOrigin,
};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::sample::{
    SECRET, accepted, api_key, apply_by, fields, gcp_adc, inline, key_pair, principal, reference, settings,
    stored, text, workspace_scope,
};

const ORIGIN: &str = "https://llm.example:8443";

/// The principal that set the origin in [`config`].
const SETTER: u128 = 1;
const COLLEAGUE: u128 = 2;

struct OpenAiHosts;

impl VendorHosts for OpenAiHosts {
    fn is_own(&self, provider: Provider, host: &str) -> bool {
        provider == Provider::OpenAi && host == "api.openai.com"
    }

    fn customer_segments(&self, _: &str) -> usize {
        0
    }
}

fn config(endpoint: &str, credential: Option<UncheckedCredential>) -> LlmConfig {
    let scope: Scope = workspace_scope();
    let settings = Settings { endpoint: endpoint.parse().unwrap(), ..settings(&scope) };
    stored(scope, settings, credential.map(accepted).as_ref())
}

fn custom() -> LlmConfig {
    config("https://llm.example:8443/v1", Some(api_key(inline(SECRET))))
}

fn parts(key_id: Patch<&str>, secret: Option<&str>) -> UncheckedCredentialPatch {
    let owned = |text: &str| Zeroizing::new(text.to_owned());
    let key_id = match key_id {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(text) => Patch::Set(owned(text)),
    };
    UncheckedCredentialPatch::Parts { key_id, secret: secret.map(owned) }
}

fn renewal() -> UncheckedCredentialPatch {
    parts(Patch::Keep, Some("sk-new"))
}

fn patched(
    by: u128,
    config: &LlmConfig,
    credential: UncheckedCredentialPatch,
    endpoint: Option<&str>,
) -> Result<PatchedConfig, PatchError> {
    let unchecked =
        UncheckedPatch { endpoint: endpoint.map(str::to_owned), credential, ..UncheckedPatch::default() };
    apply_by(principal(by), &OpenAiHosts, &unchecked.check().unwrap(), config)
}

#[track_caller]
fn check_unconfirmed(found: Result<PatchedConfig, PatchError>, origin: &str) -> UnconfirmedOrigin {
    let Err(PatchError::Unconfirmed(unconfirmed)) = found else { panic!("{found:?}") };
    assert_eq!(unconfirmed.origin.as_str(), origin);
    assert!(fields(&unconfirmed.field_errors("")).contains(&Field::Endpoint));
    unconfirmed
}

fn confirmed_by(config: &PatchedConfig) -> Vec<PrincipalId> {
    config.origin.confirmed_by.iter().copied().collect()
}

/// Every change with a credential or a part of one.
fn every_credential() -> Vec<UncheckedCredentialPatch> {
    vec![
        renewal(),
        parts(Patch::Set("AKIA-NEW"), None),
        parts(Patch::Set("AKIA-NEW"), Some("sk-new")),
        parts(Patch::Clear, Some("sk-new")),
        UncheckedCredentialPatch::Replace(api_key(inline("sk-new"))),
        UncheckedCredentialPatch::Replace(key_pair(inline("sk-new"))),
        UncheckedCredentialPatch::Replace(api_key(reference("env://KEY"))),
        UncheckedCredentialPatch::Replace(gcp_adc()),
    ]
}

#[test]
fn credential_without_endpoint_by_setter_is_accepted() {
    for credential in every_credential() {
        let patched = patched(SETTER, &custom(), credential, None).unwrap();
        assert_eq!(patched.origin, custom().origin);
    }
}

#[test]
fn credential_without_endpoint_by_colleague_is_rejected() {
    for credential in every_credential() {
        let unconfirmed = check_unconfirmed(patched(COLLEAGUE, &custom(), credential, None), ORIGIN);
        assert_eq!(unconfirmed.set.unwrap().by, principal(SETTER));
    }
}

#[test]
fn first_credential_without_endpoint_by_colleague_is_rejected() {
    let open = config("https://llm.example:8443/v1", None);
    check_unconfirmed(patched(COLLEAGUE, &open, renewal(), None), ORIGIN);
    patched(SETTER, &open, renewal(), None).unwrap();
}

#[test]
fn credential_with_endpoint_of_stored_origin_is_accepted_and_confirms_origin() {
    for endpoint in ["https://llm.example:8443/v1", "HTTPS://LLM.example:8443/v2/"] {
        let patched = patched(COLLEAGUE, &custom(), renewal(), Some(endpoint)).unwrap();
        assert!(!patched.changes_origin);
        assert_eq!(confirmed_by(&patched), [principal(COLLEAGUE)]);
        assert_eq!(patched.origin.set, custom().origin.set);
        let next = LlmConfig { origin: patched.origin, ..custom() };
        let again = self::patched(COLLEAGUE, &next, renewal(), None).unwrap();
        assert_eq!(confirmed_by(&again), [principal(COLLEAGUE)]);
        check_unconfirmed(self::patched(3, &next, renewal(), None), ORIGIN);
    }
}

#[test]
fn reference_with_endpoint_confirms_nothing() {
    let endpoint = Some("https://llm.example:8443/v1");
    for credential in [
        UncheckedCredentialPatch::Keep,
        parts(Patch::Set("AKIA-NEW"), None),
        parts(Patch::Set("****"), None),
        UncheckedCredentialPatch::Replace(api_key(reference("env://KEY"))),
        UncheckedCredentialPatch::Replace(gcp_adc()),
    ] {
        let pair = config("https://llm.example:8443/v1", Some(key_pair(inline(SECRET))));
        if let Ok(patched) = patched(COLLEAGUE, &pair, credential, endpoint) {
            assert!(confirmed_by(&patched).is_empty());
        }
    }
}

#[test]
fn move_to_other_origin_sets_origin_and_removes_confirmations() {
    let mut before = custom();
    before.origin.confirmed_by.insert(principal(COLLEAGUE));
    let moved = patched(3, &before, renewal(), Some("https://evil.example/v1")).unwrap();
    assert!(moved.changes_origin);
    let stamp = Stamp { at: Timestamp::from_micros(2), by: principal(3) };
    assert_eq!(moved.origin, OriginProvenance::new(stamp));
    let settings = moved.settings.clone();
    let after = LlmConfig { settings, origin: moved.origin, ..custom() };
    for victim in [SETTER, COLLEAGUE] {
        check_unconfirmed(patched(victim, &after, renewal(), None), "https://evil.example");
    }
}

#[test]
fn move_without_stored_credential_sets_origin() {
    let open = config("https://llm.example:8443/v1", None);
    let moved =
        patched(COLLEAGUE, &open, UncheckedCredentialPatch::Keep, Some("https://evil.example")).unwrap();
    assert_eq!(moved.origin.set.unwrap().by, principal(COLLEAGUE));
}

#[test]
fn credential_for_providers_own_host_by_colleague_is_accepted() {
    for credential in every_credential() {
        let own = config("https://api.openai.com/v1", Some(api_key(inline(SECRET))));
        patched(COLLEAGUE, &own, credential, None).unwrap();
    }
}

#[test]
fn credential_for_other_host_by_colleague_is_rejected() {
    let own = || config("https://api.openai.com/v1", Some(api_key(inline(SECRET))));
    let of = |provider| LlmConfig { settings: Settings { provider, ..own().settings }, ..own() };
    check_unconfirmed(patched(COLLEAGUE, &of(Provider::Other), renewal(), None), "https://api.openai.com");
    for endpoint in ["http://api.openai.com/v1", "https://api.openai.com:8443/v1"] {
        let plain = config(endpoint, Some(api_key(inline(SECRET))));
        assert!(patched(COLLEAGUE, &plain, renewal(), None).is_err(), "{endpoint}");
    }
    let unchecked =
        UncheckedPatch { provider: text("OTHER"), credential: renewal(), ..UncheckedPatch::default() };
    let found = apply_by(principal(COLLEAGUE), &OpenAiHosts, &unchecked.check().unwrap(), &own());
    check_unconfirmed(found, "https://api.openai.com");
}

#[test]
fn credential_for_origin_without_provenance_is_rejected() {
    let old = LlmConfig { origin: OriginProvenance::default(), ..custom() };
    for by in [SETTER, COLLEAGUE] {
        let unconfirmed = check_unconfirmed(patched(by, &old, renewal(), None), ORIGIN);
        assert_eq!(unconfirmed.set, None);
        patched(by, &old, renewal(), Some("https://llm.example:8443/v1")).unwrap();
    }
}

#[test]
fn change_without_credential_by_colleague_requires_no_endpoint() {
    let pair = config("https://llm.example:8443/v1", Some(key_pair(inline(SECRET))));
    let mask = pair.secret.as_ref().unwrap().key_id_mask.clone().unwrap();
    for credential in
        [UncheckedCredentialPatch::Keep, parts(Patch::Clear, None), parts(Patch::Set(mask.as_str()), None)]
    {
        patched(COLLEAGUE, &pair, credential, None).unwrap();
    }
}

#[test]
fn rejected_credential_reports_every_other_error() {
    let unchecked = UncheckedPatch {
        provider: text("VLLM"),
        credential: parts(Patch::Set("****abcd"), Some("sk-new")),
        ..UncheckedPatch::default()
    };
    let found = apply_by(principal(COLLEAGUE), &NoVendorHosts, &unchecked.check().unwrap(), &custom());
    let unconfirmed = check_unconfirmed(found, ORIGIN);
    let errors = unconfirmed.field_errors("");
    assert_eq!(fields(&errors), [Field::Provider, Field::KeyId, Field::Endpoint]);
    assert!(!errors.to_string().contains("sk-new"));
}

#[test]
fn confirmation_above_limit_is_not_recorded() {
    let mut full = custom();
    for number in 100..100 + OriginProvenance::CONFIRMATIONS as u128 {
        full.origin.confirmed_by.insert(principal(number));
    }
    let patched = patched(COLLEAGUE, &full, renewal(), Some("https://llm.example:8443/v1")).unwrap();
    assert_eq!(patched.origin, full.origin);
}

/// `gateway.example` is divided by the first two segments of the path.
struct Gateway;

impl VendorHosts for Gateway {
    fn is_own(&self, _: Provider, _: &str) -> bool {
        false
    }

    fn customer_segments(&self, host: &str) -> usize {
        if host == "gateway.example" { 2 } else { 0 }
    }
}

#[test]
fn credential_with_endpoint_without_customer_is_rejected() {
    // The customer is in the API path, or partly in it, or the API path leaves the endpoint's customer.
    for (endpoint, api_path, origin) in [
        ("https://gateway.example/", "/v1/mallory/chat", "https://gateway.example/v1/mallory"),
        ("https://gateway.example/v1", "/mallory/chat", "https://gateway.example/v1/mallory"),
        (
            "https://gateway.example/v1/acme",
            "/../mallory/chat",
            "https://gateway.example/v1/mallory and /v1/acme",
        ),
    ] {
        let mut stored = config(endpoint, Some(api_key(inline(SECRET))));
        stored.settings.api_path = api_path.parse().unwrap();
        let apply_with = |api_path: Option<&str>| {
            let unchecked = UncheckedPatch {
                endpoint: text(endpoint),
                api_path: api_path.map(str::to_owned),
                credential: renewal(),
                ..UncheckedPatch::default()
            };
            apply_by(principal(COLLEAGUE), &Gateway, &unchecked.check().unwrap(), &stored)
        };
        let unconfirmed = check_unconfirmed(apply_with(None), origin);
        assert!(unconfirmed.field_errors("").to_string().contains("names the customer"));
        assert_eq!(confirmed_by(&apply_with(Some(api_path)).unwrap()), [principal(COLLEAGUE)]);
    }
}

#[test]
fn credential_with_endpoint_of_customer_is_accepted() {
    for (stored, endpoint) in [
        ("https://gateway.example/v1/acme/openai", "https://gateway.example/v1/acme/compat"),
        // On a host of one party, dots in the path have no effect.
        ("https://h/a..b/gpt-4%2e1", "https://h/a..b/gpt-4%2e1"),
    ] {
        let stored = config(stored, Some(api_key(inline(SECRET))));
        let unchecked =
            UncheckedPatch { endpoint: text(endpoint), credential: renewal(), ..UncheckedPatch::default() };
        let patched = apply_by(principal(COLLEAGUE), &Gateway, &unchecked.check().unwrap(), &stored).unwrap();
        assert_eq!(confirmed_by(&patched), [principal(COLLEAGUE)], "{endpoint}");
    }
}
