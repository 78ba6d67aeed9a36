//! Opening a database: wrong keys, other versions, and changed server keys.

use llm_config_store::{MigrationError, OpenError, Options, Store};

use super::{database, open_store};
use crate::support::{count, owner};

pub(super) async fn error_of(options: Options) -> OpenError {
    match Store::open(options).await {
        Ok(_) => panic!("opened"),
        Err(error) => error,
    }
}

const OTHER_BYTES: &str = "test-key AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const OTHER_KEY: &str = "new-key AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

#[tokio::test]
async fn open_again_finds_the_same_installation() {
    let (database, store) = open_store().await;
    let again = database.store().await;
    assert_eq!(again.organization(), store.organization());
    assert_eq!((count(&database, "installation"), count(&database, "key_encryption_keys")), (1, 1));
    assert!(llm_config_store::migrate(database.database()).await.unwrap().is_empty());
}

#[tokio::test]
async fn open_with_wrong_key_bytes_is_rejected() {
    let (database, _store) = open_store().await;
    let error = error_of(database.options_with(OTHER_BYTES)).await;
    assert!(matches!(error, OpenError::WrongKey(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the key `test-key` does not open the stored data: it is not the key that this database knows under \
         that name"
    );
}

#[tokio::test]
async fn open_with_unknown_keys_is_rejected() {
    let (database, _store) = open_store().await;
    let error = error_of(database.options_with(OTHER_KEY)).await;
    assert!(matches!(error, OpenError::WrongKey(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the keyring does not open the stored data: it has no key that this database knows, which is \
         `test-key`"
    );
    assert_eq!(count(&database, "key_encryption_keys"), 1);
}

#[tokio::test]
async fn open_with_wrong_bytes_of_older_key_is_rejected() {
    let (database, _store) = open_store().await;
    let error = error_of(database.options_with(&format!("{OTHER_KEY}\n{OTHER_BYTES}"))).await;
    assert!(matches!(error, OpenError::WrongKey(_)), "{error:?}");
}

#[tokio::test]
async fn open_newer_database_is_rejected() {
    let (database, _store) = open_store().await;
    database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
    for error in [
        error_of(database.options()).await,
        llm_config_store::migrate(database.database()).await.unwrap_err(),
    ] {
        assert!(
            matches!(&error, OpenError::Migration(MigrationError::Newer { migration }) if migration == "9999")
        );
        assert_eq!(
            error.to_string(),
            "the database is newer than this program: it has the migration `9999`, which this version does \
             not know; start the newer version"
        );
    }
}

#[tokio::test]
async fn migrate_without_key_creates_tables() {
    let database = database();
    assert_eq!(llm_config_store::migrate(database.database()).await.unwrap(), super::schema::MIGRATIONS);
    assert_eq!(count(&database, "installation"), 0);
    owner(&database.store().await).await;
}

#[tokio::test]
async fn open_with_changed_server_key_reports_its_purpose() {
    let (database, _store) = open_store().await;
    database.execute(
        "UPDATE server_keys SET envelope = (SELECT envelope FROM server_keys WHERE purpose = 'audit') \
         WHERE purpose = 'fingerprint'",
    );
    let error = error_of(database.options()).await;
    assert!(matches!(error, OpenError::ServerKey { purpose: "fingerprint", .. }), "{error:?}");
    database.execute("DELETE FROM server_keys WHERE purpose = 'fingerprint'");
    let error = error_of(database.options()).await;
    assert_eq!(
        error.to_string(),
        "the database could not be opened: table `server_keys`, row `fingerprint`: column `envelope` \
         is corrupt"
    );
}

#[tokio::test]
async fn open_with_zero_connections_uses_one() {
    let database = database();
    let mut options = database.options();
    options.connections = 0;
    Store::open(options).await.unwrap().ready().await.unwrap();
}
