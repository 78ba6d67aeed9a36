//! Lists of owners' configurations: filters, order, and corrupt rows.

use std::collections::BTreeMap;

use llm_config_core::access::{OrgRole, VisiblePrincipals};
use llm_config_core::id::PrincipalId;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_store::{ConfigFilter, ListedConfig, Store};
use serde_json::json;

use super::open_store;
use crate::support::{SECRET, api_key, create, named, new, user, workspace};

fn all() -> ConfigFilter {
    ConfigFilter {
        owners: VisiblePrincipals::All,
        provider: None,
        labels: BTreeMap::new().try_into().unwrap(),
    }
}

fn labelled(labels: &[(&str, &str)]) -> ConfigFilter {
    let labels: BTreeMap<_, _> =
        labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    ConfigFilter { labels: labels.try_into().unwrap(), ..all() }
}

/// The names in a list; a corrupt entry is `!` and its error.
async fn names(store: &Store, filter: ConfigFilter) -> Vec<String> {
    let listed = store.read(move |tx| tx.list_owned_configs(&filter)).await.unwrap();
    let name = |entry: &ListedConfig| match entry {
        ListedConfig::Intact(config) => config.settings.name.to_string(),
        ListedConfig::Corrupt(_, error) => format!("! {error}"),
    };
    listed.iter().map(name).collect()
}

/// Creates three configurations of Ada, one of Bob and one of a workspace.
async fn filled(store: &Store) -> (PrincipalId, PrincipalId) {
    let (ada, bob) = (user(store, OrgRole::User).await, user(store, OrgRole::User).await);
    for (owner, name, provider, labels) in [
        (ada, "1", "OPENAI", json!({"team": "a", "tier": "x"})),
        (ada, "2", "VLLM", json!({"team": "a", "tier": "y"})),
        (bob, "3", "OPENAI", json!({"team": "b", "tier": "x"})),
        (ada, "4", "OPENAI", json!({})),
    ] {
        let settings = json!({"name": name, "model": name, "provider": provider, "labels": labels});
        create(store, Scope::Owner(owner), new(settings, api_key(SECRET))).await.unwrap();
    }
    create(store, Scope::Workspace(workspace(store).await), named("of a workspace")).await.unwrap();
    (ada, bob)
}

#[tokio::test]
async fn list_owned_configs_returns_visible_configs_oldest_first() {
    let (_database, store) = open_store().await;
    let (ada, bob) = filled(&store).await;
    assert_eq!(names(&store, all()).await, ["1", "2", "3", "4"]);
    assert_eq!(
        names(&store, ConfigFilter { owners: VisiblePrincipals::Only(ada), ..all() }).await,
        ["1", "2", "4"]
    );
    assert_eq!(names(&store, ConfigFilter { owners: VisiblePrincipals::Only(bob), ..all() }).await, ["3"]);
    assert!(names(&store, ConfigFilter { owners: VisiblePrincipals::None, ..all() }).await.is_empty());
}

#[tokio::test]
async fn list_owned_configs_with_several_conditions_requires_all() {
    let (_database, store) = open_store().await;
    let (ada, _) = filled(&store).await;
    assert_eq!(
        names(&store, ConfigFilter { provider: Some(Provider::OpenAi), ..all() }).await,
        ["1", "3", "4"]
    );
    assert_eq!(names(&store, labelled(&[("team", "a")])).await, ["1", "2"]);
    assert_eq!(names(&store, labelled(&[("team", "a"), ("tier", "x")])).await, ["1"]);
    assert!(names(&store, labelled(&[("team", "b"), ("tier", "y")])).await.is_empty());
    assert!(names(&store, labelled(&[("team", "A")])).await.is_empty());
    let of_ada = ConfigFilter {
        owners: VisiblePrincipals::Only(ada),
        provider: Some(Provider::OpenAi),
        ..labelled(&[("tier", "x")])
    };
    assert_eq!(names(&store, of_ada).await, ["1"]);
}

