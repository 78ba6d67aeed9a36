//! Where secrets come from: recorded when a credential is sealed, and once for older rows.

use llm_config_core::config::LlmConfig;
use llm_config_core::credential::CredentialSource;
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{MigrationError, OpenError, Options, Store};
use serde_json::json;

use super::{bytes, database, hex, open_store, raw};
use crate::support::{
    SECRET, api_key, create, find, new, opened_secret, owner, secret_patch, text, transfer_to, update,
};

const URI: &str = "vault://kv/team-a/openai#key";

/// Where a secret comes from, and the URI of a reference.
type Source = (CredentialSource, Option<&'static str>);

const INLINE: Source = (CredentialSource::Inline, None);

/// Checks where the secret of a configuration comes from. `None`: unknown, or no secret.
async fn check(store: &Store, config: &LlmConfig, expected: Option<Source>) {
    let (id, name) = (config.id, &config.settings.name);
    let source = find(store, id).await.unwrap().secret.and_then(|secret| secret.source);
    assert_eq!(source, expected.map(|(source, _)| source), "{name}");
    let uris = store.read(move |tx| tx.reference_uris(&[id])).await.unwrap();
    let uri = expected.and_then(|(_, uri)| uri).map(|uri| (id, uri.to_owned()));
    assert_eq!(uris, Vec::from_iter(uri), "{name}");
}

/// A configuration for each source, and one without a credential.
async fn one_of_each(store: &Store, scope: Scope) -> Vec<(LlmConfig, Option<Source>)> {
    let cases = [
        (api_key(SECRET), Some(INLINE)),
        (api_key("short"), Some(INLINE)),
        (json!({"kind": "API_KEY", "reference": URI}), Some((CredentialSource::Reference, Some(URI)))),
        (json!({"kind": "KEY_PAIR", "key_id": "AKIA0123456789", "secret": SECRET}), Some(INLINE)),
        (
            json!({"kind": "KEY_PAIR", "key_id": "AKIA0123456789", "reference": "env://SECRET"}),
            Some((CredentialSource::Reference, Some("env://SECRET"))),
        ),
        (json!({"kind": "GCP_ADC", "scopes": ["a"]}), Some((CredentialSource::Identity, None))),
        (json!(null), None),
    ];
    let mut configs = Vec::new();
    for (n, (credential, source)) in cases.into_iter().enumerate() {
        let name = n.to_string();
        let config =
            create(store, scope, new(json!({"name": name, "model": name}), credential)).await.unwrap();
        configs.push((config, source));
    }
    configs
}

#[tokio::test]
async fn create_update_and_transfer_record_the_source() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let configs = one_of_each(&store, scope).await;
    for (config, expected) in &configs {
        check(&store, config, *expected).await;
        assert_eq!(find(&store, config.id).await.as_ref(), Some(config));
    }
    let (referenced, _) = &configs[2];
    let moved = transfer_to(&store, referenced.id, owner(&store).await).await.unwrap();
    check(&store, &moved, Some((CredentialSource::Reference, Some(URI)))).await;
    update(&store, referenced.id, secret_patch(SECRET)).await.unwrap();
    check(&store, &moved, Some(INLINE)).await;
    // Only the URI is readable; hints are sealed.
    let uris = database.texts("SELECT reference AS value FROM secrets WHERE reference IS NOT NULL");
    assert_eq!(uris, ["env://SECRET"]);
}

/// A database from before sources were recorded, and its configurations.
async fn older_database() -> (TestDatabase, Vec<(LlmConfig, Option<Source>)>) {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let configs = one_of_each(&store, scope).await;
    drop(store);
    while database.revert_last().unwrap() != "0007" {}
    (database, configs)
}

#[tokio::test]
async fn open_records_the_sources_of_older_rows() {
    let (database, configs) = older_database().await;
    let sealed =
        || database.texts(&format!("SELECT {} AS value FROM secrets ORDER BY config_id", hex("envelope")));
    let before = sealed();
    let store = database.store().await;
    for (config, expected) in &configs {
        check(&store, config, *expected).await;
    }
    assert_eq!(opened_secret(&store, configs[0].0.id).await.as_deref(), Some(SECRET));
    assert_eq!(sealed(), before, "nothing is sealed again");
    let dump = String::from_utf8_lossy(&raw(&database)).into_owned();
    assert!(dump.contains(URI) && !dump.contains(SECRET));
}

