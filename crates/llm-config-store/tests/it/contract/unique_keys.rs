//! Names and addresses that are one by the present rule of uniqueness, but were stored under an
//! older one.

use std::fmt::Write as _;

use llm_config_core::access::OrgRole;
use llm_config_core::config::LlmConfig;
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::UncheckedPatch;
use llm_config_core::scope::Scope;
use llm_config_core::user::Email;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Conflict, MigrationError, OpenError, Options, Store, StoreError};

use super::{database, opened};
use crate::support::{
    OPERATOR, SECRET, at_once, count, create, delete, endpoint_patch, find, find_user, move_to, named,
    opened_secret, person, text, update, workspace,
};

/// Names as the older rule stored them, oldest first; they are one name now.
const NAMES: [&str; 3] = ["Pro\u{ad}d", "Prod", "Prod\u{200b}"];

/// A database whose keys follow the older rule, with these names in one workspace.
async fn older(names: &[&str]) -> (TestDatabase, Vec<LlmConfig>) {
    let (database, store) = opened().await;
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

fn key(database: &TestDatabase, config: &LlmConfig) -> String {
    text(database, &format!("SELECT name_key AS value FROM llm_configs WHERE id = '{}'", config.id))
}

fn suffixed(config: &LlmConfig) -> String {
    format!("Prod\u{1f}{}", config.id)
}

#[track_caller]
fn refused(result: &Result<LlmConfig, StoreError>) {
    assert!(matches!(result, Err(StoreError::Conflict(Conflict::ConfigName))), "{result:?}");
}

async fn find_email(store: &Store, address: &str) -> Option<PrincipalId> {
    let email = Email::from_stored(address).unwrap();
    store.read(move |tx| tx.find_user_by_email(&email)).await.unwrap().map(|it| it.id)
}

#[tokio::test]
async fn opening_old_rows_gives_the_oldest_the_plain_key_and_keeps_all() {
    let (database, configs) = older(&NAMES).await;
    let store = database.store().await;
    assert_eq!(key(&database, &configs[0]), "Prod");
    assert_eq!(key(&database, &configs[1]), suffixed(&configs[1]));
    assert_eq!(key(&database, &configs[2]), suffixed(&configs[2]));
    for (config, name) in configs.iter().zip(NAMES) {
        assert_eq!(find(&store, config.id).await.unwrap().settings.name.as_str(), name);
        assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
    }
    refused(&create(&store, configs[0].scope, named("Prod")).await);
    refused(&create(&store, configs[0].scope, named("\u{ff30}rod")).await);
    assert!(create(&store, configs[0].scope, named("prod")).await.is_ok(), "case is kept");
}

#[tokio::test]
async fn updating_rows_beside_another_leaves_their_keys_until_they_are_renamed() {
    let (database, configs) = older(&NAMES).await;
    let store = database.store().await;
    for config in &configs {
        let before = key(&database, config);
        update(&store, config.id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
        assert_eq!(key(&database, config), before);
    }
    // Its own name is no change, although `Pro\u{ad}d` has the plain key.
    update(&store, configs[1].id, rename("Prod")).await.unwrap();
    assert_eq!(key(&database, &configs[1]), suffixed(&configs[1]));
    refused(&update(&store, configs[2].id, rename("Prod")).await);
    update(&store, configs[2].id, rename("Other")).await.unwrap();
    assert_eq!(key(&database, &configs[2]), "Other");
    refused(&update(&store, configs[2].id, rename("Prod")).await);
}

#[tokio::test]
async fn a_plain_key_goes_to_the_next_oldest_when_its_row_is_renamed_moved_or_deleted() {
    let (database, configs) = older(&["Pro\u{ad}d", "Prod", "Prod\u{200b}", "Prod\u{2060}"]).await;
    let store = database.store().await;
    let scope = configs[0].scope;
    update(&store, configs[0].id, rename("Renamed")).await.unwrap();
    assert_eq!(key(&database, &configs[1]), "Prod");
    refused(&create(&store, scope, named("Prod")).await);
    let elsewhere = Scope::Workspace(workspace(&store).await);
    move_to(&store, configs[1].id, elsewhere).await.unwrap();
    assert_eq!((key(&database, &configs[1]), key(&database, &configs[2])), ("Prod".into(), "Prod".into()));
    refused(&create(&store, scope, named("Prod")).await);
    // Elsewhere its key is the plain one again, and that is taken.
    refused(&move_to(&store, configs[3].id, elsewhere).await);
    delete(&store, &find(&store, configs[2].id).await.unwrap()).await.unwrap();
    assert_eq!(key(&database, &configs[3]), "Prod");
    delete(&store, &find(&store, configs[3].id).await.unwrap()).await.unwrap();
    create(&store, scope, named("Prod")).await.unwrap();
    refused(&move_to(&store, configs[1].id, scope).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_key_is_given_on_while_the_next_oldest_is_renamed() {
    for _ in 0..8 {
        let (database, configs) = older(&NAMES).await;
        let stores = [database.store().await, database.store().await];
        let (first, second) = (configs[0].clone(), configs[1].id);
        let done = at_once(&stores, |n, store| {
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
            (key(&database, &configs[1]), key(&database, &configs[2])),
            ("Other".into(), "Prod".into())
        );
        refused(&create(&stores[0], configs[0].scope, named("Prod")).await);
    }
}

#[tokio::test]
async fn deleting_a_row_beside_another_changes_no_other_key() {
    let (database, configs) = older(&NAMES).await;
    let store = database.store().await;
    delete(&store, &find(&store, configs[1].id).await.unwrap()).await.unwrap();
    assert_eq!(key(&database, &configs[0]), "Prod");
    assert_eq!(key(&database, &configs[2]), suffixed(&configs[2]));
    let elsewhere = Scope::Workspace(workspace(&store).await);
    move_to(&store, configs[2].id, elsewhere).await.unwrap();
    assert_eq!(key(&database, &configs[2]), "Prod");
}

#[tokio::test]
async fn colliding_addresses_are_found_as_they_were_written_and_handed_on() {
    let (database, store) = opened().await;
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
    let taken = create("\u{c5}@example.com").await;
    assert!(matches!(taken, Err(StoreError::Conflict(Conflict::UserEmail))), "{taken:?}");
    let user = find_user(&store, first).await.unwrap();
    store.write(move |tx| tx.delete_user(&user, &OPERATOR)).await.unwrap();
    assert_eq!(find_email(&store, "\u{c5}@example.com").await, Some(second));
    assert!(create("\u{c5}@example.com").await.is_err());
    let user = find_user(&store, second).await.unwrap();
    store.write(move |tx| tx.delete_user(&user, &OPERATOR)).await.unwrap();
    assert!(create("\u{c5}@example.com").await.is_ok());
}

#[tokio::test]
async fn many_rows_are_recomputed_whatever_their_order() {
    let (database, configs) = older(&["plain"]).await;
    // More than are read at once; of each three, one is new to the plain key and the oldest.
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
    let older_beside = "b WHERE b.email_key LIKE '%\u{1f}%' AND EXISTS (SELECT 1 FROM users p WHERE b.email_key \
                        = p.email_key || '\u{1f}' || b.id AND (p.created_at < b.created_at OR (p.created_at = \
                        b.created_at AND p.id < b.id)))";
    assert_eq!(counted(older_beside), ["800"]);
    assert_eq!((key(&database, &configs[0]), count(&database, "users")), ("plain".into(), 1200));
}

#[tokio::test]
async fn keys_that_are_current_are_left_alone() {
    let (database, configs) = older(&["plain"]).await;
    drop(database.store().await);
    let id = configs[0].id;
    database.execute(&format!("UPDATE llm_configs SET name_key = 'by hand' WHERE id = '{id}'"));
    drop(database.store().await);
    assert_eq!(key(&database, &configs[0]), "by hand");
    assert_eq!(text(&database, "SELECT CAST(uniqueness_rules AS TEXT) AS value FROM installation"), "2");
}

#[tokio::test]
async fn a_start_that_fails_changes_no_key() {
    let (database, configs) = older(&NAMES).await;
    let wrong = "test-key AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    assert!(matches!(Store::open(database.options_with(wrong)).await, Err(OpenError::WrongKey(_))));
    assert_eq!(key(&database, &configs[0]), NAMES[0]);
    // Nor does a command that prepares nothing.
    let refused = Store::open(Options { allow_setup: false, ..database.options() }).await;
    assert!(matches!(refused, Err(OpenError::NotReady { .. })));
    assert_eq!(key(&database, &configs[0]), NAMES[0]);
    llm_config_store::migrate(database.database()).await.unwrap();
    assert_eq!(key(&database, &configs[0]), "Prod");
    assert!(Store::open(Options { allow_setup: false, ..database.options() }).await.is_ok());
}

#[tokio::test]
async fn two_servers_that_start_at_once_recompute_once() {
    let (database, configs) = older(&NAMES).await;
    let (one, other) = tokio::join!(Store::open(database.options()), Store::open(database.options()));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(
        (key(&database, &configs[0]), key(&database, &configs[2])),
        ("Prod".into(), suffixed(&configs[2]))
    );
}

#[tokio::test]
async fn rules_of_a_newer_program_are_refused() {
    let database = database();
    drop(database.store().await);
    database.execute("UPDATE installation SET uniqueness_rules = 3");
    let refused = Store::open(database.options()).await.err().unwrap();
    assert!(matches!(refused, OpenError::Migration(MigrationError::Newer { .. })), "{refused}");
}

#[tokio::test]
async fn names_that_normalisation_makes_very_long_are_unique_too() {
    let (_database, store) = opened().await;
    let scope = Scope::Workspace(workspace(&store).await);
    let long: String = (0..255).map(|n| char::from_u32(0xfdf0 + n * 7 % 13).unwrap()).collect();
    create(&store, scope, named(&long)).await.unwrap();
    refused(&create(&store, scope, named(&long)).await);
}
