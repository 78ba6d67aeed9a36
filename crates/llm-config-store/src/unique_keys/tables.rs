//! Tables with uniqueness keys, and the keys of names and e-mail addresses.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use llm_config_core::text::DisplayName;
use llm_config_core::user::Email;

use crate::database::backend::AnyConnection;
use crate::database::schema::{llm_configs, users};
use crate::error::StoreError;

diesel::define_sql_function! {
    /// A part of a text, counted in characters from 1.
    fn substr(text: Text, from: Integer, length: Integer) -> Text;
}

/// The rows among which a key is unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyScope {
    /// All rows of the table.
    Table,
    /// The rows of the workspace with this id.
    Workspace(String),
    /// The rows of the owner with this id.
    Owner(String),
    /// No rows: names of an owner's configurations and fingerprints of a workspace's need not be unique.
    Unscoped,
}

/// A key by which rows are unique.
pub(crate) trait UniqueKey: Clone + PartialEq {
    /// The key of the row with this id, if another row has this plain key.
    fn with_suffix(&self, id: &str) -> Self;

    fn has_suffix(&self) -> bool;
}

/// Separates a plain key from its suffix, the row's id. Plain keys do not contain it, because texts with
/// control characters are rejected.
const SEPARATOR: char = '\u{1f}';

impl UniqueKey for String {
    fn with_suffix(&self, id: &str) -> Self {
        format!("{self}{SEPARATOR}{id}")
    }

    fn has_suffix(&self) -> bool {
        self.contains(SEPARATOR)
    }
}

/// A row with a uniqueness key.
pub(crate) struct KeyedRow<K> {
    pub(crate) id: String,
    pub(crate) scope: KeyScope,
    /// The key under the current rules; `None` if the row is corrupt or needs no key.
    pub(crate) plain: Option<K>,
    /// The stored key.
    pub(crate) key: K,
    pub(crate) created_at: i64,
}

/// A table with uniqueness keys.
pub(crate) trait KeyedTable {
    type Key: UniqueKey;

    const NAME: &'static str;

    /// The rows after an id, in the order of ids.
    fn chunk(
        &self,
        conn: &mut AnyConnection,
        after: &str,
        limit: i64,
    ) -> Result<Vec<KeyedRow<Self::Key>>, StoreError>;

    /// The creation time and id of the row with exactly this key.
    fn find_holder(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        key: &Self::Key,
    ) -> Result<Option<(i64, String)>, StoreError>;

    /// The id of the oldest row that has this plain key with a suffix.
    fn find_oldest_suffixed(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        plain: &Self::Key,
    ) -> Result<Option<String>, StoreError>;

    fn set_key(conn: &mut AnyConnection, id: &str, key: &Self::Key) -> Result<(), StoreError>;

    /// Replaces `old` by `new`. Returns `false` if the row has another key by now.
    fn replace_key(
        conn: &mut AnyConnection,
        id: &str,
        old: &Self::Key,
        new: &Self::Key,
    ) -> Result<bool, StoreError>;
}

/// The names of configurations, which are unique in their workspace.
pub(crate) struct ConfigNames;

/// The e-mail addresses of users.
pub(crate) struct UserEmails;

/// Id, workspace, name, key and creation time.
type NameRow = (String, Option<String>, String, String, i64);

fn name_row((id, workspace, name, key, created_at): NameRow) -> KeyedRow<String> {
    let scope = workspace.map_or(KeyScope::Unscoped, KeyScope::Workspace);
    let plain = DisplayName::from_stored(&name).ok().map(|name| name.uniqueness_key());
    KeyedRow { id, scope, plain, key, created_at }
}

/// Id, address, key and creation time.
type EmailRow = (String, String, String, i64);

fn email_row((id, email, key, created_at): EmailRow) -> KeyedRow<String> {
    let plain = Email::from_stored(&email).ok().map(|email| email.uniqueness_key());
    KeyedRow { id, scope: KeyScope::Table, plain, key, created_at }
}

impl KeyedTable for ConfigNames {
    type Key = String;

    const NAME: &'static str = "llm_configs";

