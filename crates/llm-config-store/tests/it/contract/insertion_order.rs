//! The order of lists is that of insertion, whatever the clocks say.

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{NewToken, Options, Order, PageFilter, Position, Store, StoreError, Token, TokenText};

use super::config_page::{all, names, page};
use super::schema::MIGRATIONS;
use super::{open_store, open_store_with_clock};
use crate::support::{OPERATOR, create, delete, find, named, new, run_concurrently, text, user};

async fn token(store: &Store, holder: PrincipalId) -> Token {
    let (id, text) = (store.new_token_id(), std::sync::Arc::new(TokenText::generate()));
    let new =
        NewToken { holder, parent: None, labels: Labels::default(), token_scope: TokenScope::default() };
    store.write(move |tx| tx.create_token(id, &text, &new, &OPERATOR)).await.unwrap()
}

async fn all_names(store: &Store) -> Vec<String> {
    names(&page(store, &all(), Position::START, 500).await)
}

/// The number of the row in `table` with this id.
fn sequence(database: &TestDatabase, table: &str, id: impl std::fmt::Display) -> i64 {
    let sql = format!("SELECT CAST(sequence AS TEXT) AS value FROM {table} WHERE id = '{id}'");
    text(database, &sql).parse().unwrap()
}

#[tokio::test]
async fn list_after_clock_was_set_back_is_in_order_of_insertion() {
    let (_database, store, clock) = open_store_with_clock().await;
    let ada = user(&store, OrgRole::User).await;
    let mut tokens = Vec::new();
    for (n, at) in [5_000_000, 1_000_000, 1_000_000, 9_000_000, 0].into_iter().enumerate() {
        clock.set(at);
        create(&store, Scope::Owner(ada), named(&n.to_string())).await.unwrap();
        tokens.push(token(&store, ada).await);
    }
    assert_eq!(all_names(&store).await, ["0", "1", "2", "3", "4"]);
    let newest_first = PageFilter { order: Order::NewestFirst, ..all() };
    assert_eq!(names(&page(&store, &newest_first, Position::START, 500).await), ["4", "3", "2", "1", "0"]);
    assert_eq!(store.read(move |tx| tx.list_tokens(Some(ada))).await.unwrap(), tokens);
    let page = store.read(move |tx| tx.list_tokens_after(Some(ada), Position::START, 3)).await.unwrap();
    let listed: Vec<_> = page.tokens.iter().map(|(_, token)| token.clone()).collect();
    assert_eq!(listed, tokens[..3]);
    let rest = store.read(move |tx| tx.list_tokens_after(Some(ada), page.next.unwrap(), 3)).await.unwrap();
    assert!(rest.next.is_none());
    assert_eq!(rest.tokens.into_iter().map(|(_, token)| token).collect::<Vec<_>>(), tokens[3..]);
}

