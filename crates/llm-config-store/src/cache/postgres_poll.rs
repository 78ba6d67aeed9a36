//! Polls PostgreSQL for changes: those that triggers note in the table `cache_changes`, and inserted
//! configurations, labels and secrets, which carry the transaction that has inserted them.
//!
//! A poll asks for the rows with an xid of at least `xmin`, the oldest transaction that was still running at
//! the poll before. What was not visible to that poll has an xid of at least that, so no change is missed
//! however long its transaction took. Rows that a poll returns again invalidate again, which is harmless.

use std::collections::VecDeque;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::coherence::{Coherence, Dependency, POLL_INTERVAL, Poll};
use super::poll_connection::{PollConnection, Threads};
use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::database::statement::run_statement;
use crate::error::StoreError;

/// After a pause of this length between two polls, nothing is known, because others may have pruned rows.
const MAX_GAP: Duration = Duration::from_mins(1);

/// How long rows are kept at least: until no transaction runs that was running this long ago.
const KEEP: Duration = Duration::from_mins(10);

/// The pause between two deletions of old rows.
const PRUNE_INTERVAL: Duration = Duration::from_mins(1);

/// The number of changes that a poll names; its statement asks for one more.
const MAX_CHANGES: usize = 5000;

/// The pause after a poll that failed.
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

// All changes are in one column, a line each, so that the answer is one row even if there are none. Rows of a
// restored database carry transactions of another one, which may be higher than any of this one.
const POLL: &str = "
    SELECT pg_snapshot_xmin(snapshot)::text AS xmin,
        pg_is_in_recovery() AS is_in_recovery,
        pg_postmaster_start_time()::text AS started,
        (SELECT string_agg(changed.dependency || ' ' || changed.id, E'\\n') FROM (
            SELECT dependency, id FROM cache_changes
            WHERE xid >= $1::text::xid8 AND xid < pg_snapshot_xmax(snapshot)
            UNION SELECT 'config', id FROM llm_configs
            WHERE xid >= $1::text::xid8 AND xid < pg_snapshot_xmax(snapshot)
            UNION SELECT 'config', config_id FROM config_labels
            WHERE xid >= $1::text::xid8 AND xid < pg_snapshot_xmax(snapshot)
            UNION SELECT 'config', config_id FROM secrets
            WHERE xid >= $1::text::xid8 AND xid < pg_snapshot_xmax(snapshot)
            LIMIT 5001
        ) AS changed) AS changes
    FROM pg_current_snapshot() AS snapshot";

#[derive(QueryableByName)]
struct PollRow {
    #[diesel(sql_type = Text)]
    xmin: String,
    #[diesel(sql_type = Bool)]
    is_in_recovery: bool,
    #[diesel(sql_type = Text)]
    started: String,
    #[diesel(sql_type = Nullable<Text>)]
    changes: Option<String>,
}

/// How long the end of a process waits for a poll that is running.
const LAST_POLL_TIMEOUT: Duration = Duration::from_secs(1);

/// The thread that polls. Dropping this ends it, after the poll that may be running.
pub(crate) struct PostgresPoll {
    stop: Option<mpsc::Sender<()>>,
    /// Is disconnected when the thread has closed its connection.
    ended: Mutex<mpsc::Receiver<()>>,
}

impl Drop for PostgresPoll {
    /// Waits for the thread, because a process that exits during a poll may crash: see
    /// [`has_open_connections`](crate::has_open_connections).
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(LAST_POLL_TIMEOUT) == Err(RecvTimeoutError::Timeout) {
            tracing::debug!("a poll of changes is still running");
        }
    }
}

impl PostgresPoll {
    /// Starts the thread, whose first connection is `conn`.
    pub(crate) fn start(
        manager: ConnectionManager,
        conn: AnyConnection,
        coherence: Arc<Coherence>,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let threads = Threads::default();
        let conn = Some(PollConnection::start(Some(conn), &manager, &threads)?);
        let (last, old) = (None, VecDeque::new());
        let poller = Poller { manager, threads, conn, is_lost: false, coherence, last, old };
        let thread = std::thread::Builder::new().name("cache-poll".to_owned());
        let (running, ended) = mpsc::channel();
        thread.spawn(move || {
            poller.run(&stopped);
            drop(running);
        })?;
        Ok(Self { stop: Some(stop), ended: Mutex::new(ended) })
    }
}

/// What the last poll has returned.
struct LastPoll {
    began_at: Duration,
    xmin: String,
    started: String,
}

/// A value of `xmin`, and when it was read.
struct OldXmin {
    read_at: Duration,
    xmin: String,
}

