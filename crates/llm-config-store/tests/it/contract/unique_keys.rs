//! Uniqueness keys of rows that were stored under older rules and whose names or e-mail addresses are equal
//! under the current ones.

use std::fmt::Write as _;

use llm_config_core::access::OrgRole;
use llm_config_core::config::LlmConfig;
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::UncheckedPatch;
use llm_config_core::scope::Scope;
use llm_config_core::user::Email;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Conflict, MigrationError, OpenError, Options, Store, StoreError};

use super::{database, open_store};
use crate::support::{
    OPERATOR, SECRET, count, create, delete, endpoint_patch, find, find_user, named, opened_secret, person,
    run_concurrently, text, transfer_to, update, workspace,
};

/// Names that differ under the older rules and are equal under the current ones, oldest first.
const NAMES: [&str; 3] = ["Pro\u{ad}d", "Prod", "Prod\u{200b}"];

/// A database with keys of the older rules, and configurations with the given names in one workspace.
async fn store_under_older_rules(names: &[&str]) -> (TestDatabase, Vec<LlmConfig>) {
    let (database, store) = open_store().await;
    let scope = Scope::Workspace(workspace(&store).await);
    let mut configs = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let config = create(&store, scope, named(&n.to_string())).await.unwrap();
        database.execute(&format!(
            "UPDATE llm_configs SET name = '{name}', name_key = '{name}' WHERE id = '{}'",
            config.id
        ));
        configs.push(config);
    }
    drop(store);
    database.execute("UPDATE installation SET uniqueness_rules = 1");
    (database, configs)
}

fn rename(name: &str) -> UncheckedPatch {
    UncheckedPatch { name: Some(name.to_owned()), ..UncheckedPatch::default() }
}

fn name_key(database: &TestDatabase, config: &LlmConfig) -> String {
    text(database, &format!("SELECT name_key AS value FROM llm_configs WHERE id = '{}'", config.id))
}

fn suffixed(config: &LlmConfig) -> String {
    format!("Prod\u{1f}{}", config.id)
}

#[track_caller]
fn check_conflict(result: &Result<LlmConfig, StoreError>) {
    assert!(matches!(result, Err(StoreError::Conflict(Conflict::ConfigName))), "{result:?}");
}

async fn find_email(store: &Store, address: &str) -> Option<PrincipalId> {
    let email = Email::from_stored(address).unwrap();
    store.read(move |tx| tx.find_user_by_email(&email)).await.unwrap().map(|user| user.id)
}

#[tokio::test]
async fn open_with_colliding_rows_keeps_all_and_gives_oldest_the_plain_key() {
    let (database, configs) = store_under_older_rules(&NAMES).await;
    let store = database.store().await;
    assert_eq!(name_key(&database, &configs[0]), "Prod");
    assert_eq!(name_key(&database, &configs[1]), suffixed(&configs[1]));
    assert_eq!(name_key(&database, &configs[2]), suffixed(&configs[2]));
    for (config, name) in configs.iter().zip(NAMES) {
        assert_eq!(find(&store, config.id).await.unwrap().settings.name.as_str(), name);
        assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
    }
    check_conflict(&create(&store, configs[0].scope, named("Prod")).await);
    check_conflict(&create(&store, configs[0].scope, named("\u{ff30}rod")).await);
    assert!(
        create(&store, configs[0].scope, named("prod")).await.is_ok(),
        "names that differ in case do not collide"
    );
}

