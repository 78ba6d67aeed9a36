//! The deadline of a use case on PostgreSQL.

use std::sync::{Arc, Weak};

use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::Inner;
use crate::progress::{DEADLINE, Progress};

/// Gives a use case up at its deadline, also if its caller leaves before: a server may drop the future of a
/// request whose client has gone, but the use case keeps its connection.
pub(super) struct Watch {
    store: Weak<Inner>,
    progress: Arc<Progress>,
    deadline: Instant,
    runtime: Handle,
}

impl Watch {
    /// Watches a use case that begins now.
    pub(super) fn start(store: &Arc<Inner>, progress: Arc<Progress>) -> Self {
        let (store, deadline) = (Arc::downgrade(store), Instant::now() + DEADLINE);
        Self { store, progress, deadline, runtime: Handle::current() }
    }

    /// Waits for the end of the use case. `None` if it takes too long.
    pub(super) async fn wait<T>(self, task: JoinHandle<T>) -> Option<Result<T, JoinError>> {
        let ended = timeout_at(self.deadline, task).await.ok();
        if ended.is_none() {
            give_up(&self.store, &self.progress);
        }
        ended
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.progress.is_running() {
            return;
        }
        let (store, progress, deadline) = (self.store.clone(), Arc::clone(&self.progress), self.deadline);
        self.runtime.spawn(async move {
            sleep_until(deadline).await;
            give_up(&store, &progress);
        });
    }
}

fn give_up(store: &Weak<Inner>, progress: &Progress) {
    // Without the store, no use case needs a new pool.
    if let Some(store) = store.upgrade() {
        store.pool.give_up(progress);
    }
}