struct Poller {
    manager: ConnectionManager,
    /// Those of `conn` and of connections that hang.
    threads: Threads,
    conn: Option<PollConnection>,
    /// Whether the last poll failed.
    is_lost: bool,
    coherence: Arc<Coherence>,
    /// `None` if the connection is new.
    last: Option<LastPoll>,
    /// One for each prune interval, oldest first.
    old: VecDeque<OldXmin>,
}

impl Poller {
    fn run(mut self, stopped: &mpsc::Receiver<()>) {
        loop {
            let pause = match self.poll() {
                Ok(()) => {
                    self.is_lost = false;
                    POLL_INTERVAL
                }
                Err(error) => {
                    self.conn = None;
                    // Once for each loss of the connection.
                    if !std::mem::replace(&mut self.is_lost, true) {
                        tracing::warn!(%error, "changes of other servers cannot be polled; the cache is off");
                    }
                    self.last = None;
                    RECONNECT_PAUSE
                }
            };
            match stopped.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn poll(&mut self) -> Result<(), StoreError> {
        let poll = Poll::start();
        let Some(row) = self.query()? else { return Ok(()) };
        let PollRow { xmin, is_in_recovery, started, changes } = row;
        if is_in_recovery {
            return Err(StoreError::Unavailable("it is a standby".to_owned()));
        }
        let is_continuous = self.last.as_ref().is_some_and(|last| {
            last.started == started && poll.began_at().saturating_sub(last.began_at) < MAX_GAP
        });
        if is_continuous {
            self.invalidate(changes.as_deref().unwrap_or_default());
        } else {
            // After the query: an entry that was read before it may have missed a change that it did not see.
            self.coherence.invalidate_all();
            // It may be another database, where these numbers are those of other transactions.
            self.old.clear();
        }
        self.coherence.set_oldest_running(xmin.parse().unwrap_or(0));
        self.coherence.finish(poll);
        self.prune(poll.began_at(), &xmin);
        self.last = Some(LastPoll { began_at: poll.began_at(), xmin, started });
        Ok(())
    }

    /// `None` if the connection is not one to PostgreSQL.
    fn query(&mut self) -> Result<Option<PollRow>, StoreError> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            none => {
                let started = PollConnection::start(None, &self.manager, &self.threads);
                none.insert(started.map_err(|error| StoreError::Unavailable(error.to_string()))?)
            }
        };
        let xmin = self.last.as_ref().map(|last| last.xmin.clone());
        let session_mode = self.manager.database.session_mode();
        conn.run(move |conn| {
            run_statement(conn, session_mode, |conn| {
                let AnyConnection::Postgres(conn) = conn else { return Ok(None) };
                let poll = diesel::sql_query(POLL).bind::<Nullable<Text>, _>(xmin);
                Ok(poll.get_result(conn).map(Some)?)
            })
        })?
    }

    /// Invalidates what `changes` names: a dependency and an id in each line. If there are too many, that is
    /// everything.
    fn invalidate(&self, changes: &str) {
        if changes.lines().count() > MAX_CHANGES {
            self.coherence.invalidate_all();
            return;
        }
        let parse = |line: &str| line.split_once(' ').and_then(|(kind, id)| Dependency::parse(kind, id));
        match changes.lines().map(parse).collect::<Option<Vec<_>>>() {
            Some(dependencies) => self.coherence.invalidate(&dependencies),
            // Another program has written a row that no trigger writes.
            None => self.coherence.invalidate_all(),
        }
    }

    /// Deletes the rows that no server needs any more. By xid, never by age: a row becomes visible only with
    /// its transaction.
    fn prune(&mut self, now: Duration, xmin: &str) {
        let is_due = self.old.back().is_none_or(|last| now.saturating_sub(last.read_at) >= PRUNE_INTERVAL);
        if !is_due {
            return;
        }
        self.old.push_back(OldXmin { read_at: now, xmin: xmin.to_owned() });
        let is_old = |old: &OldXmin| now.saturating_sub(old.read_at) >= KEEP;
        let mut oldest_needed = None;
        while self.old.front().is_some_and(is_old) {
            oldest_needed = self.old.pop_front();
        }
        let (Some(needed), Some(conn)) = (oldest_needed, &mut self.conn) else { return };
        let session_mode = self.manager.database.session_mode();
        let deleted = conn.run(move |conn| {
            run_statement(conn, session_mode, |conn| {
                let AnyConnection::Postgres(conn) = conn else { return Ok(0) };
                let delete = diesel::sql_query("DELETE FROM cache_changes WHERE xid < $1::text::xid8");
                Ok(delete.bind::<Text, _>(needed.xmin).execute(conn)?)
            })
        });
        if let Err(error) = deleted.flatten() {
            tracing::debug!(%error, "old changes could not be deleted");
        }
    }
}
