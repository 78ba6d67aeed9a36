//! Fingerprints of rows that were stored under older rules and that are equal under the current ones.

use llm_config_core::config::LlmConfig;
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Conflict, MigrationError, OpenError, Options, Store, StoreError};

use super::{bytes, database, hex, open_store};
use crate::support::{
    SECRET, api_key, count, create, delete, endpoint_patch, find, new, opened_secret, owner,
    run_concurrently, secret_patch, text, transfer_to, update, workspace,
};

/// Endpoints that differ under the older rules and are equal under the current ones.
const ENDPOINTS: [&str; 3] =
    ["https://api.openai.com/v1?", "https://api.openai.com/v1", "https://api.openai.com/%76%31"];

/// A database with fingerprints of the older rules, and configurations with the given endpoints and the same
/// model and credential in one scope, oldest first.
async fn store_under_older_rules(
    endpoints: &[&str],
    scope: impl AsyncFnOnce(&Store) -> Scope,
) -> (TestDatabase, Vec<LlmConfig>) {
    let (database, store) = open_store().await;
    let scope = scope(&store).await;
    let mut configs = Vec::new();
    for (n, endpoint) in endpoints.iter().enumerate() {
        let at = format!("https://api.openai.com/{n}");
        let config = create(&store, scope, at_endpoint(&at)).await.unwrap();
        let old = bytes(&format!("01{n:064x}"));
        database.execute(&format!(
            "UPDATE llm_configs SET endpoint = '{endpoint}', fingerprint = {old}, created_at = {n} \
             WHERE id = '{}'",
            config.id
        ));
        configs.push(config);
    }
    drop(store);
    database.execute("UPDATE installation SET fingerprint_rules = 1");
    (database, configs)
}

fn at_endpoint(endpoint: &str) -> llm_config_core::config::NewLlmConfig {
    new(serde_json::json!({"name": endpoint, "endpoint": endpoint}), api_key(SECRET))
}

fn fingerprint(database: &TestDatabase, config: &LlmConfig) -> String {
    let column = hex("fingerprint");
    text(database, &format!("SELECT {column} AS value FROM llm_configs WHERE id = '{}'", config.id))
}

