//! PostgreSQL over TLS.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use llm_config_store::testing::TestDatabase;
use llm_config_store::{OpenError, Options, Store};

use tempfile::TempDir;

use super::{database, setting};
use crate::support::text;

/// A certificate authority that has not signed the certificate of the server.
const OTHER_CA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/other_ca.pem");

/// A copy that only the user who runs the tests may change.
fn copy(ca: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    fs::write(&file, fs::read(ca).unwrap()).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    (folder, file)
}

fn verified(database: &TestDatabase, host: &str, ca: &Path) -> Options {
    let mut url = url::Url::parse(database.url()).unwrap();
    url.set_host(Some(host)).unwrap();
    url.set_password(Some("hunter2")).unwrap();
    url.query_pairs_mut()
        .append_pair("sslmode", "verify-full")
        .append_pair("sslrootcert", ca.to_str().unwrap());
    let mut options = database.options();
    options.database = url.as_str().parse().unwrap();
    options
}

#[tokio::test]
async fn open_server_with_verified_certificate_uses_tls() {
    let database = database();
    let (_folder, ca) = copy(&setting("TEST_POSTGRES_CA"));
    let store = Store::open(verified(&database, "localhost", &ca)).await.unwrap();
    store.ready().await.unwrap();
    let encrypted = "SELECT CAST(count(*) > 0 AND bool_and(ssl) AS TEXT) AS value \
                     FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(text(&database, encrypted), "true");
}

async fn check_refused(host: &str, ca: &Path, reason: &str) {
    let database = database();
    let Err(error) = Store::open(verified(&database, host, ca)).await else { panic!("{host} was trusted") };
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains(reason), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

#[tokio::test]
async fn open_server_with_unverified_certificate_is_rejected() {
    let ((_other_folder, other), (_folder, ca)) = (copy(OTHER_CA), copy(&setting("TEST_POSTGRES_CA")));
    check_refused("localhost", &other, "certificate verify failed").await;
    check_refused("127.0.0.1", &ca, "does not match host name").await;
    check_refused("localhost", Path::new("/nowhere.pem"), "does not exist").await;
}

#[tokio::test]
async fn open_with_ca_file_writable_by_others_is_rejected() {
    let database = database();
    let (_folder, ca) = copy(&setting("TEST_POSTGRES_CA"));
    fs::set_permissions(&ca, Permissions::from_mode(0o666)).unwrap();
    let Err(error) = Store::open(verified(&database, "localhost", &ca)).await else { panic!("opened") };
    assert!(matches!(error, OpenError::UnsafePath(_)), "{error:?}");
}
