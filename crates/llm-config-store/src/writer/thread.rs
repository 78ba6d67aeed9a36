//! The thread of the writer: waits for use cases and for the write lock, and keeps the file in order.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use diesel::connection::SimpleConnection;

use super::connection::WriteConnection;
use super::group;
use super::reserve::Reserve;
use super::use_case::Member;
use crate::cache::{Coherence, POLL_INTERVAL, Poll};
use crate::database::session_mode::SessionMode;
use crate::error::StoreError;
use crate::purge::Purge;
use crate::transaction::{Mode, begin};

/// The number of use cases after which the write-ahead log is copied into the file. A longer log makes reads
/// slower, and more frequent copies write pages more often.
const CHECKPOINT_AFTER: usize = 256;

/// How much the thread gives way to the threads that serve requests, in units of `nice`: reads are short, and
/// many use cases share what the writer does.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

pub(super) struct WriterThread {
    conn: WriteConnection,
    coherence: Arc<Coherence>,
    purge: Arc<Purge>,
    reserve: Option<Reserve>,
    /// The number of use cases that were committed since the last checkpoint.
    since_checkpoint: usize,
}

impl WriterThread {
    pub(super) fn new(
        conn: WriteConnection,
        coherence: Arc<Coherence>,
        purge: Arc<Purge>,
        reserve: Option<Reserve>,
    ) -> Self {
        Self { conn, coherence, purge, reserve, since_checkpoint: 0 }
    }

    /// Runs until the queue is closed and empty.
    pub(super) fn run(mut self, queue: &Receiver<Box<dyn Member>>) {
        // On Linux, the value is that of the thread.
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::nice(NICENESS) {
            tracing::debug!(%error, "the priority of the writer could not be lowered");
        }
        loop {
            self.poll();
            self.purge.run_if_due(self.conn.idle());
            if self.since_checkpoint >= CHECKPOINT_AFTER {
                self.checkpoint();
            }
            let pause = self.purge.pause().map_or(POLL_INTERVAL, |pause| pause.min(POLL_INTERVAL));
            match queue.recv_timeout(pause) {
                Ok(first) => self.run_group(first, queue),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn run_group(&mut self, first: Box<dyn Member>, queue: &Receiver<Box<dyn Member>>) {
        let Some(first) = self.lock_file(first, queue) else { return };
        let members = group::run(&mut self.conn, &mut self.reserve, first, queue);
        for member in &members {
            self.coherence.invalidate(&member.effects().invalidated);
        }
        self.since_checkpoint += members.len();
        let (leaving, others): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|member| member.effects().leaves_ciphertext);
        for member in others {
            member.answer();
        }
        if !leaving.is_empty() {
            // Before the answer: afterwards the old ciphertext is gone, or known to be there still.
            self.purge.request();
            self.purge.run(self.conn.idle());
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
            match begin(self.conn.idle(), Mode::WRITE, SessionMode::Own).map_err(StoreError::from) {
                Ok(()) => return Some(first),
                // Another process writes.
                Err(StoreError::Contended) => self.poll(),
                Err(error) => {
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

    /// Notices what other processes have committed since the last poll.
    fn poll(&mut self) {
        let poll = Poll::start();
        match self.conn.has_foreign_commits() {
            Ok(has_foreign_commits) => {
                if has_foreign_commits {
                    self.coherence.invalidate_all();
                }
                self.coherence.finish(poll);
            }
            Err(error) => tracing::debug!(%error, "changes of other processes could not be polled"),
        }
    }

    /// Copies the write-ahead log into the file as far as readers allow.
    fn checkpoint(&mut self) {
        if let Err(error) = self.conn.idle().batch_execute("PRAGMA wal_checkpoint(PASSIVE)") {
            tracing::debug!(%error, "the write-ahead log could not be copied into the file");
        }
        self.since_checkpoint = 0;
    }
}