/// The stored form of a fingerprint that another row has.
fn suffixed(plain: &str, config: &LlmConfig) -> String {
    let id = config.id.to_string();
    id.bytes().fold(plain.to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

#[track_caller]
fn check_conflict(result: &Result<LlmConfig, StoreError>) {
    assert!(matches!(result, Err(StoreError::Conflict(Conflict::ConfigFingerprint))), "{result:?}");
}

#[tokio::test]
async fn open_with_equal_endpoints_keeps_all_and_gives_oldest_the_plain_fingerprint() {
    let (database, configs) = store_under_older_rules(&ENDPOINTS, owner).await;
    let store = database.store().await;
    let plain = fingerprint(&database, &configs[0]);
    assert!(plain.starts_with("02") && plain.len() == 66, "{plain}");
    assert_eq!(fingerprint(&database, &configs[1]), suffixed(&plain, &configs[1]));
    assert_eq!(fingerprint(&database, &configs[2]), suffixed(&plain, &configs[2]));
    for (config, endpoint) in configs.iter().zip(ENDPOINTS) {
        assert_eq!(find(&store, config.id).await.unwrap().settings.endpoint.as_str(), endpoint);
        assert_eq!(opened_secret(&store, config.id).await.as_deref(), Some(SECRET));
    }
    for endpoint in ENDPOINTS.into_iter().chain(["HTTPS://API.openai.com:443/x/../v1/?"]) {
        check_conflict(&create(&store, configs[0].scope, at_endpoint(endpoint)).await);
    }
    create(&store, configs[0].scope, at_endpoint("https://api.openai.com/V1")).await.unwrap();
    let elsewhere = owner(&store).await;
    create(&store, elsewhere, at_endpoint(ENDPOINTS[1])).await.unwrap();
}

#[tokio::test]
async fn open_gives_oldest_the_plain_fingerprint_whatever_the_order_of_ids() {
    let (database, configs) = store_under_older_rules(&ENDPOINTS, owner).await;
    let oldest = &configs[2];
    database.execute(&format!("UPDATE llm_configs SET created_at = -1 WHERE id = '{}'", oldest.id));
    drop(database.store().await);
    let plain = fingerprint(&database, oldest);
    assert_eq!(plain.len(), 66);
    assert_eq!(fingerprint(&database, &configs[0]), suffixed(&plain, &configs[0]));
}

#[tokio::test]
async fn open_with_equal_endpoints_in_workspace_gives_each_the_plain_fingerprint() {
    let (database, configs) =
        store_under_older_rules(&ENDPOINTS, async |store| Scope::Workspace(workspace(store).await)).await;
    let store = database.store().await;
    let plain = fingerprint(&database, &configs[0]);
    assert_eq!(plain.len(), 66);
    assert!(configs.iter().all(|config| fingerprint(&database, config) == plain));
    delete(&store, &find(&store, configs[0].id).await.unwrap()).await.unwrap();
    create(&store, configs[0].scope, at_endpoint(ENDPOINTS[0])).await.unwrap();
}

#[tokio::test]
async fn update_of_colliding_row_keeps_fingerprint_until_target_changes() {
    let (database, configs) = store_under_older_rules(&ENDPOINTS, owner).await;
    let store = database.store().await;
    for config in &configs {
        let before = fingerprint(&database, config);
        // The same connection: another spelling, the same credential.
        update(&store, config.id, endpoint_patch("https://API.openai.com/v1/")).await.unwrap();
        let mut patch = secret_patch(SECRET);
        patch.endpoint = Some("https://api.openai.com/v1/".to_owned());
        patch.name = Some(format!("renamed {}", config.id));
        update(&store, config.id, patch).await.unwrap();
        assert_eq!(fingerprint(&database, config), before);
    }
    update(&store, configs[2].id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    assert_eq!(fingerprint(&database, &configs[2]).len(), 66);
    for endpoint in ENDPOINTS {
        check_conflict(&update(&store, configs[2].id, endpoint_patch(endpoint)).await);
    }
    check_conflict(&update(&store, configs[1].id, endpoint_patch("https://api.openai.com/v2?")).await);
}

#[tokio::test]
async fn delete_update_or_transfer_of_row_with_plain_fingerprint_promotes_next_oldest_row() {
    let endpoints = [ENDPOINTS[0], ENDPOINTS[1], ENDPOINTS[2], "https://api.openai.com/./v1"];
    let (database, configs) = store_under_older_rules(&endpoints, owner).await;
    let store = database.store().await;
    let (scope, plain) = (configs[0].scope, fingerprint(&database, &configs[0]));
    let is_refused = async || check_conflict(&create(&store, scope, at_endpoint(ENDPOINTS[1])).await);
    update(&store, configs[0].id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    assert_eq!(fingerprint(&database, &configs[1]), plain);
    is_refused().await;
    transfer_to(&store, configs[1].id, owner(&store).await).await.unwrap();
    assert_eq!(fingerprint(&database, &configs[2]), plain);
    is_refused().await;
    check_conflict(&transfer_to(&store, configs[1].id, scope).await);
    delete(&store, &find(&store, configs[2].id).await.unwrap()).await.unwrap();
    assert_eq!(fingerprint(&database, &configs[3]), plain);
    is_refused().await;
    delete(&store, &find(&store, configs[3].id).await.unwrap()).await.unwrap();
    create(&store, scope, at_endpoint(ENDPOINTS[1])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_during_update_of_next_row_promotes_the_row_after() {
    for _ in 0..8 {
        let (database, configs) = store_under_older_rules(&ENDPOINTS, owner).await;
        let stores = [database.store().await, database.store().await];
        let plain = fingerprint(&database, &configs[0]);
        let (first, second) = (find(&stores[0], configs[0].id).await.unwrap(), configs[1].id);
        let done = run_concurrently(&stores, |n, store| {
            let first = first.clone();
            async move {
                if n == 0 {
                    delete(&store, &first).await.unwrap();
                } else {
                    update(&store, second, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
                }
            }
        });
        done.await;
        assert_eq!(fingerprint(&database, &configs[2]), plain);
        assert_ne!(fingerprint(&database, &configs[1]), plain);
    }
}

#[tokio::test]
async fn delete_of_row_with_suffixed_fingerprint_changes_no_other() {
    let (database, configs) = store_under_older_rules(&ENDPOINTS, owner).await;
    let store = database.store().await;
    let before = [fingerprint(&database, &configs[0]), fingerprint(&database, &configs[2])];
    delete(&store, &find(&store, configs[1].id).await.unwrap()).await.unwrap();
    assert_eq!([fingerprint(&database, &configs[0]), fingerprint(&database, &configs[2])], before);
}

#[tokio::test]
async fn open_leaves_fingerprint_of_corrupt_row() {
    let (database, configs) = store_under_older_rules(&["https://api.openai.com/v1", "ftp://h"], owner).await;
    let store = database.store().await;
    assert!(fingerprint(&database, &configs[0]).starts_with("02"));
    assert!(fingerprint(&database, &configs[1]).starts_with("01"));
    create(&store, configs[0].scope, at_endpoint("https://api.openai.com/v2")).await.unwrap();
}

#[tokio::test]
async fn open_of_many_rows_gives_oldest_of_equal_ones_the_plain_fingerprint() {
    let (database, configs) = store_under_older_rules(&["https://api.openai.com/v1"], owner).await;
    // More rows than the recomputation reads at once, in groups of three equal endpoints.
    let id_of = |n: usize| format!("00000000-0000-7000-8000-{:012}", n * 7 % 1200);
    let columns = "incarnation, owner_id, name, name_key, provider, api_path, model, modalities, \
                   capabilities, credential_fingerprint, revision, created_by, updated_at, updated_by, \
                   target_revision, origin_confirmed_by";
    let copies = (0..1200).map(|n| {
        let path = ["", "?", "/"][n % 3];
        format!(
            "INSERT INTO llm_configs (id, endpoint, fingerprint, created_at, {columns}) \
             SELECT '{}', 'https://h/{}{path}', {}, {}, {columns} FROM llm_configs WHERE id = '{}';",
            id_of(n),
            n / 3,
            bytes(&format!("01{:064x}", n + 10)),
            n % 5,
            configs[0].id
        )
    });
    database.execute(&copies.collect::<String>());
    let store = database.store().await;
    let column = hex("fingerprint");
    let counted = |sql: &str| text(&database, &format!("SELECT CAST(count(*) AS TEXT) AS value FROM {sql}"));
    assert_eq!(counted(&format!("llm_configs WHERE length({column}) = 66")), "401");
    let with_older_holder = format!(
        "llm_configs b WHERE EXISTS (SELECT 1 FROM llm_configs p \
         WHERE length({}) = 66 AND substr({}, 1, 66) = {} \
         AND (p.created_at < b.created_at OR (p.created_at = b.created_at AND p.id < b.id)))",
        hex("p.fingerprint"),
        hex("b.fingerprint"),
        hex("p.fingerprint"),
    );
    assert_eq!(counted(&with_older_holder), "800");
    assert_eq!(count(&database, "llm_configs"), 1201);
    check_conflict(&create(&store, configs[0].scope, at_endpoint("https://h/17/?")).await);
}

#[tokio::test]
async fn open_with_current_rules_changes_no_fingerprint() {
    let (database, configs) = store_under_older_rules(&ENDPOINTS, owner).await;
    drop(database.store().await);
    let by_hand = "03".repeat(33);
    let id = configs[0].id;
    let set = format!("UPDATE llm_configs SET fingerprint = {} WHERE id = '{id}'", bytes(&by_hand));
    database.execute(&set);
    drop(database.store().await);
    assert_eq!(fingerprint(&database, &configs[0]), by_hand);
    assert_eq!(text(&database, "SELECT CAST(fingerprint_rules AS TEXT) AS value FROM installation"), "2");
}

#[tokio::test]
async fn interrupted_open_changes_no_fingerprint() {
    let (database, configs) = store_under_older_rules(&ENDPOINTS, owner).await;
    let before: Vec<_> = configs.iter().map(|config| fingerprint(&database, config)).collect();
    let unchanged = || configs.iter().map(|config| fingerprint(&database, config)).eq(before.iter().cloned());
    // Ends the transaction after the last row was recomputed, as a kill of the process would.
    let (stop, resume) = if database.folder().is_some() {
        (
            "CREATE TRIGGER stop BEFORE UPDATE ON installation BEGIN SELECT RAISE(ABORT, 'stop'); END",
            "DROP TRIGGER stop",
        )
    } else {
        (
            "ALTER TABLE installation ADD CONSTRAINT stop CHECK (fingerprint_rules < 2)",
            "ALTER TABLE installation DROP CONSTRAINT stop",
        )
    };
    database.execute(stop);
    assert!(matches!(Store::open(database.options()).await, Err(OpenError::Store(_))));
    assert!(unchanged());
    database.execute(resume);
    // An open that must not set up the database fails too, and so does one with another key.
    let rejected = Store::open(Options { allow_setup: false, ..database.options() }).await;
    assert!(matches!(rejected, Err(OpenError::NotReady { .. })));
    let wrong = "test-key AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    assert!(matches!(Store::open(database.options_with(wrong)).await, Err(OpenError::WrongKey(_))));
    llm_config_store::migrate(database.database()).await.unwrap();
    assert!(unchanged(), "`migrate` has no key of fingerprints");
    drop(database.store().await);
    assert!(configs.iter().all(|config| fingerprint(&database, config).starts_with("02")));
    assert!(Store::open(Options { allow_setup: false, ..database.options() }).await.is_ok());
}

#[tokio::test]
async fn open_concurrently_with_older_rules_recomputes_once() {
    let (database, configs) = store_under_older_rules(&ENDPOINTS, owner).await;
    let (first, second) = tokio::join!(Store::open(database.options()), Store::open(database.options()));
    assert!(first.is_ok() && second.is_ok());
    let plain = fingerprint(&database, &configs[0]);
    assert_eq!(plain.len(), 66);
    assert_eq!(fingerprint(&database, &configs[1]), suffixed(&plain, &configs[1]));
}

#[tokio::test]
async fn open_with_newer_fingerprint_rules_is_rejected() {
    let database = database();
    drop(database.store().await);
    database.execute("UPDATE installation SET fingerprint_rules = 3");
    let rejected = Store::open(database.options()).await.err().unwrap();
    assert!(matches!(rejected, OpenError::Migration(MigrationError::Newer { .. })), "{rejected}");
    let rejected = llm_config_store::migrate(database.database()).await.err().unwrap();
    assert!(matches!(rejected, OpenError::Migration(MigrationError::Newer { .. })), "{rejected}");
}
