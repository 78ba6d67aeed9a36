//! The stored rows, read with SQL: tests compare them to see whether a request changed anything.

use std::fmt::Write as _;

use llm_config_core::caller::Caller;
use llm_config_core::credential::{Credential, SecretValue};
use llm_config_core::id::ConfigId;
use llm_config_core::target::Purpose;
use llm_config_store::{OpenedTarget, Resolution};

use super::TestApp;

/// The tables of users, workspaces, tokens and configurations, and their columns.
const TABLES: &[(&str, &str)] = &[
    ("users", "id email first_name last_name org_role revision updated_at updated_by"),
    ("workspaces", "id name revision updated_at updated_by"),
    ("memberships", "workspace_id user_id role created_at created_by"),
    ("tokens", "id user_id parent_id labels rights workspaces expires_at status revision updated_at"),
    (
        "llm_configs",
        "id owner_id workspace_id name provider endpoint api_path model fingerprint credential_fingerprint \
         revision created_at created_by updated_at updated_by target_revision origin_set_at origin_set_by \
         origin_confirmed_by",
    ),
    ("secrets", "config_id slot kind mask key_id_mask kek_id envelope sealed_at given_by"),
];

impl TestApp {
    /// Every row of the tables above, sorted.
    pub(crate) fn stored_rows(&self) -> Vec<String> {
        let mut rows: Vec<_> =
            TABLES.iter().flat_map(|(table, columns)| self.table(table, columns)).collect();
        rows.sort();
        rows
    }

    fn table(&self, table: &str, columns: &str) -> Vec<String> {
        let is_sqlite = self.database.folder().is_some();
        let mut row = format!("'{table}'");
        for column in columns.split_whitespace() {
            let text = if is_sqlite { format!("quote({column})") } else { format!("CAST({column} AS TEXT)") };
            write!(row, " || ' ' || COALESCE({text}, 'NULL')").expect("a string");
        }
        self.database.texts(&format!("SELECT {row} AS value FROM {table}"))
    }

    /// The audit events as `kind object fields`, sorted.
    pub(crate) fn audit_events(&self) -> Vec<String> {
        let mut events = self.database.texts(
            "SELECT kind || ' ' || COALESCE(object_id, '-') || ' ' || fields AS value FROM audit_events",
        );
        events.sort();
        events
    }

    /// The stored endpoint and credential of a configuration. Writes an audit event.
    #[track_caller]
    pub(crate) fn open_credential(&self, id: ConfigId) -> (String, String) {
        let operator = Caller::operator();
        let open = self.store.open_target(id, &operator, Purpose::Validate);
        let OpenedTarget { target, credential, pending, .. } =
            self.block_on(open).expect("a credential that opens for its endpoint");
        if let Some(opening) = pending {
            self.block_on(self.store.record_resolution(opening, Resolution::Opened)).expect("an event");
        }
        (target.endpoint.into(), credential.as_ref().map_or_else(String::new, credential_text))
    }
}

/// A credential as text: `SECRET`, `KEY_ID : SECRET`, or the URI of a reference.
fn credential_text(credential: &Credential) -> String {
    let text = |value: &SecretValue| match value {
        SecretValue::Inline(secret) => secret.expose().to_owned(),
        SecretValue::Reference(reference) => reference.uri().to_owned(),
    };
    match credential {
        Credential::ApiKey(key) => text(&key.value),
        Credential::KeyPair(pair) => format!("{} : {}", pair.key_id.expose(), text(&pair.secret)),
        Credential::GcpAdc(_) => "the server's identity".to_owned(),
    }
}
