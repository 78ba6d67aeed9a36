//! The keys by which names and e-mail addresses are unique: computed again when the rules for them
//! change.
//!
//! Rows from before a rule may collide under it. All are kept: the oldest has the plain key, each other one
//! has it with a suffix until it gets another name. So a new row with the same key is refused. When the row
//! with the plain key goes, the oldest of the others is promoted to it.

mod tables;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::backend::AnyConnection;
use crate::error::StoreError;
use crate::migrate::MigrationError;
use crate::open::OpenError;
use crate::schema::installation;
use tables::KeyedRow;
pub(crate) use tables::{Addresses, KeyedTable, Names, Place};

/// The rules of this program: 1 was normalisation form C for names and lower case for addresses.
/// New data of Unicode are no new rules: the normalisation of assigned characters never changes, and
/// unassigned ones are not stored.
pub(crate) const RULES: i32 = 2;

/// Stands between a plain key and its suffix, the row's id. No plain key has it, because no text that is
/// compared has a control character.
const SEPARATOR: char = '\u{1f}';

/// How many rows are read at once.
const CHUNK: i64 = 500;

/// Two rows that are one by the present rules; both are kept.
pub(crate) struct Collision {
    table: &'static str,
    id: String,
    /// The older row, which has the plain key.
    holder: String,
}

impl Collision {
    /// Names the rows by id only: no name and no e-mail address goes to the log.
    pub(crate) fn log(&self) {
        let Self { table, id, holder } = self;
        tracing::warn!(
            table,
            id,
            holder,
            "two rows have one name or e-mail address under the present rule of uniqueness; both are kept"
        );
    }
}

/// Whether the keys follow the rules of this program. Where nothing is initialised, there are none.
pub(crate) fn are_current(conn: &mut AnyConnection) -> Result<bool, OpenError> {
    let rules: Option<i32> = installation::table
        .select(installation::uniqueness_rules)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    match rules {
        Some(newer) if newer > RULES => {
            let migration = format!("uniqueness rules {newer}");
            Err(MigrationError::Newer { migration }.into())
        }
        Some(rules) => Ok(rules == RULES),
        None => Ok(true),
    }
}

/// Computes the keys again if they follow older rules, inside the caller's transaction. Opens no
/// secret. Returns what collides; to be logged once the transaction is kept.
pub(crate) fn bring_up_to_date(conn: &mut AnyConnection) -> Result<Vec<Collision>, OpenError> {
    if are_current(conn)? {
        return Ok(Vec::new());
    }
    Ok(recompute_all(conn)?)
}

fn recompute_all(conn: &mut AnyConnection) -> Result<Vec<Collision>, StoreError> {
    if let AnyConnection::Postgres(conn) = conn {
        // A server that still runs adds no row behind the back of this.
        conn.batch_execute("LOCK TABLE llm_configs, users IN SHARE ROW EXCLUSIVE MODE")?;
    }
    let mut collisions = Vec::new();
    recompute::<Names>(conn, &mut collisions)?;
    recompute::<Addresses>(conn, &mut collisions)?;
    diesel::update(installation::table).set(installation::uniqueness_rules.eq(RULES)).execute(conn)?;
    Ok(collisions)
}

/// Gives each row of a table its key, oldest first, so that the oldest of those that collide has the
/// plain one.
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

/// Returns the row that gets a suffixed key and the one that has the plain key, where two collide.
fn recompute_row<T: KeyedTable>(
    conn: &mut AnyConnection,
    row: KeyedRow,
) -> Result<Option<(String, String)>, StoreError> {
    let KeyedRow { id, scope, text, key, created_at } = row;
    // A text that not even the older rules allow was written by another program; so was its key.
    let Some(plain) = T::key_of(&text).filter(|it| *it != key) else { return Ok(None) };
    match T::holder(conn, &scope, &plain)? {
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

/// Gives a plain key whose holder is gone to the oldest row that has it with a suffix. Nothing to do
/// where the row that is gone had a suffixed key.
pub(crate) fn promote<T: KeyedTable>(
    conn: &mut AnyConnection,
    place: &Place,
    key: &str,
) -> Result<(), StoreError> {
    if key.contains(SEPARATOR) {
        return Ok(());
    }
    let mut passed_over = None;
    while let Some(next) = T::oldest_with(conn, place, &suffixed(key, ""))? {
        // Another transaction may have renamed, moved or deleted the row meanwhile: then the next one
        // follows. The same one again has a suffix that is not ours.
        if T::replace_key(conn, &next, &suffixed(key, &next), key)? || passed_over.as_ref() == Some(&next) {
            break;
        }
        passed_over = Some(next);
    }
    Ok(())
}