#[tokio::test]
async fn open_leaves_source_of_undecryptable_row_unknown() {
    let (database, configs) = older_database().await;
    let (referenced, inline) = (&configs[2].0, &configs[0].0);
    let damage = |config: &LlmConfig, envelope: &str| {
        database.execute(&format!(
            "UPDATE secrets SET envelope = {} WHERE config_id = '{}'",
            bytes(envelope),
            config.id
        ));
    };
    damage(referenced, "00");
    damage(inline, "00");
    database
        .execute(&format!("UPDATE llm_configs SET endpoint = 'nonsense' WHERE id = '{}'", configs[4].0.id));
    let store = database.store().await;
    check(&store, referenced, None).await;
    // Not opened: its mask shows that it is inline.
    check(&store, inline, Some(INLINE)).await;
    let of_corrupt = format!(
        "SELECT coalesce(source, 'unknown') AS value FROM secrets WHERE config_id = '{}'",
        configs[4].0.id
    );
    assert_eq!(text(&database, &of_corrupt), "unknown");
    drop(store);
    // Not tried again at the next start.
    assert_eq!(text(&database, "SELECT CAST(source_rules AS TEXT) AS value FROM installation"), "1");
    let store = database.store().await;
    check(&store, referenced, None).await;
    // A new credential has a known source again.
    update(&store, referenced.id, secret_patch(SECRET)).await.unwrap();
    check(&store, referenced, Some(INLINE)).await;
}

#[tokio::test]
async fn open_without_setup_or_with_newer_rules_is_rejected() {
    let (database, _) = older_database().await;
    llm_config_store::migrate(database.database()).await.unwrap();
    let rejected = Store::open(Options { allow_setup: false, ..database.options() }).await;
    assert!(matches!(rejected, Err(OpenError::NotReady { .. })));
    drop(database.store().await);
    assert!(Store::open(Options { allow_setup: false, ..database.options() }).await.is_ok());
    for column in ["source_rules", "list_rules"] {
        database.execute(&format!("UPDATE installation SET {column} = 99"));
        let rejected = Store::open(database.options()).await.err().unwrap();
        assert!(matches!(rejected, OpenError::Migration(MigrationError::Newer { .. })), "{rejected}");
        let rejected = llm_config_store::migrate(database.database()).await.err().unwrap();
        assert!(matches!(rejected, OpenError::Migration(MigrationError::Newer { .. })), "{rejected}");
        database.execute(&format!("UPDATE installation SET {column} = 1"));
    }
}

#[tokio::test]
async fn open_when_interrupted_records_no_source() {
    let (database, _) = older_database().await;
    database.migrate().unwrap();
    let known = || text(&database, "SELECT CAST(count(reference) AS TEXT) AS value FROM secrets");
    // Ends the transaction after the last row, as a kill of the process would.
    let (stop, resume) = if database.folder().is_some() {
        (
            "CREATE TRIGGER stop BEFORE UPDATE OF source_rules ON installation \
             BEGIN SELECT RAISE(ABORT, 'stop'); END",
            "DROP TRIGGER stop",
        )
    } else {
        (
            "ALTER TABLE installation ADD CONSTRAINT stop CHECK (source_rules < 1)",
            "ALTER TABLE installation DROP CONSTRAINT stop",
        )
    };
    database.execute(stop);
    assert!(matches!(Store::open(database.options()).await, Err(OpenError::Store(_))));
    assert_eq!(known(), "0");
    database.execute(resume);
    let (first, second) = tokio::join!(Store::open(database.options()), Store::open(database.options()));
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(known(), "2");
}

#[tokio::test]
async fn open_of_new_database_needs_no_recording() {
    let database = database();
    drop(database.store().await);
    let rules = "SELECT CAST(source_rules * 10 + list_rules AS TEXT) AS value FROM installation";
    assert_eq!(text(&database, rules), "11");
}
