//! What the domain does per request: canonicalise, fingerprint, validate a draft, decide access.
#![expect(clippy::expect_used, reason = "a bench without its fixture has failed")]

#[path = "support/mod.rs"]
mod support;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use llm_config_core::access::{Action, Actor, ConfigAction, OrgRole, WorkspaceRole, decide};
use llm_config_core::config::NewLlmConfig;
use llm_config_core::endpoint::Endpoint;
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::id::{ConfigId, PrincipalId, WorkspaceId};
use llm_config_core::scope::Scope;
use support::measure;

/// A new configuration in the form of `NewLlmConfig`, with a credential.
const NEW_CONFIG: &str = include_str!("new_config.json");

const OWNER: &str = "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a";
const WORKSPACE: &str = "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6b";

fn owner() -> PrincipalId {
    OWNER.parse().expect("a UUID")
}

fn config() -> ConfigId {
    WORKSPACE.parse().expect("a UUID")
}

fn workspace() -> WorkspaceId {
    WORKSPACE.parse().expect("a UUID")
}

fn new_config() -> NewLlmConfig {
    serde_json::from_str(NEW_CONFIG).expect("a valid configuration")
}

fn values(criterion: &mut Criterion) {
    let endpoint: Endpoint = "https://API.example.com:443/v1/a/../b/?x=%7e".parse().expect("an endpoint");
    measure(criterion, "canonicalise an endpoint", || black_box(&endpoint).canonical());
    measure(criterion, "parse and validate a draft", || {
        serde_json::from_str::<NewLlmConfig>(black_box(NEW_CONFIG)).expect("a valid configuration")
    });
}

fn fingerprints(criterion: &mut Criterion) {
    let key = FingerprintKey::new([7; 32].into());
    let NewLlmConfig { settings, credential, inferred: _ } = new_config();
    let scope = Scope::Owner(owner());
    measure(criterion, "fingerprint a credential", || key.credential(black_box(credential.as_ref())));
    let credential = key.credential(credential.as_ref());
    measure(criterion, "fingerprint a configuration", || {
        key.config(black_box(&scope), black_box(&settings), black_box(&credential))
    });
}

fn access(criterion: &mut Criterion) {
    let own = Action::Config(ConfigAction::Read, Scope::Owner(owner()), config());
    let actor = Actor::new(owner(), OrgRole::User);
    measure(criterion, "decide: own configuration", || decide(black_box(&actor), black_box(&own)));
    let shared = Action::Config(ConfigAction::Read, Scope::Workspace(workspace()), config());
    let mut member = Actor::new(owner(), OrgRole::User);
    member.memberships.insert(workspace(), WorkspaceRole::Read);
    measure(criterion, "decide: configuration of a workspace", || {
        decide(black_box(&member), black_box(&shared))
    });
}

criterion_group!(benches, values, fingerprints, access);
criterion_main!(benches);
