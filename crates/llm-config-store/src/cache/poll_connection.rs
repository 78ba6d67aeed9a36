//! The connection of a poll, in a thread of its own, so that one that hangs can be given up.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;

use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::database::open_connections::OpenConnection;
use crate::error::StoreError;
use crate::progress::{DEADLINE, no_answer};

/// While so many threads hang, no other is started.
const MAX_HUNG: usize = 3;

/// The threads of one poll, each of which has a clone while it runs.
pub(super) type Threads = Arc<()>;

type Work = Box<dyn FnOnce(&mut AnyConnection) + Send>;

/// The thread. Dropping this ends it, and waits for its end unless it hangs.
pub(super) struct PollConnection {
    queue: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl PollConnection {
    /// Starts the thread, which owns `conn`, or opens a connection first. Fails while too many of `threads`
    /// run: they hang, because the poll drops a connection, and so waits for its thread, before it starts
    /// another one.
    pub(super) fn start(
        conn: Option<AnyConnection>,
        manager: &ConnectionManager,
        threads: &Threads,
    ) -> io::Result<Self> {
        if Arc::strong_count(threads) > MAX_HUNG {
            return Err(io::Error::other(format!("{MAX_HUNG} connections hang")));
        }
        let (manager, running) =
            (ConnectionManager { database: manager.database.clone() }, Arc::clone(threads));
        let (queue, works) = mpsc::channel::<Work>();
        let thread = std::thread::Builder::new().name("cache-poll-db".to_owned());
        let thread = thread.spawn(move || {
            let (_running, _open) = (running, OpenConnection::count());
            // Without a connection, the works are dropped, which their caller notices.
            let Some(mut conn) = conn.or_else(|| manager.open().ok()) else { return };
            for work in works {
                work(&mut conn);
            }
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `work` in the thread. It may take as long as a use case, a new connection included. After an
    /// error this connection is of no use.
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
        answer.recv_timeout(DEADLINE).map_err(|error| match error {
            RecvTimeoutError::Disconnected => lost(),
            RecvTimeoutError::Timeout => {
                // Not waited for: it may hang as long as the database does.
                self.thread = None;
                no_answer()
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;

    fn start(folder: &TempDir, threads: &Threads) -> io::Result<PollConnection> {
        let url = format!("sqlite://{}", folder.path().join("registry.db").display());
        PollConnection::start(None, &ConnectionManager { database: url.parse().unwrap() }, threads)
    }

    #[test]
    fn start_while_too_many_threads_hang_fails() {
        let (folder, threads) = (tempfile::tempdir().unwrap(), Threads::default());
        let mut hung = Vec::new();
        for _ in 0..MAX_HUNG {
            let mut conn = start(&folder, &threads).unwrap();
            let (release, released) = mpsc::channel::<()>();
            let work: Work = Box::new(move |_| {
                _ = released.recv();
            });
            conn.queue.as_ref().unwrap().send(work).unwrap();
            // As after the deadline.
            conn.thread = None;
            hung.push(release);
        }
        assert!(start(&folder, &threads).is_err());
        hung.pop();
        while Arc::strong_count(&threads) > MAX_HUNG {
            std::thread::sleep(Duration::from_millis(5));
        }
        for _ in 0..2 * MAX_HUNG {
            drop(start(&folder, &threads).unwrap());
        }
    }
}
