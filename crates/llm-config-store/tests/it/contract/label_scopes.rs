//! The owner or workspace beside each label, by which one index finds the labels of an owner or workspace.

use llm_config_core::access::{OrgRole, VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::patch::{LabelPatch, UncheckedPatch};
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{PageFilter, Store};
use serde_json::json;

use super::config_page::{all, all_names, labelled};
use super::open_store;
use crate::support::{create, new, owner, transfer_to, update, user, workspace};

/// Each label with its owner or workspace.
fn scopes(database: &TestDatabase) -> Vec<String> {
    database.texts("SELECT key || ' ' || scope AS value FROM config_labels ORDER BY config_id, key")
}

fn id(scope: &Scope) -> String {
    match scope {
        Scope::Owner(id) => id.to_string(),
        Scope::Workspace(id) => id.to_string(),
    }
}

/// The names of the configurations of `scope` with the label `a=1`.
async fn names(store: &Store, scope: &Scope) -> Vec<String> {
    let none = PageFilter {
        owners: VisiblePrincipals::None,
        workspaces: VisibleWorkspaces::Only([].into()),
        ..labelled(&[("a", "1")])
    };
    let filter = match scope {
        Scope::Owner(id) => PageFilter { owners: VisiblePrincipals::Only(*id), ..none },
        Scope::Workspace(id) => PageFilter { workspaces: VisibleWorkspaces::Only([*id].into()), ..none },
    };
    all_names(store, &filter, 500).await
}

fn with_label() -> llm_config_core::config::NewLlmConfig {
    new(json!({"labels": {"a": "1"}}), json!(null))
}

#[tokio::test]
async fn create_update_and_transfer_keep_scope_beside_labels() {
    let (database, store) = open_store().await;
    for [from, to] in [
        [owner(&store).await, owner(&store).await],
        [Scope::Workspace(workspace(&store).await), Scope::Workspace(workspace(&store).await)],
    ] {
        let config = create(&store, from, with_label()).await.unwrap();
        assert_eq!(scopes(&database), [format!("a {}", id(&from))]);
        let merge = LabelPatch::Merge([("b".to_owned(), "2".to_owned())].into());
        let patch = UncheckedPatch { labels: merge, ..UncheckedPatch::default() };
        update(&store, config.id, patch).await.unwrap();
        assert_eq!(scopes(&database), ["a", "b"].map(|key| format!("{key} {}", id(&from))));
        transfer_to(&store, config.id, to).await.unwrap();
        assert_eq!(scopes(&database), ["a", "b"].map(|key| format!("{key} {}", id(&to))));
        assert!(names(&store, &from).await.is_empty());
        assert_eq!(names(&store, &to).await, ["gpt"]);
        database.execute("DELETE FROM llm_configs");
    }
}

#[tokio::test]
async fn changes_of_earlier_server_keep_scope_and_number_beside_labels() {
    let (database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::User).await, user(&store, OrgRole::User).await);
    create(&store, Scope::Owner(ada), new(json!({"labels": {}}), json!(null))).await.unwrap();
    // It knows neither column, and changes no label when it transfers a configuration.
    database
        .execute("INSERT INTO config_labels (config_id, key, value) SELECT id, 'a', '1' FROM llm_configs");
    assert_eq!(names(&store, &Scope::Owner(ada)).await, ["gpt"]);
    assert_eq!(all_names(&store, &labelled(&[("a", "1")]), 500).await, ["gpt"]);
    database.execute(&format!("UPDATE llm_configs SET owner_id = '{bob}'"));
    assert_eq!(scopes(&database), [format!("a {bob}")]);
    assert_eq!(names(&store, &Scope::Owner(bob)).await, ["gpt"]);
}

#[tokio::test]
async fn migrate_adds_scope_beside_existing_labels() {
    let (database, store) = open_store().await;
    let scopes_of = [owner(&store).await, Scope::Workspace(workspace(&store).await)];
    for scope in scopes_of {
        create(&store, scope, with_label()).await.unwrap();
    }
    drop(store);
    let before = scopes(&database);
    while database.revert_last().unwrap() != "0008" {}
    database.migrate().unwrap();
    assert_eq!(scopes(&database), before);
    let store = database.store().await;
    for scope in scopes_of {
        assert_eq!(names(&store, &scope).await, ["gpt"]);
    }
    assert_eq!(all_names(&store, &all(), 500).await.len(), 2);
}
