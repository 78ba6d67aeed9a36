//! Openings of configurations in progress: one for each caller and configuration, which all of the caller's
//! calls share. An opening is a write transaction with an audit event.

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use foldhash::HashMap;
use tokio::sync::OnceCell;

/// The openings in progress, by what they open.
pub(super) struct Openings<K, V>(Mutex<HashMap<K, Weak<OnceCell<V>>>>);

impl<K, V> Default for Openings<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Openings<K, V> {
    /// The outcome of `open`, which one of those who wait for it calls. If that one goes away, another calls
    /// it. `known` is what an earlier opening has left in memory.
    pub(super) async fn join(
        &self,
        key: &K,
        known: impl Fn() -> Option<V>,
        mut open: impl AsyncFnMut() -> V,
    ) -> V {
        let (opening, mut is_own) = self.opening(key);
        let outcome = self.wait(key, &opening, async || {
            is_own = true;
            open().await
        });
        let outcome = outcome.await;
        if is_own {
            return outcome;
        }
        // That opening began before this wait, so its outcome may rest on facts from before. What is in
        // memory is known to hold, and the next opening begins after this wait did.
        match known() {
            Some(known) => known,
            None => self.wait(key, &self.opening(key).0, open).await,
        }
    }

    async fn wait(&self, key: &K, opening: &Arc<OnceCell<V>>, open: impl AsyncFnOnce() -> V) -> V {
        let outcome = opening.get_or_init(async || open().await).await.clone();
        // By everyone who has waited, because the first of them may begin the next one at once.
        self.remove(key, opening);
        outcome
    }

    /// The opening in progress, and whether it begins now.
    fn opening(&self, key: &K) -> (Arc<OnceCell<V>>, bool) {
        let mut openings = self.openings();
        if let Some(opening) = openings.get(key).and_then(Weak::upgrade) {
            return (opening, false);
        }
        let opening = Arc::new(OnceCell::new());
        openings.insert(key.clone(), Arc::downgrade(&opening));
        (opening, true)
    }

    fn remove(&self, key: &K, opening: &Arc<OnceCell<V>>) {
        let mut openings = self.openings();
        if openings.get(key).is_some_and(|known| std::ptr::eq(known.as_ptr(), Arc::as_ptr(opening))) {
            openings.remove(key);
        }
    }

    /// Drops the openings that no one waits for any more.
    pub(super) fn purge(&self) {
        self.openings().retain(|_, opening| opening.strong_count() > 0);
    }

    fn openings(&self) -> MutexGuard<'_, HashMap<K, Weak<OnceCell<V>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::FutureExt;
    use futures_util::future::join_all;
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn join_while_opening_opens_once_more_at_most() {
        let (openings, count, release) = (Openings::default(), AtomicU32::new(0), Notify::new());
        let open = async || {
            release.notified().await;
            count.fetch_add(1, Ordering::SeqCst)
        };
        let mut first = Box::pin(openings.join(&"key", || None, open));
        assert!(first.as_mut().now_or_never().is_none());
        let mut others = Box::pin(join_all((0..500).map(|_| openings.join(&"key", || None, open))));
        assert!(others.as_mut().now_or_never().is_none());
        release.notify_one();
        assert_eq!(first.await, 0);
        assert!(others.as_mut().now_or_never().is_none());
        release.notify_one();
        assert_eq!((others.await, count.load(Ordering::SeqCst)), (vec![1; 500], 2));
    }

    #[tokio::test]
    async fn join_while_opening_takes_what_it_leaves_in_memory() {
        let (openings, release, memory) = (Openings::default(), Notify::new(), Cell::new(None));
        let mut first = Box::pin(openings.join(
            &"key",
            || None,
            async || {
                release.notified().await;
                memory.set(Some(7));
                1
            },
        ));
        assert!(first.as_mut().now_or_never().is_none());
        let mut second = Box::pin(openings.join(&"key", || memory.get(), async || 2));
        assert!(second.as_mut().now_or_never().is_none());
        release.notify_one();
        assert_eq!((first.await, second.await), (1, 7));
    }

    #[tokio::test]
    async fn join_after_the_opener_has_gone_opens() {
        let openings = Openings::default();
        let mut first = Box::pin(openings.join(&"key", || None, async || pending().await));
        assert!(first.as_mut().now_or_never().is_none());
        let mut second = Box::pin(openings.join(&"key", || None, async || 2));
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        assert_eq!(second.await, 2);
        assert_eq!(openings.join(&"key", || None, async || 3).await, 3);
    }

    #[tokio::test]
    async fn join_of_other_key_does_not_wait() {
        let openings = Openings::default();
        let mut first = Box::pin(openings.join(&"key", || None, async || pending().await));
        assert!(first.as_mut().now_or_never().is_none());
        assert_eq!(openings.join(&"other", || None, async || 2).now_or_never(), Some(2));
        drop(first);
        openings.purge();
        assert!(openings.openings().is_empty());
    }
}