    fn chunk(
        &self,
        conn: &mut AnyConnection,
        after: &str,
        limit: i64,
    ) -> Result<Vec<KeyedRow<String>>, StoreError> {
        use llm_configs::{created_at, id, name, name_key, table, workspace_id};
        let rows: Vec<NameRow> = table
            .filter(id.gt(after))
            .order(id)
            .limit(limit)
            .select((id, workspace_id, name, name_key, created_at))
            .load(conn)?;
        Ok(rows.into_iter().map(name_row).collect())
    }

    fn find_holder(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        key: &String,
    ) -> Result<Option<(i64, String)>, StoreError> {
        use llm_configs::{created_at, id, name_key, table, workspace_id};
        let KeyScope::Workspace(workspace) = scope else { return Ok(None) };
        let holder = table.filter(workspace_id.eq(workspace)).filter(name_key.eq(key));
        Ok(holder.select((created_at, id)).first(conn).optional()?)
    }

    fn find_oldest_suffixed(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        plain: &String,
    ) -> Result<Option<String>, StoreError> {
        use llm_configs::{created_at, id, name_key, table, workspace_id};
        let KeyScope::Workspace(workspace) = scope else { return Ok(None) };
        let prefix = plain.with_suffix("");
        let has_prefix = substr(name_key, 1, length(&prefix)).eq(prefix);
        let oldest = table.filter(workspace_id.eq(workspace)).filter(has_prefix).order((created_at, id));
        Ok(oldest.select(id).first(conn).optional()?)
    }

    fn set_key(conn: &mut AnyConnection, id: &str, key: &String) -> Result<(), StoreError> {
        let row = llm_configs::table.find(id);
        diesel::update(row).set(llm_configs::name_key.eq(key)).execute(conn)?;
        Ok(())
    }

    fn replace_key(
        conn: &mut AnyConnection,
        id: &str,
        old: &String,
        new: &String,
    ) -> Result<bool, StoreError> {
        let row = llm_configs::table.find(id).filter(llm_configs::name_key.eq(old));
        Ok(diesel::update(row).set(llm_configs::name_key.eq(new)).execute(conn)? == 1)
    }
}

impl KeyedTable for UserEmails {
    type Key = String;

    const NAME: &'static str = "users";

    fn chunk(
        &self,
        conn: &mut AnyConnection,
        after: &str,
        limit: i64,
    ) -> Result<Vec<KeyedRow<String>>, StoreError> {
        use users::{created_at, email, email_key, id, table};
        let rows: Vec<EmailRow> = table
            .filter(id.gt(after))
            .order(id)
            .limit(limit)
            .select((id, email, email_key, created_at))
            .load(conn)?;
        Ok(rows.into_iter().map(email_row).collect())
    }

    fn find_holder(
        conn: &mut AnyConnection,
        _: &KeyScope,
        key: &String,
    ) -> Result<Option<(i64, String)>, StoreError> {
        let holder = users::table.filter(users::email_key.eq(key));
        Ok(holder.select((users::created_at, users::id)).first(conn).optional()?)
    }

    fn find_oldest_suffixed(
        conn: &mut AnyConnection,
        _: &KeyScope,
        plain: &String,
    ) -> Result<Option<String>, StoreError> {
        let prefix = plain.with_suffix("");
        let has_prefix = substr(users::email_key, 1, length(&prefix)).eq(prefix);
        let oldest = users::table.filter(has_prefix).order((users::created_at, users::id));
        Ok(oldest.select(users::id).first(conn).optional()?)
    }

    fn set_key(conn: &mut AnyConnection, id: &str, key: &String) -> Result<(), StoreError> {
        diesel::update(users::table.find(id)).set(users::email_key.eq(key)).execute(conn)?;
        Ok(())
    }

    fn replace_key(
        conn: &mut AnyConnection,
        id: &str,
        old: &String,
        new: &String,
    ) -> Result<bool, StoreError> {
        let row = users::table.find(id).filter(users::email_key.eq(old));
        Ok(diesel::update(row).set(users::email_key.eq(new)).execute(conn)? == 1)
    }
}

/// In characters. Saturates; keys have at most a few thousand.
fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}
