//! The two tables that have such keys.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use llm_config_core::text::DisplayName;
use llm_config_core::user::Email;

use crate::backend::AnyConnection;
use crate::error::StoreError;
use crate::schema::{llm_configs, users};

diesel::define_sql_function! {
    /// A part of a text, by characters; the first is 1.
    fn substr(text: Text, from: Integer, length: Integer) -> Text;
}

/// Within what a key is unique: a workspace's id, or nothing for the whole table. `Nowhere` for rows
/// whose names are not unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Table,
    Workspace(String),
    Nowhere,
}

impl Place {
    /// Where the name of a configuration of that workspace, or of none, is unique.
    pub(crate) fn of_names(workspace: Option<String>) -> Self {
        workspace.map_or(Self::Nowhere, Self::Workspace)
    }
}

/// A row with a key.
pub(crate) struct KeyedRow {
    pub(crate) id: String,
    pub(crate) scope: Place,
    pub(crate) text: String,
    pub(crate) key: String,
    pub(crate) created_at: i64,
}

impl KeyedRow {
    const fn new(id: String, scope: Place, text: String, key: String, created_at: i64) -> Self {
        Self { id, scope, text, key, created_at }
    }
}

/// A table whose rows have a key that is unique.
pub(crate) trait KeyedTable {
    const NAME: &'static str;

    /// The key of a stored text by the present rules; `None` for what is no such text.
    fn key_of(text: &str) -> Option<String>;

    /// The rows after that moment and id, oldest first.
    fn chunk(
        conn: &mut AnyConnection,
        after: &(i64, String),
        limit: i64,
    ) -> Result<Vec<KeyedRow>, StoreError>;

    /// Since when there is which row with that very key.
    fn holder(
        conn: &mut AnyConnection,
        place: &Place,
        key: &str,
    ) -> Result<Option<(i64, String)>, StoreError>;

    /// The oldest row whose key begins like that.
    fn oldest_with(
        conn: &mut AnyConnection,
        place: &Place,
        beginning: &str,
    ) -> Result<Option<String>, StoreError>;

    fn set_key(conn: &mut AnyConnection, id: &str, key: &str) -> Result<(), StoreError>;

    /// Gives a row another key if it still has that one; whether it had.
    fn replace_key(conn: &mut AnyConnection, id: &str, old: &str, new: &str) -> Result<bool, StoreError>;
}

/// The names of configurations, unique in their workspace.
pub(crate) struct Names;

/// The e-mail addresses of users.
pub(crate) struct Addresses;

impl KeyedTable for Names {
    const NAME: &'static str = "llm_configs";

    fn key_of(text: &str) -> Option<String> {
        DisplayName::from_stored(text).ok().map(|it| it.uniqueness_key())
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
        let row = |row: (_, _, _, _, _)| KeyedRow::new(row.0, Place::of_names(row.1), row.2, row.3, row.4);
        Ok(rows.into_iter().map(row).collect())
    }

    fn holder(
        conn: &mut AnyConnection,
        place: &Place,
        key: &str,
    ) -> Result<Option<(i64, String)>, StoreError> {
        use llm_configs::{created_at, id, name_key, table, workspace_id};
        let Place::Workspace(workspace) = place else { return Ok(None) };
        let holder = table.filter(workspace_id.eq(workspace)).filter(name_key.eq(key));
        Ok(holder.select((created_at, id)).first(conn).optional()?)
    }

    fn oldest_with(
        conn: &mut AnyConnection,
        place: &Place,
        beginning: &str,
    ) -> Result<Option<String>, StoreError> {
        use llm_configs::{created_at, id, name_key, table, workspace_id};
        let Place::Workspace(workspace) = place else { return Ok(None) };
        let begins_so = substr(name_key, 1, length(beginning)).eq(beginning);
        let oldest = table.filter(workspace_id.eq(workspace)).filter(begins_so).order((created_at, id));
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

impl KeyedTable for Addresses {
    const NAME: &'static str = "users";

    fn key_of(text: &str) -> Option<String> {
        Email::from_stored(text).ok().map(|it| it.uniqueness_key())
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
        Ok(rows.into_iter().map(|row| KeyedRow::new(row.0, Place::Table, row.1, row.2, row.3)).collect())
    }

    fn holder(conn: &mut AnyConnection, _: &Place, key: &str) -> Result<Option<(i64, String)>, StoreError> {
        let holder = users::table.filter(users::email_key.eq(key));
        Ok(holder.select((users::created_at, users::id)).first(conn).optional()?)
    }

    fn oldest_with(
        conn: &mut AnyConnection,
        _: &Place,
        beginning: &str,
    ) -> Result<Option<String>, StoreError> {
        let begins_so = substr(users::email_key, 1, length(beginning)).eq(beginning);
        let oldest = users::table.filter(begins_so).order((users::created_at, users::id));
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

/// Keys have at most some thousand characters.
fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}
