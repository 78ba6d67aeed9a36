//! Uniqueness keys: the normalised forms by which names and e-mail addresses are unique, and their
//! recomputation when the normalisation rules change.
//!
//! Rows that were stored under earlier rules may collide under the current ones. All are kept: the oldest has
//! the plain key, each other row has the key with a suffix until it gets another name. A new row therefore
//! always conflicts. When the row with the plain key is deleted or renamed, the oldest of the others is
//! promoted to the plain key.

mod tables;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::database::backend::AnyConnection;
use crate::database::schema::installation;
use crate::error::StoreError;
use tables::KeyedRow;
pub(crate) use tables::{ConfigNames, KeyScope, KeyedTable, UserEmails};

/// The version of this program's rules. Version 1 was normalisation form C for names and lower case for
/// addresses.
///
/// A new version of Unicode does not change the rules: the normalisation of assigned characters never
/// changes, and unassigned ones are not stored.
pub(crate) const RULES: i32 = 2;

/// Separates a plain key from its suffix, the row's id. Plain keys do not contain it, because texts with
/// control characters are rejected.
const SEPARATOR: char = '\u{1f}';

/// How many rows are read at once.
const CHUNK: i64 = 500;

/// Why the keys could not be compared with the rules, or not be recomputed.
pub(crate) enum RulesError {
    /// A newer version of this program has written the keys.
    Newer(i32),
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
    /// Logs the ids of the rows. No name and no e-mail address goes to the log.
    pub(crate) fn log(&self) {
        let Self { table, id, holder } = self;
        tracing::warn!(
            table,
            id,
            holder,
            "two rows have one name or e-mail address under the current rule of uniqueness; both are kept"
        );
    }
}

/// Whether the stored keys follow this program's rules. A database that is not initialised has no keys.
pub(crate) fn are_current(conn: &mut AnyConnection) -> Result<bool, RulesError> {
    let rules: Option<i32> = installation::table
        .select(installation::uniqueness_rules)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    match rules {
        Some(newer) if newer > RULES => Err(RulesError::Newer(newer)),
        Some(rules) => Ok(rules == RULES),
        None => Ok(true),
    }
}

/// Recomputes the keys in the caller's transaction if they follow older rules. Opens no secret. Returns the
/// collisions, to be logged after the commit.
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
    recompute::<ConfigNames>(conn, &mut collisions)?;
    recompute::<UserEmails>(conn, &mut collisions)?;
    diesel::update(installation::table).set(installation::uniqueness_rules.eq(RULES)).execute(conn)?;
    Ok(collisions)
}

/// Recomputes the key of each row of a table. Oldest first, so that the oldest of colliding rows gets the
/// plain key.
fn recompute<T: KeyedTable>(
    conn: &mut AnyConnection,
    collisions: &mut Vec<Collision>,
) -> Result<(), StoreError> {
    let mut after = (i64::MIN, String::new());
    loop {
        let rows = T::chunk(conn, &after, CHUNK)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = (last.created_at, last.id.clone());
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
    row: KeyedRow,
) -> Result<Option<(String, String)>, StoreError> {
    let KeyedRow { id, scope, text, key, created_at } = row;
    // Another program wrote a text that even the older rules reject; its key stays as it is.
    let Some(plain) = T::key_of(&text).filter(|plain| *plain != key) else { return Ok(None) };
    match T::find_holder(conn, &scope, &plain)? {
        None => {
            T::set_key(conn, &id, &plain)?;
            Ok(None)
        }
        Some((held_since, holder)) if (held_since, &holder) < (created_at, &id) => {
            T::set_key(conn, &id, &suffixed(&plain, &id))?;
            Ok(Some((id, holder)))
        }
        Some((_, holder)) => {
            T::set_key(conn, &holder, &suffixed(&plain, &holder))?;
            T::set_key(conn, &id, &plain)?;
            Ok(Some((holder, id)))
        }
    }
}

fn suffixed(plain: &str, id: &str) -> String {
    format!("{plain}{SEPARATOR}{id}")
}

/// Gives a plain key that has become free to the oldest row that has it with a suffix. Does nothing if `key`
/// is a suffixed key.
pub(crate) fn promote<T: KeyedTable>(
    conn: &mut AnyConnection,
    scope: &KeyScope,
    key: &str,
) -> Result<(), StoreError> {
    if key.contains(SEPARATOR) {
        return Ok(());
    }
    let mut previous = None;
    while let Some(next) = T::find_oldest_with_prefix(conn, scope, &suffixed(key, ""))? {
        // If another transaction has renamed, moved or deleted the row meanwhile, the next one is promoted.
        // If the same row is found twice, its suffix was not written by this program.
        if T::replace_key(conn, &next, &suffixed(key, &next), key)? || previous.as_ref() == Some(&next) {
            break;
        }
        previous = Some(next);
    }
    Ok(())
}
