//! Cursors: valid on every server of an installation, for one list.

use llm_config_store::{OpenError, Options, Position, Store};

use super::config_page::{all, page};
use super::{database, open_stores};
use crate::support::{count, create, named, owner};

const LIST: &[&str] = &["GET /configs", "text", "gpt"];

/// The position after the first of two rows.
async fn position(store: &Store) -> Position {
    let scope = owner(store).await;
    for name in ["a", "b"] {
        create(store, scope, named(name)).await.unwrap();
    }
    page(store, &all(), Position::START, 1).await.next.unwrap()
}

#[tokio::test]
async fn open_cursor_of_another_server_or_before_restart_returns_position() {
    let (database, stores) = open_stores(2).await;
    let position = position(&stores[0]).await;
    let cursor = stores[0].seal_cursor(LIST, position);
    assert_eq!(stores[1].open_cursor(LIST, &cursor), Some(position));
    drop(stores);
    assert_eq!(database.store().await.open_cursor(LIST, &cursor), Some(position));
}

#[tokio::test]
async fn open_cursor_of_another_list_or_installation_is_none() {
    let (_database, stores) = open_stores(1).await;
    let cursor = stores[0].seal_cursor(LIST, position(&stores[0]).await);
    for other in
        [&["GET /configs", "text", "gp"][..], &["GET /configs", "text"], &["GET /configs", "textgpt"], &[]]
    {
        assert_eq!(stores[0].open_cursor(other, &cursor), None, "{other:?}");
    }
    assert_eq!(super::open_store().await.1.open_cursor(LIST, &cursor), None);
}

#[tokio::test]
async fn open_of_database_without_cursor_key_creates_one() {
    let database = database();
    drop(database.store().await);
    database.execute("DELETE FROM server_keys WHERE purpose = 'cursor'");
    let rejected = Store::open(Options { allow_setup: false, ..database.options() }).await;
    assert!(matches!(rejected, Err(OpenError::NotReady { .. })));
    let (first, second) = tokio::join!(Store::open(database.options()), Store::open(database.options()));
    let (first, second) = (first.unwrap(), second.unwrap());
    let position = position(&first).await;
    assert_eq!(second.open_cursor(LIST, &first.seal_cursor(LIST, position)), Some(position));
    assert_eq!(count(&database, "server_keys"), 5);
    assert!(Store::open(Options { allow_setup: false, ..database.options() }).await.is_ok());
}
