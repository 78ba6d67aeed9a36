//! The connection of a poll, in a thread of its own, so that one that hangs can be given up.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::database::open_connections::OpenConnection;
use crate::error::StoreError;

/// How long the database may take for an answer, a new connection included.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

type Work = Box<dyn FnOnce(&mut AnyConnection) + Send>;

/// The thread. Dropping this ends it, and waits for its end unless it hangs.
pub(super) struct PollConnection {
    queue: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl PollConnection {
    /// Starts the thread, which owns `conn`, or opens a connection first.
    pub(super) fn start(conn: Option<AnyConnection>, manager: &ConnectionManager) -> std::io::Result<Self> {
        let manager = ConnectionManager { database: manager.database.clone() };
        let (queue, works) = mpsc::channel::<Work>();
        let thread = std::thread::Builder::new().name("cache-poll-db".to_owned()).spawn(move || {
            let _open = OpenConnection::count();
            // Without a connection, the works are dropped, which their caller notices.
            let Some(mut conn) = conn.or_else(|| manager.open().ok()) else { return };
            for work in works {
                work(&mut conn);
            }
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `work` in the thread. After an error this connection is of no use.
    pub(super) fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut AnyConnection) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = mpsc::channel();
        let work: Work = Box::new(move |conn| {
            // A caller that has given up needs no answer.
            _ = reply.send(work(conn));
        });
        let lost = || StoreError::Unavailable("the connection was lost".to_owned());
        self.queue.as_ref().ok_or_else(lost)?.send(work).map_err(|_| lost())?;
        answer.recv_timeout(ANSWER_TIMEOUT).map_err(|error| match error {
            RecvTimeoutError::Disconnected => lost(),
            RecvTimeoutError::Timeout => {
                // Not waited for: it may hang as long as the database does.
                self.thread = None;
                StoreError::Unavailable("it does not answer in time".to_owned())
            }
        })
    }
}

impl Drop for PollConnection {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that polls for changes has panicked");
        }
    }
}
