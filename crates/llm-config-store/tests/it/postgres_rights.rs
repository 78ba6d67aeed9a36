//! PostgreSQL: changes of rights while a creation in one statement waits for another transaction.

use std::sync::Arc;
use std::time::{Duration, Instant};

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::caller::Caller;
use llm_config_core::config::Labels;
use llm_config_core::scope::Scope;
use llm_config_store::{NewToken, OneStatement, TokenText};

use super::database;
use crate::support::{OPERATOR, count, named, user};

/// Counts the transactions that wait for another one.
const WAITING: &str = "SELECT count(*)::text AS value FROM pg_stat_activity \
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// Counts the transactions that have deleted and now sleep.
const DELETING: &str = "SELECT count(*)::text AS value FROM pg_stat_activity \
                        WHERE datname = current_database() AND wait_event = 'PgSleep'";

/// Creates a configuration that waits for another transaction, and meanwhile runs `change`.
async fn check_not_created_after(change: &str) {
    let database = Arc::new(database());
    let store = database.store().await;
    let holder = user(&store, OrgRole::User).await;
    let text = Arc::new(TokenText::generate());
    let (id, issued) = (store.new_token_id(), Arc::clone(&text));
    let token =
        NewToken { holder, parent: None, labels: Labels::default(), token_scope: TokenScope::default() };
    store.write(move |tx| tx.create_token(id, &issued, &token, &OPERATOR)).await.unwrap();
    let scope = Scope::Owner(holder);
    let create = async || {
        let caller = store.authenticate(&text).await.unwrap().unwrap();
        let (id, by, new) = (store.new_config_id(), Caller::new(caller.identity), Arc::new(named("a")));
        store.create_config_in_one_statement(id, scope, new, &by, &caller.basis).await.unwrap()
    };
    // Until a poll has noticed the new token.
    while !matches!(create().await, OneStatement::Created(_)) {}

    // The new configuration is a duplicate until this transaction ends.
    let held = Arc::clone(&database);
    let deletion = std::thread::spawn(move || {
        held.execute("BEGIN; DELETE FROM llm_configs; SELECT pg_sleep(1.5); COMMIT");
    });
    let (changed, change) = (Arc::clone(&database), change.to_owned());
    let changing = std::thread::spawn(move || {
        let end = Instant::now() + Duration::from_secs(5);
        while changed.texts(WAITING) == ["0"] && Instant::now() < end {}
        changed.execute(&change);
    });
    while database.texts(DELETING) == ["0"] {}
    let outcome = create().await;
    assert!(matches!(outcome, OneStatement::NotCreated), "{outcome:?}");
    deletion.join().unwrap();
    changing.join().unwrap();
    assert_eq!(count(&database, "llm_configs"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn create_that_waits_during_revocation_is_refused() {
    check_not_created_after("DELETE FROM tokens").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn create_that_waits_during_change_of_role_is_refused() {
    check_not_created_after("UPDATE users SET org_role = 'BILLING'").await;
}

#[tokio::test]
async fn truncate_of_cached_table_is_refused() {
    let database = database();
    drop(database.store().await);
    for table in ["tokens", "users", "memberships", "llm_configs", "config_labels", "secrets"] {
        let refused = std::panic::catch_unwind(|| database.execute(&format!("TRUNCATE {table} CASCADE")));
        assert!(refused.is_err(), "{table}");
    }
}
