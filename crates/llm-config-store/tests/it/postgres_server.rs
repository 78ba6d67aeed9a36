//! PostgreSQL: lost connections, deadlocks, read-only databases, and limited database users.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::time::{Duration, Instant};

use llm_config_core::access::OrgRole;
use llm_config_core::id::ConfigId;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{OpenError, Options, Store, StoreError, UserChange};

use super::database;
use crate::support::{OPERATOR, count, create, named, owner, person, run_concurrently, user};

const TERMINATE_ALL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";

async fn open_store() -> (Arc<TestDatabase>, Store) {
    let database = database();
    let store = database.store().await;
    (Arc::new(database), store)
}

#[tokio::test]
async fn write_after_connections_were_terminated_succeeds() {
    let (database, store) = open_store().await;
    for _ in 0..3 {
        store.ready().await.unwrap();
        database.execute(TERMINATE_ALL);
        user(&store, OrgRole::User).await;
    }
    assert_eq!(count(&database, "users"), 3);
}

/// Terminates the connection of a write before its last statement or before its commit.
async fn check_terminated(is_before_commit: bool) {
    let (database, store) = open_store().await;
    let (ada, bob, server) = (store.new_principal_id(), store.new_principal_id(), Arc::clone(&database));
    let written = store.write(move |tx| {
        tx.create_user(ada, &person("ada@example.com", OrgRole::User), &OPERATOR)?;
        if is_before_commit {
            tx.create_user(bob, &person("bob@example.com", OrgRole::User), &OPERATOR)?;
        }
        server.execute(TERMINATE_ALL);
        if !is_before_commit {
            tx.create_user(bob, &person("bob@example.com", OrgRole::User), &OPERATOR)?;
        }
        Ok::<_, StoreError>(())
    });
    let written = written.await;
    assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
    assert_eq!(count(&database, "users"), 0);
    user(&store, OrgRole::User).await;
}

