//! The sessions of connections to PostgreSQL, which a pooler may divide among its clients.

use std::sync::LazyLock;

use diesel::connection::{CacheSize, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::Text;

/// Whose session a connection to PostgreSQL has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SessionMode {
    /// A session of its own: the connection is direct, or its pooler pools sessions.
    #[default]
    Own,
    /// A pooler gives each transaction a session, which may be another one each time, and may be one that
    /// other clients have used. So transactions expect nothing of a session, and leave nothing to it.
    ///
    /// Diesel leaves two settings to the session that a new connection gets first: outside a transaction, it
    /// sets the time zone to `UTC` and `client_encoding` to `UTF8`. `PgBouncer` tracks both for each client,
    /// and sets them before it gives the session to another client. Other poolers are not tested.
    PerTransaction,
}

// Every statement, lock and idle transaction has a limit, so none of them holds a session for ever. Diesel
// sets the last two on a new connection too, but perhaps on another session than that of a transaction.
const SETTINGS: [&str; 6] = [
    "statement_timeout = '30s'",
    "lock_timeout = '5s'",
    "idle_in_transaction_session_timeout = '60s'",
    "client_min_messages = warning",
    "timezone = 'UTC'",
    "client_encoding = 'UTF8'",
];

/// The statements that set [`SETTINGS`] until the end of a transaction.
static SET_IN_TRANSACTION: LazyLock<String> =
    LazyLock::new(|| SETTINGS.map(|setting| format!("; SET LOCAL {setting}")).concat());

impl SessionMode {
    /// Prepares a new connection.
    pub(super) fn set_up(self, conn: &mut PgConnection) -> QueryResult<()> {
        match self {
            Self::Own => {
                let settings = SETTINGS.map(|setting| format!("SET {setting}; ")).concat();
                conn.batch_execute(&format!("{settings}SET default_transaction_isolation = 'read committed'"))
            }
            // A statement with a name exists in the session that has prepared it, where the name may be that
            // of another client's statement.
            Self::PerTransaction => {
                conn.set_prepared_statement_cache_size(CacheSize::Disabled);
                Ok(())
            }
        }
    }

    /// What follows the `BEGIN` of each transaction, in the same round trip.
    pub(crate) fn settings_of_transaction(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::PerTransaction => &SET_IN_TRANSACTION,
        }
    }
}

/// How often [`is_transaction_pooled`] asks each connection again, twice.
const ROUNDS: usize = 4;

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Text)]
    session: String,
}

/// The session of a statement, by the id of its process and the start of its server. `sql_query` prepares no
/// statement with a name, which would stay in a session that is not ours.
fn session(conn: &mut PgConnection) -> QueryResult<String> {
    const SESSION: &str =
        "SELECT pg_backend_pid() || ' ' || extract(epoch FROM pg_postmaster_start_time()) AS session";
    diesel::sql_query(SESSION).get_result(conn).map(|Session { session }| session)
}

/// Whether a pooler gives the transactions of two open connections sessions that change or that both use.
///
/// `true` is certain: without such a pooler, each connection has one session until it ends, and while both
/// are open, none has the session of the other.
///
/// `false` is certain if the pooler chooses among free sessions in one of these ways, and no other client
/// disturbs the order:
///
/// - The one that was freed last, as `PgBouncer` does: both connections get the same session.
/// - The only one: both connections get it.
/// - Each in turn: the second connection, which is asked twice in a row, gets two sessions.
///
/// Other clients disturb the order. Then each of the sixteen answers that follow the first two is the
/// expected one only by chance, in at most half of the cases.
pub(super) fn is_transaction_pooled(
    first: &mut PgConnection,
    second: &mut PgConnection,
) -> QueryResult<bool> {
    let (of_first, of_second) = (session(first)?, session(second)?);
    if of_first == of_second {
        return Ok(true);
    }
    for _ in 0..ROUNDS {
        let is_kept = session(second)? == of_second
            && session(first)? == of_first
            && session(first)? == of_first
            && session(second)? == of_second;
        if !is_kept {
            return Ok(true);
        }
    }
    Ok(false)
}
