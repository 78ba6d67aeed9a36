//! The two tables with uniqueness keys.

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
    /// The configurations of the workspace with this id.
    Workspace(String),
    /// No rows: names of an owner's configurations need not be unique.
    Unscoped,
}

impl KeyScope {
    /// The scope of the name of a configuration in `workspace`; `None` for a configuration of an owner.
    fn for_config(workspace: Option<String>) -> Self {
        workspace.map_or(Self::Unscoped, Self::Workspace)
    }
}

/// A row with a uniqueness key.
pub(crate) struct KeyedRow {
    pub(crate) id: String,
    pub(crate) scope: KeyScope,
    pub(crate) text: String,
    pub(crate) key: String,
    pub(crate) created_at: i64,
}

impl KeyedRow {
    const fn new(id: String, scope: KeyScope, text: String, key: String, created_at: i64) -> Self {
        Self { id, scope, text, key, created_at }
    }
}

/// A table with uniqueness keys.
pub(crate) trait KeyedTable {
    const NAME: &'static str;

    /// The key of a stored text under the current rules; `None` if the text is corrupt.
    fn key_of(text: &str) -> Option<String>;

    /// The rows after a creation time and id, oldest first.
    fn chunk(
        conn: &mut AnyConnection,
        after: &(i64, String),
        limit: i64,
    ) -> Result<Vec<KeyedRow>, StoreError>;

    /// The creation time and id of the row with exactly this key.
    fn find_holder(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        key: &str,
    ) -> Result<Option<(i64, String)>, StoreError>;

    /// The id of the oldest row whose key begins with `prefix`.
    fn find_oldest_with_prefix(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        prefix: &str,
    ) -> Result<Option<String>, StoreError>;

    fn set_key(conn: &mut AnyConnection, id: &str, key: &str) -> Result<(), StoreError>;

    /// Replaces `old` by `new`. Returns `false` if the row has another key by now.
    fn replace_key(conn: &mut AnyConnection, id: &str, old: &str, new: &str) -> Result<bool, StoreError>;
}

/// The names of configurations, which are unique in their workspace.
pub(crate) struct ConfigNames;

/// The e-mail addresses of users.
pub(crate) struct UserEmails;

impl KeyedTable for ConfigNames {
    const NAME: &'static str = "llm_configs";

    fn key_of(text: &str) -> Option<String> {
        DisplayName::from_stored(text).ok().map(|text| text.uniqueness_key())
    }

    fn chunk(
        conn: &mut AnyConnection,
        (at, after): &(i64, String),
        limit: i64,
    ) -> Result<Vec<KeyedRow>, StoreError> {
        use llm_configs::{created_at, id, name, name_key, table, workspace_id};
        let rows: Vec<(String, Option<String>, String, String, i64)> = table
            .filter(created_at.gt(*at).or(created_at.eq(*at).and(id.gt(after))))
            .order((created_at, id))
            .limit(limit)
            .select((id, workspace_id, name, name_key, created_at))
            .load(conn)?;
        let row =
            |row: (_, _, _, _, _)| KeyedRow::new(row.0, KeyScope::for_config(row.1), row.2, row.3, row.4);
        Ok(rows.into_iter().map(row).collect())
    }

    fn find_holder(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        key: &str,
    ) -> Result<Option<(i64, String)>, StoreError> {
        use llm_configs::{created_at, id, name_key, table, workspace_id};
        let KeyScope::Workspace(workspace) = scope else { return Ok(None) };
        let holder = table.filter(workspace_id.eq(workspace)).filter(name_key.eq(key));
        Ok(holder.select((created_at, id)).first(conn).optional()?)
    }

    fn find_oldest_with_prefix(
        conn: &mut AnyConnection,
        scope: &KeyScope,
        prefix: &str,
    ) -> Result<Option<String>, StoreError> {
        use llm_configs::{created_at, id, name_key, table, workspace_id};
        let KeyScope::Workspace(workspace) = scope else { return Ok(None) };
        let has_prefix = substr(name_key, 1, length(prefix)).eq(prefix);
        let oldest = table.filter(workspace_id.eq(workspace)).filter(has_prefix).order((created_at, id));
        Ok(oldest.select(id).first(conn).optional()?)
    }

    fn set_key(conn: &mut AnyConnection, id: &str, key: &str) -> Result<(), StoreError> {
        let row = llm_configs::table.find(id);
        diesel::update(row).set(llm_configs::name_key.eq(key)).execute(conn)?;
        Ok(())
    }

    fn replace_key(conn: &mut AnyConnection, id: &str, old: &str, new: &str) -> Result<bool, StoreError> {
        let row = llm_configs::table.find(id).filter(llm_configs::name_key.eq(old));
        Ok(diesel::update(row).set(llm_configs::name_key.eq(new)).execute(conn)? == 1)
    }
}

impl KeyedTable for UserEmails {
    const NAME: &'static str = "users";

    fn key_of(text: &str) -> Option<String> {
        Email::from_stored(text).ok().map(|text| text.uniqueness_key())
    }

    fn chunk(
        conn: &mut AnyConnection,
        (at, after): &(i64, String),
        limit: i64,
    ) -> Result<Vec<KeyedRow>, StoreError> {
        use users::{created_at, email, email_key, id, table};
        let rows: Vec<(String, String, String, i64)> = table
            .filter(created_at.gt(*at).or(created_at.eq(*at).and(id.gt(after))))
            .order((created_at, id))
            .limit(limit)
            .select((id, email, email_key, created_at))
            .load(conn)?;
        Ok(rows.into_iter().map(|row| KeyedRow::new(row.0, KeyScope::Table, row.1, row.2, row.3)).collect())
    }

    fn find_holder(
        conn: &mut AnyConnection,
        _: &KeyScope,
        key: &str,
    ) -> Result<Option<(i64, String)>, StoreError> {
        let holder = users::table.filter(users::email_key.eq(key));
        Ok(holder.select((users::created_at, users::id)).first(conn).optional()?)
    }

    fn find_oldest_with_prefix(
        conn: &mut AnyConnection,
        _: &KeyScope,
        prefix: &str,
    ) -> Result<Option<String>, StoreError> {
        let has_prefix = substr(users::email_key, 1, length(prefix)).eq(prefix);
        let oldest = users::table.filter(has_prefix).order((users::created_at, users::id));
        Ok(oldest.select(users::id).first(conn).optional()?)
    }

    fn set_key(conn: &mut AnyConnection, id: &str, key: &str) -> Result<(), StoreError> {
        diesel::update(users::table.find(id)).set(users::email_key.eq(key)).execute(conn)?;
        Ok(())
    }

    fn replace_key(conn: &mut AnyConnection, id: &str, old: &str, new: &str) -> Result<bool, StoreError> {
        let row = users::table.find(id).filter(users::email_key.eq(old));
        Ok(diesel::update(row).set(users::email_key.eq(new)).execute(conn)? == 1)
    }
}

/// In characters. Saturates; keys have at most a few thousand.
fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}