#[tokio::test]
async fn write_on_terminated_connection_fails_as_unavailable() {
    check_terminated(false).await;
    check_terminated(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn write_in_deadlock_is_retried_once() {
    let (_database, store) = open_store().await;
    let scope = owner(&store).await;
    let first = create(&store, scope, named("1")).await.unwrap().id;
    let other = create(&store, scope, named("2")).await.unwrap().id;
    let (met, attempts) = (Arc::new(Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
    let stores = [store.clone(), store];
    let locked = run_concurrently(&stores, |n, store| {
        let order: [ConfigId; 2] = if n == 0 { [first, other] } else { [other, first] };
        let (met, attempts, is_first) = (Arc::clone(&met), Arc::clone(&attempts), AtomicUsize::new(0));
        async move {
            let work = store.write(move |tx| {
                attempts.fetch_add(1, Ordering::SeqCst);
                tx.find_config(order[0])?;
                if is_first.fetch_add(1, Ordering::SeqCst) == 0 {
                    met.wait();
                }
                tx.find_config(order[1])
            });
            work.await
        }
    });
    let locked = locked.await;
    assert!(locked.iter().all(|found| matches!(found, Ok(Some(_)))), "{locked:?}");
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn write_to_read_only_database_fails_as_unavailable() {
    let (database, store) = open_store().await;
    let name = database.texts("SELECT current_database()::text AS value").remove(0);
    database.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    database.execute(TERMINATE_ALL);
    let id = store.new_principal_id();
    let new = person("ada@example.com", OrgRole::User);
    let written = store.write(move |tx| tx.create_user(id, &new, &OPERATOR)).await;
    assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
    store.ready().await.unwrap();
}

#[tokio::test]
async fn ready_without_permitted_connections_fails_as_unavailable() {
    let (database, store) = open_store().await;
    store.ready().await.unwrap();
    let shut = "UPDATE pg_database SET datallowconn = false WHERE datname = current_database()";
    database.execute(&format!("{shut}; {TERMINATE_ALL}"));
    let ready = store.ready().await;
    assert!(matches!(ready, Err(StoreError::Unavailable(_))), "{ready:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_use_cases_that_hang_are_replaced_although_their_callers_have_left() {
    const CONNECTIONS: u32 = 2;
    let database = database();
    let store = Store::open(Options { connections: CONNECTIONS, ..database.options() }).await.unwrap();
    let mut hung = Vec::new();
    for _ in 0..CONNECTIONS {
        let ((begun, has_begun), (release, released)) = (mpsc::channel(), mpsc::channel::<()>());
        let store = store.clone();
        let call = tokio::spawn(async move {
            let read = store.read(move |_| {
                begun.send(()).unwrap();
                released.recv().unwrap_err();
                Ok::<_, StoreError>(())
            });
            read.await
        });
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
        hung.push(release);
    }
    let started = Instant::now();
    assert!(store.is_pool_exhausted());
    while let Err(error) = store.ready().await {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(started.elapsed() < Duration::from_secs(25), "{error:?}");
    }
    assert!(llm_config_store::has_running_use_cases() && !store.is_pool_exhausted());
    drop(hung);
}

#[tokio::test]
async fn open_unreachable_server_reports_url_without_password() {
    let database = database();
    let mut options = database.options();
    options.database = "postgres://ada:hunter2@127.0.0.1:1/registry?connect_timeout=2".parse().unwrap();
    let Err(error) = Store::open(options).await else { panic!("opened") };
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(
        text.starts_with("the database postgres://ada@127.0.0.1:1/registry cannot be reached: "),
        "{text}"
    );
    assert!(!format!("{error:?} {text}").contains("hunter2"));
}

#[tokio::test]
async fn delete_config_on_postgres_needs_no_purge() {
    let (_database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    store.write(move |tx| tx.delete_config(&config, &OPERATOR)).await.unwrap();
    assert!(!store.is_secret_purge_pending());
}

#[tokio::test]
async fn connect_sets_the_application_name() {
    let (database, store) = open_store().await;
    store.ready().await.unwrap();
    let names = database.texts(
        "SELECT DISTINCT application_name AS value FROM pg_stat_activity WHERE datname = current_database()",
    );
    assert_eq!(names, ["llm-config"]);
}

#[tokio::test]
async fn open_as_database_user_without_create_right_succeeds() {
    let (database, _store) = open_store().await;
    let role = format!("app_{}", database.texts("SELECT current_database()::text AS value").remove(0));
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    ));
    let mut url = url::Url::parse(database.url()).unwrap();
    url.set_username(&role).unwrap();
    let mut options = database.options();
    options.database = url.as_str().parse().unwrap();
    let store = Store::open(options).await.unwrap();
    let ada = user(&store, OrgRole::Owner).await;
    drop(store);
    assert_eq!(database.texts("SELECT id AS value FROM users"), [ada.to_string()]);
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn lower_own_role_concurrently_keeps_one_owner() {
    let (_database, store) = open_store().await;
    let stores = [store.clone(), store.clone()];
    let mut remaining = user(&store, OrgRole::Owner).await;
    for round in 0..10 {
        let pair = [remaining, user(&store, OrgRole::Owner).await];
        let met = Arc::new(Barrier::new(2));
        let lowered = run_concurrently(&stores, |n, store| {
            let (id, met, is_first) = (pair[n], Arc::clone(&met), AtomicUsize::new(0));
            async move {
                let work = store.write(move |tx| {
                    let user = tx.find_user(id)?.ok_or(StoreError::Stale)?;
                    if is_first.fetch_add(1, Ordering::SeqCst) == 0 {
                        met.wait();
                    }
                    let change = UserChange { role: Some(OrgRole::User), ..UserChange::default() };
                    tx.update_user(&user, &change, &OPERATOR).map(drop)
                });
                work.await
            }
        });
        let lowered = lowered.await;
        match &lowered[..] {
            [Ok(()), Err(StoreError::LastOwner)] => remaining = pair[1],
            [Err(StoreError::LastOwner), Ok(())] => remaining = pair[0],
            other => panic!("round {round}: {other:?}"),
        }
    }
}
