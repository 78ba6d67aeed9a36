//! A marked secret passes through every operation and appears in no output.

use std::fmt::Debug;

use llm_config_core::target::Purpose;
use serde_json::json;

use super::{hex, open_store, raw};
use crate::support::{
    OPERATOR, api_key, create, delete, endpoint_patch, find, new, opened_secret, owner, secret_patch, text,
    transfer_to, update,
};

/// Not at the end of the secret, because a mask contains the last four characters.
const MARKER: &str = "canary-7f3a9c51e8";

fn has(bytes: &[u8], marker: &str) -> bool {
    bytes.windows(marker.len()).any(|window| window == marker.as_bytes())
}

/// Checks for the plain text, hexadecimal and base64.
fn check_absent(bytes: &[u8], what: &str) {
    let base64 = data_encoding::BASE64.encode(MARKER.as_bytes());
    let hex = data_encoding::HEXLOWER.encode(MARKER.as_bytes());
    // Without the end, which depends on the following bytes.
    for form in [MARKER, &hex, &hex.to_uppercase(), &base64[..base64.len() - 4]] {
        assert!(!has(bytes, form), "{what} holds the secret as {form}");
    }
}

fn check_debug(value: &impl Debug, what: &str) {
    check_absent(format!("{value:?}").as_bytes(), what);
    check_absent(format!("{value:#?}").as_bytes(), what);
}

#[tokio::test]
async fn marked_secret_appears_in_no_file_dump_error_or_debug_output() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let first = || new(json!({"name": "known-name"}), api_key(&format!("sk-{MARKER}-first-0000")));
    check_debug(&first(), "a new configuration");
    let created = create(&store, scope, first()).await.unwrap();
    check_debug(&created, "a configuration");

    let duplicate = create(&store, scope, first()).await.unwrap_err();
    check_debug(&duplicate, "a conflict");
    check_absent(duplicate.to_string().as_bytes(), "a conflict");
    let moved =
        update(&store, created.id, endpoint_patch("https://elsewhere.example.com")).await.unwrap_err();
    check_debug(&moved, "a refused change");
    check_absent(moved.to_string().as_bytes(), "a refused change");

    let changed =
        update(&store, created.id, secret_patch(&format!("sk-{MARKER}-second-0000"))).await.unwrap();
    check_debug(&changed, "a changed configuration");
    let opened = store.open_target(created.id, &OPERATOR, Purpose::Call).await.unwrap();
    check_debug(&opened, "an opened target");
    let expected = format!("sk-{MARKER}-second-0000");
    assert_eq!(opened_secret(&store, created.id).await.as_deref(), Some(expected.as_str()));

    let moved = transfer_to(&store, created.id, owner(&store).await).await.unwrap();
    check_debug(&moved, "a moved configuration");
    assert_eq!(opened_secret(&store, created.id).await.as_deref(), Some(expected.as_str()));

    let dump = raw(&database);
    assert!(has(&dump, "known-name"), "the search finds known text");
    check_absent(&dump, "the database");

    database.execute("UPDATE secrets SET mask = 'nonsense'");
    let corrupt = store.open_target(created.id, &OPERATOR, Purpose::Call).await.unwrap_err();
    check_debug(&corrupt, "a corrupt row");
    database.execute("UPDATE secrets SET mask = NULL");
    let envelope = text(&database, &format!("SELECT {} AS value FROM secrets", hex("envelope")));
    database.execute("UPDATE secrets SET envelope = (SELECT check_envelope FROM key_encryption_keys)");
    let sealed = store.open_target(created.id, &OPERATOR, Purpose::Call).await.unwrap_err();
    check_debug(&sealed, "a sealed value");
    database.execute(&format!("UPDATE secrets SET envelope = {}", super::bytes(&envelope)));

    let rows = store.read(|tx| tx.audit_events(None, 100)).await.unwrap();
    check_debug(&rows, "the audit log");
    let found = find(&store, created.id).await.unwrap();
    delete(&store, &found).await.unwrap();
    check_absent(&raw(&database), "the database after the deletion");
}