#[tokio::test]
async fn list_owned_configs_contains_labels_and_masks() {
    let (_database, store) = open_store().await;
    filled(&store).await;
    let listed = store.read(|tx| tx.list_owned_configs(&all())).await.unwrap();
    let labels_and_mask = |entry: &ListedConfig| match entry {
        ListedConfig::Intact(config) => {
            let mask = config.secret.as_ref().and_then(|secret| secret.mask.as_ref()).unwrap();
            format!("{} {mask}", config.settings.labels)
        }
        ListedConfig::Corrupt(..) => panic!("{entry:?}"),
    };
    let lines: Vec<_> = listed.iter().map(labels_and_mask).collect();
    assert_eq!(
        lines,
        ["team=a,tier=x ****cdef", "team=a,tier=y ****cdef", "team=b,tier=x ****cdef", " ****cdef"]
    );
}

/// Corrupts the row named `2` with `sql` and expects one corrupt entry between intact ones.
async fn check_corrupt_entry(sql: &str, expected: &str) {
    let (database, store) = open_store().await;
    filled(&store).await;
    database.execute(sql);
    let names = names(&store, all()).await;
    assert_eq!([&names[0], &names[2], &names[3]], ["1", "3", "4"], "{sql}");
    assert!(names[1].starts_with("! ") && names[1].ends_with(expected), "{sql}: {}", names[1]);
}

#[tokio::test]
async fn list_owned_configs_with_corrupt_row_marks_one_entry() {
    let column = |column: &str| format!("column `{column}` is corrupt");
    let row = "WHERE name = '2'";
    check_corrupt_entry(&format!("UPDATE llm_configs SET endpoint = 'nonsense' {row}"), &column("endpoint"))
        .await;
    check_corrupt_entry(&format!("UPDATE llm_configs SET provider = 'ACME' {row}"), &column("provider"))
        .await;
    check_corrupt_entry(
        &format!("UPDATE llm_configs SET capabilities = '{{' {row}"),
        &column("capabilities"),
    )
    .await;
    check_corrupt_entry(
        &format!("UPDATE llm_configs SET sampling = '{{\"top_p\": 7}}' {row}"),
        &column("sampling"),
    )
    .await;
    check_corrupt_entry(
        &format!("UPDATE llm_configs SET context_length = -1 {row}"),
        &column("context_length"),
    )
    .await;
    check_corrupt_entry(&format!("UPDATE llm_configs SET created_by = 'me' {row}"), &column("created_by"))
        .await;
    let empty = super::bytes("");
    let fingerprint = format!("UPDATE llm_configs SET credential_fingerprint = {empty} {row}");
    check_corrupt_entry(&fingerprint, &column("credential_fingerprint")).await;
    let of_row = "WHERE config_id = (SELECT id FROM llm_configs WHERE name = '2')";
    check_corrupt_entry(
        &format!("UPDATE config_labels SET key = 'a b' {of_row} AND key = 'team'"),
        &column("labels"),
    )
    .await;
    check_corrupt_entry(&format!("UPDATE secrets SET kind = 'PASSWORD' {of_row}"), &column("kind")).await;
    check_corrupt_entry(&format!("UPDATE secrets SET mask = 'sk-0123' {of_row}"), &column("mask")).await;
}

#[tokio::test]
async fn list_owned_configs_with_second_secret_slot_returns_one_entry() {
    let (database, store) = open_store().await;
    filled(&store).await;
    database.execute(
        "INSERT INTO secrets \
         SELECT config_id, 'NEXT', kind, mask, key_id_mask, kek_id, envelope, sealed_at, given_by, \
         source, reference \
         FROM secrets",
    );
    assert_eq!(names(&store, all()).await, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn list_owned_configs_of_many_rows_contains_all_labels() {
    let (_database, store) = open_store().await;
    let scope = Scope::Owner(user(&store, OrgRole::User).await);
    let ids: Vec<_> = (0..1003).map(|_| store.new_config_id()).collect();
    store
        .write(move |tx| {
            for (n, id) in ids.iter().enumerate() {
                let name = n.to_string();
                let new = new(json!({"name": name, "model": name, "labels": {"n": name}}), json!(null));
                tx.create_config(*id, scope, &new, &crate::support::OPERATOR)?;
            }
            Ok::<_, llm_config_store::StoreError>(())
        })
        .await
        .unwrap();
    let listed = store.read(|tx| tx.list_owned_configs(&all())).await.unwrap();
    let has_its_label = |entry: &ListedConfig| match entry {
        ListedConfig::Intact(config) => {
            config.settings.labels.to_string() == format!("n={}", config.settings.name)
        }
        ListedConfig::Corrupt(..) => false,
    };
    assert_eq!(listed.iter().filter(|entry| has_its_label(entry)).count(), 1003);
}