#[tokio::test]
async fn update_of_colliding_row_keeps_key_until_name_changes() {
    let (database, configs) = store_under_older_rules(&NAMES).await;
    let store = database.store().await;
    for config in &configs {
        let before = name_key(&database, config);
        update(&store, config.id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
        assert_eq!(name_key(&database, config), before);
    }
    // The update repeats the stored name, so it must not conflict with `Pro\u{ad}d`, which has the plain key.
    update(&store, configs[1].id, rename("Prod")).await.unwrap();
    assert_eq!(name_key(&database, &configs[1]), suffixed(&configs[1]));
    check_conflict(&update(&store, configs[2].id, rename("Prod")).await);
    update(&store, configs[2].id, rename("Other")).await.unwrap();
    assert_eq!(name_key(&database, &configs[2]), "Other");
    check_conflict(&update(&store, configs[2].id, rename("Prod")).await);
}

#[tokio::test]
async fn delete_or_rename_of_row_with_plain_key_promotes_next_oldest_row() {
    let (database, configs) =
        store_under_older_rules(&["Pro\u{ad}d", "Prod", "Prod\u{200b}", "Prod\u{2060}"]).await;
    let store = database.store().await;
    let scope = configs[0].scope;
    update(&store, configs[0].id, rename("Renamed")).await.unwrap();
    assert_eq!(name_key(&database, &configs[1]), "Prod");
    check_conflict(&create(&store, scope, named("Prod")).await);
    let elsewhere = Scope::Workspace(workspace(&store).await);
    transfer_to(&store, configs[1].id, elsewhere).await.unwrap();
    assert_eq!(
        (name_key(&database, &configs[1]), name_key(&database, &configs[2])),
        ("Prod".into(), "Prod".into())
    );
    check_conflict(&create(&store, scope, named("Prod")).await);
    // `configs[1]` has the plain key in that workspace.
    check_conflict(&transfer_to(&store, configs[3].id, elsewhere).await);
    delete(&store, &find(&store, configs[2].id).await.unwrap()).await.unwrap();
    assert_eq!(name_key(&database, &configs[3]), "Prod");
    delete(&store, &find(&store, configs[3].id).await.unwrap()).await.unwrap();
    create(&store, scope, named("Prod")).await.unwrap();
    check_conflict(&transfer_to(&store, configs[1].id, scope).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_during_rename_of_next_row_promotes_the_row_after() {
    for _ in 0..8 {
        let (database, configs) = store_under_older_rules(&NAMES).await;
        let stores = [database.store().await, database.store().await];
        let (first, second) = (configs[0].clone(), configs[1].id);
        let done = run_concurrently(&stores, |n, store| {
            let first = first.clone();
            async move {
                if n == 0 {
                    delete(&store, &first).await.unwrap();
                } else {
                    update(&store, second, rename("Other")).await.unwrap();
                }
            }
        });
        done.await;
        assert_eq!(
            (name_key(&database, &configs[1]), name_key(&database, &configs[2])),
            ("Other".into(), "Prod".into())
        );
        check_conflict(&create(&stores[0], configs[0].scope, named("Prod")).await);
    }
}

#[tokio::test]
async fn delete_of_row_with_suffixed_key_changes_no_other_key() {
    let (database, configs) = store_under_older_rules(&NAMES).await;
    let store = database.store().await;
    delete(&store, &find(&store, configs[1].id).await.unwrap()).await.unwrap();
    assert_eq!(name_key(&database, &configs[0]), "Prod");
    assert_eq!(name_key(&database, &configs[2]), suffixed(&configs[2]));
    let elsewhere = Scope::Workspace(workspace(&store).await);
    transfer_to(&store, configs[2].id, elsewhere).await.unwrap();
    assert_eq!(name_key(&database, &configs[2]), "Prod");
}

#[tokio::test]
async fn find_user_by_colliding_email_prefers_exact_address() {
    let (database, store) = open_store().await;
    let (first, second) = (store.new_principal_id(), store.new_principal_id());
    for (n, id) in [first, second].into_iter().enumerate() {
        let new = person(&format!("{n}@example.com"), OrgRole::User);
        store.write(move |tx| tx.create_user(id, &new, &OPERATOR)).await.unwrap();
    }
    drop(store);
    let spellings = ["a\u{30a}@example.com", "\u{e5}@example.com"];
    for (id, address) in [first, second].into_iter().zip(spellings) {
        database.execute(&format!(
            "UPDATE users SET email = '{address}', email_key = '{address}' WHERE id = '{id}'"
        ));
    }
    database.execute("UPDATE installation SET uniqueness_rules = 1");
    let store = database.store().await;
    assert_eq!(find_email(&store, spellings[0]).await, Some(first));
    assert_eq!(find_email(&store, spellings[1]).await, Some(second));
    assert_eq!(find_email(&store, "\u{c5}@EXAMPLE.com").await, Some(first));
    let create = |address: &str| {
        let (id, new) = (store.new_principal_id(), person(address, OrgRole::User));
        store.write(move |tx| tx.create_user(id, &new, &OPERATOR))
    };
    let rejected = create("\u{c5}@example.com").await;
    assert!(matches!(rejected, Err(StoreError::Conflict(Conflict::UserEmail))), "{rejected:?}");
    let user = find_user(&store, first).await.unwrap();
    store.write(move |tx| tx.delete_user(&user, &OPERATOR)).await.unwrap();
    assert_eq!(find_email(&store, "\u{c5}@example.com").await, Some(second));
    assert!(create("\u{c5}@example.com").await.is_err());
    let user = find_user(&store, second).await.unwrap();
    store.write(move |tx| tx.delete_user(&user, &OPERATOR)).await.unwrap();
    assert!(create("\u{c5}@example.com").await.is_ok());
}

#[tokio::test]
async fn migrate_many_colliding_rows_gives_oldest_the_plain_key() {
    let (database, configs) = store_under_older_rules(&["plain"]).await;
    // More rows than the recomputation reads at once, in groups of three colliding addresses.
    let mut users = String::from("INSERT INTO users VALUES");
    for n in 0..1200 {
        let address =
            [format!("u\u{ad}{}@h", n / 3), format!("u{}@h", n / 3), format!("u{}\u{200b}@h", n / 3)];
        let (comma, address) = (if n == 0 { ' ' } else { ',' }, &address[n % 3]);
        let id = format!("00000000-0000-7000-8000-{:012}", n * 7 % 1200);
        write!(
            users,
            "{comma}('{id}', '{address}', '{address}', NULL, 'A', 'L', 'USER', 1, {}, '{id}', 1, '{id}')",
            n % 5
        )
        .unwrap();
    }
    database.execute(&users);
    llm_config_store::migrate(database.database()).await.unwrap();
    let counted =
        |sql: &str| database.texts(&format!("SELECT CAST(count(*) AS TEXT) AS value FROM users {sql}"));
    let plain = "WHERE email_key NOT LIKE '%\u{1f}%' AND email LIKE 'u%'";
    assert_eq!(counted(plain), ["400"]);
    let with_older_holder = "b WHERE b.email_key LIKE '%\u{1f}%' AND EXISTS ( \
                             SELECT 1 FROM users p WHERE b.email_key = p.email_key || '\u{1f}' || b.id \
                             AND (p.created_at < b.created_at \
                             OR (p.created_at = b.created_at AND p.id < b.id)))";
    assert_eq!(counted(with_older_holder), ["800"]);
    assert_eq!((name_key(&database, &configs[0]), count(&database, "users")), ("plain".into(), 1200));
}

#[tokio::test]
async fn open_with_current_rules_changes_no_key() {
    let (database, configs) = store_under_older_rules(&["plain"]).await;
    drop(database.store().await);
    let id = configs[0].id;
    database.execute(&format!("UPDATE llm_configs SET name_key = 'by hand' WHERE id = '{id}'"));
    drop(database.store().await);
    assert_eq!(name_key(&database, &configs[0]), "by hand");
    assert_eq!(text(&database, "SELECT CAST(uniqueness_rules AS TEXT) AS value FROM installation"), "3");
}

#[tokio::test]
async fn failed_open_changes_no_key() {
    let (database, configs) = store_under_older_rules(&NAMES).await;
    let wrong = "test-key AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    assert!(matches!(Store::open(database.options_with(wrong)).await, Err(OpenError::WrongKey(_))));
    assert_eq!(name_key(&database, &configs[0]), NAMES[0]);
    // An open that must not set up the database fails too.
    let rejected = Store::open(Options { allow_setup: false, ..database.options() }).await;
    assert!(matches!(rejected, Err(OpenError::NotReady { .. })));
    assert_eq!(name_key(&database, &configs[0]), NAMES[0]);
    llm_config_store::migrate(database.database()).await.unwrap();
    assert_eq!(name_key(&database, &configs[0]), "Prod");
    assert!(Store::open(Options { allow_setup: false, ..database.options() }).await.is_ok());
}

#[tokio::test]
async fn open_concurrently_with_older_rules_recomputes_once() {
    let (database, configs) = store_under_older_rules(&NAMES).await;
    let (first, second) = tokio::join!(Store::open(database.options()), Store::open(database.options()));
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(
        (name_key(&database, &configs[0]), name_key(&database, &configs[2])),
        ("Prod".into(), suffixed(&configs[2]))
    );
}

#[tokio::test]
async fn open_with_newer_rules_is_rejected() {
    let database = database();
    drop(database.store().await);
    database.execute("UPDATE installation SET uniqueness_rules = 4");
    let rejected = Store::open(database.options()).await.err().unwrap();
    assert!(matches!(rejected, OpenError::Migration(MigrationError::Newer { .. })), "{rejected}");
}

#[tokio::test]
async fn create_config_with_very_long_key_conflicts_with_equal_name() {
    let (_database, store) = open_store().await;
    let scope = Scope::Workspace(workspace(&store).await);
    let long: String = (0..255).map(|n| char::from_u32(0xfdf0 + n * 7 % 13).unwrap()).collect();
    create(&store, scope, named(&long)).await.unwrap();
    check_conflict(&create(&store, scope, named(&long)).await);
}
