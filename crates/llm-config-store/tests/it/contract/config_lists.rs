//! Lists: filtered by owner, provider and labels, oldest first, with bad rows shown as such.

use std::collections::BTreeMap;

use llm_config_core::access::{OrgRole, VisiblePrincipals};
use llm_config_core::id::PrincipalId;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_store::{ConfigFilter, ListedConfig, Store};
use serde_json::json;

use super::opened;
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

/// The names that a list shows; a bad entry as `!` and its column.
async fn names(store: &Store, filter: ConfigFilter) -> Vec<String> {
    let listed = store.read(move |tx| tx.list_owned_configs(&filter)).await.unwrap();
    let name = |it: &ListedConfig| match it {
        ListedConfig::Intact(config) => config.settings.name.to_string(),
        ListedConfig::Corrupt(_, error) => format!("! {error}"),
    };
    listed.iter().map(name).collect()
}

/// Three configurations of Ada, one of Bob and one of a workspace.
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
async fn a_list_shows_what_owners_have_oldest_first() {
    let (_database, store) = opened().await;
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
async fn all_conditions_of_a_filter_hold_together() {
    let (_database, store) = opened().await;
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
async fn a_list_shows_labels_and_masks_of_each() {
    let (_database, store) = opened().await;
    filled(&store).await;
    let listed = store.read(|tx| tx.list_owned_configs(&all())).await.unwrap();
    let shown = |it: &ListedConfig| match it {
        ListedConfig::Intact(config) => {
            let mask = config.secret.as_ref().and_then(|it| it.mask.as_ref()).unwrap();
            format!("{} {mask}", config.settings.labels)
        }
        ListedConfig::Corrupt(..) => panic!("{it:?}"),
    };
    let shown: Vec<_> = listed.iter().map(shown).collect();
    assert_eq!(
        shown,
        ["team=a,tier=x ****cdef", "team=a,tier=y ****cdef", "team=b,tier=x ****cdef", " ****cdef"]
    );
}

/// Spoils the row named `2` and expects one bad entry between good ones.
async fn check_bad(spoil: &str, expected: &str) {
    let (database, store) = opened().await;
    filled(&store).await;
    database.execute(spoil);
    let names = names(&store, all()).await;
    assert_eq!([&names[0], &names[2], &names[3]], ["1", "3", "4"], "{spoil}");
    assert!(names[1].starts_with("! ") && names[1].ends_with(expected), "{spoil}: {}", names[1]);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_one_bad_entry() {
    let column = |column: &str| format!("column `{column}` is corrupt");
    let row = "WHERE name = '2'";
    check_bad(&format!("UPDATE llm_configs SET endpoint = 'nonsense' {row}"), &column("endpoint")).await;
    check_bad(&format!("UPDATE llm_configs SET provider = 'ACME' {row}"), &column("provider")).await;
    check_bad(&format!("UPDATE llm_configs SET capabilities = '{{' {row}"), &column("capabilities")).await;
    check_bad(&format!("UPDATE llm_configs SET sampling = '{{\"top_p\": 7}}' {row}"), &column("sampling"))
        .await;
    check_bad(&format!("UPDATE llm_configs SET context_length = -1 {row}"), &column("context_length")).await;
    check_bad(&format!("UPDATE llm_configs SET created_by = 'me' {row}"), &column("created_by")).await;
    let empty = super::bytes("");
    let fingerprint = format!("UPDATE llm_configs SET credential_fingerprint = {empty} {row}");
    check_bad(&fingerprint, &column("credential_fingerprint")).await;
    let of_row = "WHERE config_id = (SELECT id FROM llm_configs WHERE name = '2')";
    check_bad(&format!("UPDATE config_labels SET key = 'a b' {of_row} AND key = 'team'"), &column("labels"))
        .await;
    check_bad(&format!("UPDATE secrets SET kind = 'PASSWORD' {of_row}"), &column("kind")).await;
    check_bad(&format!("UPDATE secrets SET mask = 'sk-0123' {of_row}"), &column("mask")).await;
}

#[tokio::test]
async fn a_second_slot_of_a_secret_does_not_double_the_entry() {
    let (database, store) = opened().await;
    filled(&store).await;
    database.execute(
        "INSERT INTO secrets SELECT config_id, 'NEXT', kind, mask, key_id_mask, kek_id, envelope, sealed_at, given_by \
         FROM secrets",
    );
    assert_eq!(names(&store, all()).await, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_long_list_has_all_labels() {
    let (_database, store) = opened().await;
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
    let has_its_label = |it: &ListedConfig| match it {
        ListedConfig::Intact(config) => {
            config.settings.labels.to_string() == format!("n={}", config.settings.name)
        }
        ListedConfig::Corrupt(..) => false,
    };
    assert_eq!(listed.iter().filter(|it| has_its_label(it)).count(), 1003);
}
