//! The writer of a SQLite database: one thread with the only connection that writes, which commits waiting
//! use cases in groups.
//!
//! SQLite has one writer at a time, and every commit waits for the disk. So the use cases that arrive during
//! a commit share the next one. Each of them runs in a savepoint, is rolled back alone if it fails, and is
//! answered after the commit, refusals included: a refusal may rest on a row of another member of the group.

mod connection;
mod group;
mod reserve;
mod savepoint;
mod thread;
mod use_case;

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use llm_config_core::time::Timestamp;
use tokio::sync::oneshot;

use crate::cache::Coherence;
use crate::context::Context;
use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::error::{StoreError, TxError};
use crate::purge::Purge;
use crate::transaction::Tx;
use connection::WriteConnection;
pub(crate) use reserve::Reserve;
use use_case::{Member, Turn, UseCase};

/// How long a use case waits in the queue. Then it leaves the queue and never runs.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

/// The queue of the writer. Dropping it ends the thread, after the use cases that still wait.
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Member>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread, which owns `conn`.
    pub(crate) fn start(
        manager: ConnectionManager,
        conn: AnyConnection,
        coherence: Arc<Coherence>,
        purge: Arc<Purge>,
        reserve: Option<Reserve>,
    ) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel();
        let conn = WriteConnection::new(manager, conn);
        let writer = thread::WriterThread::new(conn, coherence, purge, reserve);
        let thread = std::thread::Builder::new().name("sqlite-writer".to_owned());
        let thread = thread.spawn(move || writer.run(&waiting))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `work` in a savepoint of a shared transaction. Fails with `Contended` if its turn does not come
    /// in time.
    pub(crate) async fn write<T, E, F>(
        &self,
        context: Arc<Context>,
        now: Timestamp,
        work: Arc<F>,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        let (reply, mut outcome) = oneshot::channel();
        let turn = Arc::new(Turn::default());
        let member = UseCase::new(context, now, work, Arc::clone(&turn), reply);
        if self.queue.as_ref().is_none_or(|queue| queue.send(Box::new(member)).is_err()) {
            return Err(stopped().into());
        }
        let answered = match tokio::time::timeout(QUEUE_TIMEOUT, &mut outcome).await {
            Ok(answered) => answered,
            Err(_) if turn.leave() => return Err(StoreError::Contended.into()),
            // It has begun, so its true outcome is returned.
            Err(_) => outcome.await,
        };
        match answered {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Err(stopped().into()),
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the writer has stopped".to_owned())
}

impl Drop for Writer {
    /// Waits for the thread, so that the file is closed when the store is.
    fn drop(&mut self) {
        drop(self.queue.take());
        let Some(thread) = self.thread.take() else { return };
        // A use case may have captured the last reference to the store; then this is the writer's own thread.
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("the writer of the database has panicked");
        }
    }
}
