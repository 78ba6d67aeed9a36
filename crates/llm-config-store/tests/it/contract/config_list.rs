//! The contents of the rows of a page: labels, masks, corrupt rows.

use llm_config_core::access::{OrgRole, VisibleWorkspaces};
use llm_config_core::scope::Scope;
use llm_config_store::{ListedConfig, PageFilter, PageRow, Position, Store};
use serde_json::json;

use super::config_page::{all, all_names, page};
use super::open_store;
use crate::support::{SECRET, api_key, create, named, new, user, workspace};

/// The configurations of all owners.
fn owned() -> PageFilter {
    PageFilter { workspaces: VisibleWorkspaces::Only([].into()), ..all() }
}

/// Creates three configurations of Ada, one of Bob and one of a workspace.
async fn filled(store: &Store) {
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
}

#[tokio::test]
async fn list_page_contains_labels_and_masks() {
    let (_database, store) = open_store().await;
    filled(&store).await;
    let listed = page(&store, &owned(), Position::START, 500).await.rows;
    let labels_and_mask = |row: &PageRow| match &row.config {
        ListedConfig::Intact(config) => {
            let mask = config.secret.as_ref().and_then(|secret| secret.mask.as_ref()).unwrap();
            format!("{} {mask}", config.settings.labels)
        }
        ListedConfig::Corrupt(..) => panic!("{row:?}"),
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
    let names = all_names(&store, &owned(), 500).await;
    assert_eq!([&names[0], &names[2], &names[3]], ["1", "3", "4"], "{sql}");
    assert!(names[1].starts_with("! ") && names[1].ends_with(expected), "{sql}: {}", names[1]);
}

#[tokio::test]
async fn list_page_with_corrupt_column_marks_one_entry() {
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
async fn list_page_of_many_rows_contains_all_labels() {
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
    let (mut intact, mut after) = (0, Some(Position::START));
    while let Some(position) = after {
        let page = page(&store, &owned(), position, 500).await;
        let has_its_label = |row: &&PageRow| {
            let config = row.config.intact();
            config.is_some_and(|config| {
                config.settings.labels.to_string() == format!("n={}", config.settings.name)
            })
        };
        intact += page.rows.iter().filter(has_its_label).count();
        after = page.next;
    }
    assert_eq!(intact, 1003);
}

#[tokio::test]
async fn list_page_returns_labels_with_any_character() {
    let (_database, store) = open_store().await;
    let scope = Scope::Owner(user(&store, OrgRole::User).await);
    let labels = json!({"a": "\"\\ ' \u{e9}\u{1f600}", "b": "{}", "c.d_e-f": "null"});
    let created = create(&store, scope, new(json!({"labels": labels}), json!(null))).await.unwrap();
    let listed = page(&store, &owned(), Position::START, 500).await.rows;
    assert_eq!(listed[0].config.intact(), Some(&created));
}