#[tokio::test]
async fn create_after_deletion_of_newest_row_uses_new_number() {
    let (database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    create(&store, Scope::Owner(ada), named("first")).await.unwrap();
    let mut last = (0, 0);
    for round in 0..3 {
        let config = create(&store, Scope::Owner(ada), named("newest")).await.unwrap();
        let token = token(&store, ada).await;
        let numbers =
            (sequence(&database, "llm_configs", config.id), sequence(&database, "tokens", token.id));
        assert!(numbers.0 > last.0 && numbers.1 > last.1, "round {round}: {numbers:?} after {last:?}");
        last = numbers;
        delete(&store, &config).await.unwrap();
        store.write(move |tx| tx.revoke_token(&token, &OPERATOR)).await.unwrap();
        // A refused transaction returns no number either.
        let failed = store.write(move |tx| {
            tx.create_config(config.id, config.scope, &named("failed"), &OPERATOR)?;
            Err::<(), _>(StoreError::CallerGone)
        });
        failed.await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn create_concurrently_numbers_each_row_once() {
    let (database, stores) = super::open_stores(4).await;
    let ada = user(&stores[0], OrgRole::User).await;
    let created = run_concurrently(&stores, |n, store| async move {
        for m in 0..8 {
            create(&store, Scope::Owner(ada), named(&format!("{n}-{m}"))).await.unwrap();
        }
    });
    created.await;
    let distinct =
        "SELECT CAST(count(DISTINCT sequence) AS TEXT) AS value FROM llm_configs WHERE sequence > 0";
    assert_eq!(text(&database, distinct), "32");
}

#[tokio::test]
async fn create_and_update_with_labels_gives_them_number_of_config() {
    let (database, store) = open_store().await;
    let scope = Scope::Owner(user(&store, OrgRole::User).await);
    create(&store, scope, named("without")).await.unwrap();
    let labelled = |labels| new(serde_json::json!({"labels": labels}), serde_json::Value::Null);
    let config = create(&store, scope, labelled(serde_json::json!({"a": "1", "b": "2"}))).await.unwrap();
    let numbers = || {
        let sql = "SELECT CAST(sequence AS TEXT) AS value FROM config_labels ORDER BY key";
        database.texts(sql).iter().map(|text| text.parse::<i64>().unwrap()).collect::<Vec<_>>()
    };
    let number = sequence(&database, "llm_configs", config.id);
    assert_eq!(numbers(), [number, number]);
    let mut patch = crate::support::endpoint_patch("https://api.openai.com/v2");
    patch.labels = llm_config_core::patch::LabelPatch::Merge([("c".to_owned(), "3".to_owned())].into());
    crate::support::update(&store, config.id, patch).await.unwrap();
    assert_eq!(numbers(), [number; 3]);
}

/// A database of the version before rows had numbers.
async fn older_database() -> (TestDatabase, Vec<LlmConfig>, Vec<Token>) {
    let (database, store, clock) = open_store_with_clock().await;
    let ada = user(&store, OrgRole::User).await;
    let (mut configs, mut tokens) = (Vec::new(), Vec::new());
    for at in [3_000_000, 1_000_000, 2_000_000] {
        clock.set(at);
        let name = at.to_string();
        let settings = serde_json::json!({"name": name, "model": format!("M{at}"), "labels": {"a": name}});
        configs
            .push(create(&store, Scope::Owner(ada), new(settings, serde_json::Value::Null)).await.unwrap());
        tokens.push(token(&store, ada).await);
    }
    drop(store);
    while database.revert_last().unwrap() != "0007" {}
    (database, configs, tokens)
}

#[tokio::test]
async fn migrate_numbers_existing_rows_in_their_previous_order() {
    let (database, configs, tokens) = older_database().await;
    assert_eq!(database.migrate().unwrap(), MIGRATIONS[6..]);
    let config_numbers: Vec<_> =
        configs.iter().map(|row| sequence(&database, "llm_configs", row.id)).collect();
    let token_numbers: Vec<_> = tokens.iter().map(|row| sequence(&database, "tokens", row.id)).collect();
    assert_eq!((config_numbers, token_numbers), (vec![3, 1, 2], vec![3, 1, 2]));
    let labels = "SELECT CAST(sequence AS TEXT) AS value FROM config_labels ORDER BY value";
    assert_eq!(database.texts(labels), ["1", "2", "3"]);

    let store = database.store().await;
    assert_eq!(all_names(&store).await, ["1000000", "2000000", "3000000"]);
    let found = find(&store, configs[0].id).await.unwrap();
    delete(&store, &found).await.unwrap();
    let newest = create(&store, found.scope, named("newest")).await.unwrap();
    assert_eq!(sequence(&database, "llm_configs", newest.id), 4);
    let Scope::Owner(ada) = found.scope else { panic!("an owner") };
    let token = token(&store, ada).await;
    assert_eq!(sequence(&database, "tokens", token.id), 4);
}

#[tokio::test]
async fn open_after_migration_makes_existing_rows_searchable() {
    let (database, ..) = older_database().await;
    database.execute("UPDATE llm_configs SET endpoint = 'nonsense' WHERE name = '2000000'");
    // Both the command without keys and the start of a server fill the column.
    for with_keys in [false, true] {
        if with_keys {
            drop(database.store().await);
        } else {
            llm_config_store::migrate(database.database()).await.unwrap();
        }
        let searchable = database.texts("SELECT search AS value FROM llm_configs ORDER BY name");
        let expected = [
            "1000000\u{1f}m1000000\u{1f}api.openai.com",
            "2000000\u{1f}m2000000",
            "3000000\u{1f}m3000000\u{1f}api.openai.com",
        ];
        assert_eq!(searchable, expected);
        database.execute("UPDATE llm_configs SET search = ''; UPDATE installation SET list_rules = 0");
    }
}

/// What an earlier server adds to a migrated database: it does not know the column.
const AS_ADDED_BY_EARLIER_SERVER: &str = "UPDATE llm_configs SET search = '' WHERE name = 'b'";

#[tokio::test]
async fn open_after_earlier_server_added_rows_fills_in_search_text() {
    let (database, store) = open_store().await;
    let scope = Scope::Owner(user(&store, OrgRole::User).await);
    for name in ["a", "b"] {
        let settings = serde_json::json!({"name": name, "model": name});
        create(&store, scope, new(settings, serde_json::Value::Null)).await.unwrap();
    }
    drop(store);
    let columns = || database.texts("SELECT search AS value FROM llm_configs ORDER BY name");
    let expected = columns();
    database.execute(AS_ADDED_BY_EARLIER_SERVER);
    let incomplete = columns();
    assert_ne!(incomplete, expected);
    drop(Store::open(Options { allow_setup: false, ..database.options() }).await.unwrap());
    assert_eq!(columns(), incomplete, "only the start of a server fills in");
    drop(database.store().await);
    assert_eq!(columns(), expected);
}
