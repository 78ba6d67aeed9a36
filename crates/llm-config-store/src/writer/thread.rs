//! The thread of the writer: waits for use cases and for the write lock, and keeps the file in order.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use diesel::sql_types::BigInt;

use super::group;
use super::use_case::Member;
use crate::cache::{Coherence, POLL_INTERVAL, Poll};
use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::error::StoreError;
use crate::purge::Purge;
use crate::transaction::{Mode, begin};

/// The number of use cases after which the write-ahead log is copied into the file. A longer log makes reads
/// slower, and more frequent copies write pages more often.
const CHECKPOINT_AFTER: usize = 256;

// `wal_autocheckpoint`: checkpoints run between groups, after their callers are answered, not in a commit.
// `busy_timeout`: between two attempts to lock the file, the thread polls for changes of other processes.
const SETUP: &str = "PRAGMA wal_autocheckpoint = 0; PRAGMA busy_timeout = 50;";

#[derive(QueryableByName)]
struct DataVersion {
    #[diesel(sql_type = BigInt)]
    data_version: i64,
}

pub(super) struct WriterThread {
    manager: ConnectionManager,
    conn: AnyConnection,
    coherence: Arc<Coherence>,
    purge: Arc<Purge>,
    /// Changes when another connection commits to the file.
    data_version: Option<i64>,
    /// The number of use cases that were committed since the last checkpoint.
    unchecked: usize,
}

impl WriterThread {
    pub(super) fn new(
        manager: ConnectionManager,
        conn: AnyConnection,
        coherence: Arc<Coherence>,
        purge: Arc<Purge>,
    ) -> Self {
        Self { manager, conn, coherence, purge, data_version: None, unchecked: 0 }
    }

    /// Runs until the queue is closed and empty.
    pub(super) fn run(mut self, queue: &Receiver<Box<dyn Member>>) {
        self.set_up();
        loop {
            self.poll();
            match queue.recv_timeout(self.purge.pause().unwrap_or(POLL_INTERVAL)) {
                Ok(first) => self.run_group(first, queue),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.purge.run_if_due(&mut self.conn);
            if self.unchecked >= CHECKPOINT_AFTER {
                self.checkpoint();
            }
        }
    }

    fn set_up(&mut self) {
        if let Err(error) = self.conn.batch_execute(SETUP) {
            tracing::error!(%error, "the connection of the writer cannot be set up");
        }
    }

    fn run_group(&mut self, first: Box<dyn Member>, queue: &Receiver<Box<dyn Member>>) {
        let Some(first) = self.lock_file(first, queue) else { return };
        let members = group::run(&mut self.conn, first, queue);
        for member in &members {
            self.coherence.invalidate(&member.effects().invalidated);
        }
        self.unchecked += members.len();
        let (leaving, others): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|member| member.effects().leaves_ciphertext);
        for member in others {
            member.answer();
        }
        if !leaving.is_empty() {
            // Before the answer: afterwards the old ciphertext is gone, or known to be there still.
            self.purge.request();
            self.purge.run(&mut self.conn);
            for member in leaving {
                member.answer();
            }
        }
    }

    /// Begins a transaction, which takes the write lock. Returns the use case that is to run first: `first`,
    /// or the next one that has not left the queue meanwhile. `None` if no use case is to run.
    fn lock_file(
        &mut self,
        first: Box<dyn Member>,
        queue: &Receiver<Box<dyn Member>>,
    ) -> Option<Box<dyn Member>> {
        let mut first = first;
        loop {
            match begin(&mut self.conn, Mode::Write).map_err(StoreError::from) {
                Ok(()) => return Some(first),
                // Another process writes.
                Err(StoreError::Contended) => self.poll(),
                Err(error) => {
                    self.reopen_if_broken();
                    first.fail(error);
                    first.answer();
                    return None;
                }
            }
            while !first.is_waiting() {
                first = queue.try_recv().ok()?;
            }
        }
    }

    fn reopen_if_broken(&mut self) {
        if !self.conn.is_broken() {
            return;
        }
        match self.manager.open() {
            Ok(conn) => {
                self.conn = conn;
                self.data_version = None;
                self.set_up();
            }
            Err(error) => tracing::warn!(%error, "the connection of the writer could not be opened again"),
        }
    }

    /// Notices what other processes have committed since the last poll.
    fn poll(&mut self) {
        let poll = Poll::start();
        let AnyConnection::Sqlite(conn) = &mut self.conn else { return };
        match diesel::sql_query("PRAGMA data_version").get_result::<DataVersion>(conn) {
            Ok(DataVersion { data_version }) => {
                if self.data_version.replace(data_version) != Some(data_version) {
                    self.coherence.invalidate_all();
                }
                self.coherence.finish(poll);
            }
            Err(error) => tracing::debug!(%error, "changes of other processes could not be polled"),
        }
    }

    /// Copies the write-ahead log into the file as far as readers allow.
    fn checkpoint(&mut self) {
        if let Err(error) = self.conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)") {
            tracing::debug!(%error, "the write-ahead log could not be copied into the file");
        }
        self.unchecked = 0;
    }
}
