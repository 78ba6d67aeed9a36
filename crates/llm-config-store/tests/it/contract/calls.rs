//! What calls of models need from the store: names of configurations, caches of opened ones, call settings.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use llm_config_core::access::{OrgRole, TokenScope, VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::config::{CallSettings, CallTimeout};
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_store::{Authenticated, CoherentCache, ConfigBasis, Store, TokenText};
use serde_json::{Value, json};

use super::coherence::BOUND;
use super::tokens::issue;
use super::{open_store, open_stores};
use crate::support::{OPERATOR, create, delete, endpoint_patch, named, new, owner, update, user, workspace};

const MAX_AGE: Duration = Duration::from_mins(10);

async fn found(store: &Store, name: &str, owners: VisiblePrincipals, in_all: bool) -> Vec<ConfigId> {
    let workspaces = if in_all { VisibleWorkspaces::All } else { VisibleWorkspaces::Only([].into()) };
    let name = name.to_owned();
    let found = store.read(move |tx| tx.configs_named(&name, &owners, &workspaces, None, 10)).await.unwrap();
    found.into_iter().map(|(id, _)| id).collect()
}

#[tokio::test]
async fn configs_named_finds_exact_name_of_visible_owners_and_workspaces() {
    let (_database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::User).await, user(&store, OrgRole::User).await);
    let of_ada = create(&store, Scope::Owner(ada), named("prod")).await.unwrap().id;
    let of_bob = create(&store, Scope::Owner(bob), named("prod")).await.unwrap().id;
    let team = Scope::Workspace(workspace(&store).await);
    let of_team = create(&store, team, named("prod")).await.unwrap().id;
    create(&store, team, named("Prod 2")).await.unwrap();
    let sorted = |mut ids: Vec<ConfigId>| {
        ids.sort();
        ids
    };
    let all = found(&store, "prod", VisiblePrincipals::All, true).await;
    assert_eq!(sorted(all), sorted(vec![of_ada, of_bob, of_team]));
    assert_eq!(found(&store, "prod", VisiblePrincipals::Only(ada), false).await, [of_ada]);
    assert_eq!(found(&store, "prod", VisiblePrincipals::None, true).await, [of_team]);
    let one = store.read(move |tx| {
        let narrowed_to = BTreeSet::from([of_bob]);
        tx.configs_named("prod", &VisiblePrincipals::All, &VisibleWorkspaces::All, Some(&narrowed_to), 1)
    });
    assert_eq!(one.await.unwrap(), [(of_bob, Scope::Owner(bob))]);
    for other in ["Prod", "prod ", "pro", "", "\0"] {
        assert_eq!(found(&store, other, VisiblePrincipals::All, true).await, [], "{other:?}");
    }
}

/// A caller, a cache and the configuration that its value follows from.
async fn cached(
    store: &Store,
    token: &TokenText,
    configs: ConfigBasis,
) -> (CoherentCache<&'static str, Arc<str>>, Authenticated) {
    let caller = store.authenticate(token).await.unwrap().unwrap();
    let cache = store.coherent_cache(10);
    cache.insert("key", "value".into(), cache.begin_reading(), MAX_AGE, &caller.basis, configs);
    assert!(cache.get(&"key").is_some());
    (cache, caller)
}

#[tokio::test]
async fn cached_value_of_all_configs_is_not_used_after_any_creation() {
    let (_database, mut stores) = open_stores(2).await;
    let (here, there) = (stores.remove(0), stores.remove(0));
    let ada = user(&here, OrgRole::User).await;
    let (_, token) = issue(&here, ada, None, TokenScope::default()).await;
    tokio::time::sleep(BOUND).await;
    let (own, _) = cached(&here, &token, ConfigBasis::All).await;
    let (other, _) = cached(&there, &token, ConfigBasis::All).await;
    // Without labels and a secret, only its own row tells other servers.
    let bare = new(json!({"name": "b", "provider": "VLLM", "endpoint": "http://h.example/v1"}), Value::Null);
    create(&here, owner(&here).await, bare).await.unwrap();
    assert!(own.get(&"key").is_none());
    tokio::time::sleep(BOUND).await;
    assert!(other.get(&"key").is_none());
}

#[tokio::test]
async fn purge_drops_values_that_are_not_true_any_more() {
    let (_database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    let (_, token) = issue(&store, ada, None, TokenScope::default()).await;
    let config = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
    // Until then, a poll may return the creation once more, and invalidate what was read since.
    tokio::time::sleep(BOUND).await;
    let (cache, caller) = cached(&store, &token, ConfigBasis::One(config.id)).await;
    let value: Arc<str> = "credential".into();
    let basis = ConfigBasis::One(config.id);
    cache.insert("held", Arc::clone(&value), cache.begin_reading(), MAX_AGE, &caller.basis, basis);
    cache.purge();
    assert_eq!(Arc::strong_count(&value), 2);
    update(&store, config.id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    assert!(cache.get(&"held").is_none());
    cache.purge();
    assert_eq!(Arc::strong_count(&value), 1);
}

#[tokio::test]
async fn cached_value_is_not_used_longer_than_its_age() {
    let (_database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    let (_, token) = issue(&store, ada, None, TokenScope::default()).await;
    let config = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
    // Until then, a poll may return the creation once more, and invalidate what was read since.
    tokio::time::sleep(BOUND).await;
    let (cache, caller) = cached(&store, &token, ConfigBasis::One(config.id)).await;
    let basis = ConfigBasis::One(config.id);
    cache.insert("old", "value".into(), cache.begin_reading(), Duration::ZERO, &caller.basis, basis);
    assert!(cache.get(&"old").is_none());
}

#[tokio::test]
async fn call_settings_are_kept_and_opened_with_the_target() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let settings = CallSettings {
        allows_provider_state: true,
        asks_for_usage: Some(false),
        first_byte: Some(CallTimeout::try_from(7).unwrap()),
        silence: None,
    };
    let of = async |id| store.read(move |tx| tx.call_settings(id)).await.unwrap();
    assert_eq!(of(config.id).await, CallSettings::default());
    let (mut current, mut recorded) = (config.clone(), Vec::new());
    for (wanted, fields) in [
        (settings, "gateway.allow_provider_state,gateway.include_usage,gateway.first_byte_seconds"),
        (settings, ""),
        (CallSettings { allows_provider_state: false, ..settings }, "gateway.allow_provider_state"),
        (CallSettings::default(), "gateway.include_usage,gateway.first_byte_seconds"),
        (settings, "gateway.allow_provider_state,gateway.include_usage,gateway.first_byte_seconds"),
    ] {
        let before = current.clone();
        let set = store.write(move |tx| tx.set_call_settings(&before, wanted, &OPERATOR)).await.unwrap();
        // A change makes a new revision, and an audit event that names what differs.
        let is_changed = !fields.is_empty();
        assert_eq!(set.revision, if is_changed { current.revision.next() } else { current.revision });
        if is_changed {
            recorded.push(fields.to_owned());
        }
        current = set;
        assert_eq!(of(config.id).await, wanted);
        let opened = store.open_target(config.id, &OPERATOR, Purpose::Call).await.unwrap();
        assert_eq!(opened.call_settings, wanted);
    }
    let query = "SELECT fields AS value FROM audit_events WHERE kind = 'config.updated' ORDER BY fields";
    recorded.sort();
    assert_eq!(database.texts(query), recorded);
    delete(&store, &current).await.unwrap();
    assert_eq!(of(config.id).await, CallSettings::default());
}
