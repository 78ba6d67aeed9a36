//! Uniqueness keys: the normalised forms by which names and e-mail addresses are unique, the fingerprints of
//! configurations, and their recomputation when the rules change.
//!
//! Rows that were stored under earlier rules may collide under the current ones. All are kept: the oldest has
//! the plain key, each other row has the key with a suffix until it changes. A new row therefore
//! always conflicts. When the row with the plain key is deleted or changed, the oldest of the others is
//! promoted to the plain key.

mod tables;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::database::backend::AnyConnection;
use crate::database::schema::installation;
use crate::error::StoreError;
pub(crate) use tables::{ConfigNames, KeyScope, KeyedRow, KeyedTable, UniqueKey, UserEmails};

/// The version of this program's rules for names and addresses. Version 1 was normalisation form C for names
/// and lower case for addresses; under version 2, the configurations of owners had no key.
///
/// A new version of Unicode does not change the rules: the normalisation of assigned characters never
/// changes, and unassigned ones are not stored.
pub(crate) const RULES: i32 = 3;

/// How many rows are read at once.
const CHUNK: i64 = 500;

/// Why the keys could not be compared with the rules, or not be recomputed.
pub(crate) enum RulesError {
    /// A newer version of this program has written the keys, under this version of the named rules.
    Newer(&'static str, i32),
    Store(StoreError),
}

impl From<StoreError> for RulesError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Two rows that are equal under the current rules. Both are kept.
pub(crate) struct Collision {
    table: &'static str,
    id: String,
    /// The older row, which has the plain key.
    holder: String,
}

impl Collision {
    /// Logs the ids of the rows. No name, no e-mail address and no endpoint goes to the log.
    pub(crate) fn log(&self) {
        let Self { table, id, holder } = self;
        tracing::warn!(
            table,
            id,
            holder,
            "two rows are equal under the current rules of uniqueness; both are kept"
        );
    }
}

/// Compares the stored version of rules with this program's. `None` is a database that is not initialised,
/// which has no keys.
pub(crate) fn compare_rules(
    name: &'static str,
    stored: Option<i32>,
    current: i32,
) -> Result<bool, RulesError> {
    match stored {
        Some(newer) if newer > current => Err(RulesError::Newer(name, newer)),
        Some(rules) => Ok(rules == current),
        None => Ok(true),
    }
}

/// Whether the stored keys of names and addresses follow this program's rules.
pub(crate) fn are_current(conn: &mut AnyConnection) -> Result<bool, RulesError> {
    let rules: Option<i32> = installation::table
        .select(installation::uniqueness_rules)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    compare_rules("uniqueness rules", rules, RULES)
}

/// Recomputes the keys of names and addresses in the caller's transaction if they follow older rules. Opens
/// no secret. Returns the collisions, to be logged after the commit.
pub(crate) fn update_outdated(conn: &mut AnyConnection) -> Result<Vec<Collision>, RulesError> {
    if are_current(conn)? {
        return Ok(Vec::new());
    }
    Ok(recompute_all(conn)?)
}

fn recompute_all(conn: &mut AnyConnection) -> Result<Vec<Collision>, StoreError> {
    if let AnyConnection::Postgres(conn) = conn {
        // Keeps a server that still runs from adding a row with a key of the older rules.
        conn.batch_execute("LOCK TABLE llm_configs, users IN SHARE ROW EXCLUSIVE MODE")?;
    }
    let mut collisions = Vec::new();
    recompute(conn, &ConfigNames, &mut collisions)?;
    recompute(conn, &UserEmails, &mut collisions)?;
    diesel::update(installation::table).set(installation::uniqueness_rules.eq(RULES)).execute(conn)?;
    Ok(collisions)
}

/// Recomputes the key of each row of a table. Of colliding rows, the oldest gets the plain key.
pub(crate) fn recompute<T: KeyedTable>(
    conn: &mut AnyConnection,
    table: &T,
    collisions: &mut Vec<Collision>,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let rows = table.chunk(conn, &after, CHUNK)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after.clone_from(&last.id);
        for row in rows {
            let collision = recompute_row::<T>(conn, row)?;
            collisions.extend(collision.map(|(id, holder)| Collision { table: T::NAME, id, holder }));
        }
    }
}

/// Where two rows collide, returns the id of the row that gets a suffixed key and the id of the one with the
/// plain key.
fn recompute_row<T: KeyedTable>(
    conn: &mut AnyConnection,
    row: KeyedRow<T::Key>,
) -> Result<Option<(String, String)>, StoreError> {
    let KeyedRow { id, scope, plain, key, created_at } = row;
    // Another program wrote a value that even the older rules reject; its key stays as it is.
    let Some(plain) = plain.filter(|plain| *plain != key) else { return Ok(None) };
    match T::find_holder(conn, &scope, &plain)? {
        None => {
            T::set_key(conn, &id, &plain)?;
            Ok(None)
        }
        Some((held_since, holder)) if (held_since, &holder) < (created_at, &id) => {
            T::set_key(conn, &id, &plain.with_suffix(&id))?;
            Ok(Some((id, holder)))
        }
        Some((_, holder)) => {
            T::set_key(conn, &holder, &plain.with_suffix(&holder))?;
            T::set_key(conn, &id, &plain)?;
            Ok(Some((holder, id)))
        }
    }
}

/// Gives a plain key that has become free to the oldest row that has it with a suffix, and returns the id of
/// that row. Does nothing if `key` is a suffixed key.
pub(crate) fn promote<T: KeyedTable>(
    conn: &mut AnyConnection,
    scope: &KeyScope,
    key: &T::Key,
) -> Result<Option<String>, StoreError> {
    if key.has_suffix() {
        return Ok(None);
    }
    let mut previous = None;
    while let Some(next) = T::find_oldest_suffixed(conn, scope, key)? {
        // If another transaction has changed, moved or deleted the row meanwhile, the next one is promoted.
        // If the same row is found twice, its suffix was not written by this program.
        if T::replace_key(conn, &next, &key.with_suffix(&next), key)? {
            return Ok(Some(next));
        }
        if previous.as_ref() == Some(&next) {
            break;
        }
        previous = Some(next);
    }
    Ok(None)
}
