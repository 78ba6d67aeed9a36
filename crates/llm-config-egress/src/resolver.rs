//! Name resolution.

use std::fmt::Debug;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::lookup_share::{LookupOwner, LookupShares, SharePermit};

/// Port: resolves the names of hosts. The guard judges the addresses that it returns and connects to no
/// others.
///
/// An error of the kind [`ErrorKind::ResourceBusy`] tells nothing about the name: too many other lookups are
/// running.
#[async_trait::async_trait]
pub trait Resolver: Debug + Send + Sync {
    /// All addresses of a host that a user supplied. The name is in lower case, without a trailing dot.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;

    /// The same on behalf of an owner, who may have a share of all lookups.
    async fn resolve_for(&self, host: &str, _owner: LookupOwner) -> io::Result<Vec<IpAddr>> {
        self.resolve(host).await
    }

    /// All addresses of a host of a well-known public API.
    async fn resolve_public(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.resolve(host).await
    }

    /// All addresses of a host that the operator listed.
    async fn resolve_listed(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.resolve(host).await
    }
}

/// The permits for concurrent lookups of one kind of name, for the whole process. A lookup that hangs
/// occupies a thread of the blocking pool, which the rest of the program shares, until the system gives up.
const fn permits() -> Semaphore {
    Semaphore::const_new(16)
}

/// The permits for names that users supply. The others are separate, so that a user whose name servers do not
/// respond cannot delay them.
static USER_LOOKUPS: Semaphore = permits();

/// The shares of [`USER_LOOKUPS`].
static USER_SHARES: LookupShares = LookupShares::new();

/// The permits for the names of well-known public APIs.
static PUBLIC_LOOKUPS: Semaphore = permits();

/// The permits for names that the operator listed.
static LISTED_LOOKUPS: Semaphore = permits();

/// The permits for lookups of the operator's addresses.
static OPERATOR_LOOKUPS: Semaphore = permits();

/// The time for a lookup that had to wait for a permit, the wait included. Shorter than
/// [`Guard::REFUSED_AFTER`](crate::Guard::REFUSED_AFTER), so that a lookup which lost its time in the queue
/// is not taken for one without an answer.
const QUEUED: Duration = Duration::from_millis(1500);

/// The time for which a lookup waits for its owner's share. Most lookups end within it, and those that hang
/// do not end soon.
const WAIT_FOR_SHARE: Duration = Duration::from_millis(500);

/// The operating system's resolver, with at most 16 lookups at a time of names that users supply, of public
/// APIs, and of names that the operator listed. Abandoned lookups count until they end. Of names that users
/// supply, an owner has at most four at a time.
///
/// Names that users supply are absolute: the machine's search domains and its hosts file do not apply. Names
/// that the operator listed are resolved like any name on this machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemResolver;

#[async_trait::async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        look_up(&USER_LOOKUPS, format!("{host}.")).await
    }

    async fn resolve_for(&self, host: &str, owner: LookupOwner) -> io::Result<Vec<IpAddr>> {
        let lookup = system_lookup(format!("{host}."));
        with_share(USER_SHARES.of(owner), &USER_LOOKUPS, lookup).await
    }

    async fn resolve_public(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        look_up(&PUBLIC_LOOKUPS, format!("{host}.")).await
    }

    async fn resolve_listed(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        look_up(&LISTED_LOOKUPS, host.to_owned()).await
    }
}

/// The operating system's resolver for hosts that only the operator declares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperatorResolver;

#[async_trait::async_trait]
impl Resolver for OperatorResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        look_up(&OPERATOR_LOOKUPS, host.to_owned()).await
    }
}

async fn look_up(permits: &'static Semaphore, host: String) -> io::Result<Vec<IpAddr>> {
    with_permit(permits, system_lookup(host)).await
}

fn system_lookup(host: String) -> impl FnOnce() -> io::Result<Vec<IpAddr>> + Send + 'static {
    move || Ok((host.as_str(), 0).to_socket_addrs()?.map(|address| address.ip()).collect())
}

/// Runs a lookup under a permit and a part of its owner's share. If the share is used up, waits for
/// [`WAIT_FOR_SHARE`].
async fn with_share<T: Send + 'static>(
    share: Arc<Semaphore>,
    permits: &'static Semaphore,
    lookup: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let holding = |part: SharePermit| {
        move || {
            let found = lookup();
            drop(part);
            found
        }
    };
    if let Ok(part) = Arc::clone(&share).try_acquire_owned() {
        return with_permit(permits, holding(part)).await;
    }
    let busy = |_| io::Error::from(ErrorKind::ResourceBusy);
    let queued = async {
        let part = tokio::time::timeout(WAIT_FOR_SHARE, share.acquire_owned()).await.map_err(busy)?;
        with_permit(permits, holding(part.map_err(io::Error::other)?)).await
    };
    tokio::time::timeout(QUEUED, queued).await.map_err(busy)?
}

/// Runs a lookup under a permit. If all permits are in use, waits for one; wait and lookup have [`QUEUED`]
/// together.
async fn with_permit<T: Send + 'static>(
    permits: &'static Semaphore,
    lookup: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    if let Ok(permit) = permits.try_acquire() {
        return run(permit, lookup).await;
    }
    let queued = async { run(permits.acquire().await.map_err(io::Error::other)?, lookup).await };
    tokio::time::timeout(QUEUED, queued).await.unwrap_or_else(|_| Err(ErrorKind::ResourceBusy.into()))
}

/// Runs a lookup, which holds the permit until it ends, even if its future is dropped.
async fn run<T: Send + 'static>(
    permit: SemaphorePermit<'static>,
    lookup: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let looked_up = tokio::task::spawn_blocking(move || {
        let found = lookup();
        drop(permit);
        found
    });
    looked_up.await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::time::Instant;

    use super::*;
    use crate::Guard;

    #[tokio::test]
    async fn abandoned_lookup_holds_its_permit_until_it_ends() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let (finish, hangs) = mpsc::channel::<()>();
        let hung = with_permit(&ONE, move || hangs.recv().map_err(io::Error::other));
        assert!(tokio::time::timeout(Duration::from_millis(20), hung).await.is_err());
        let next = tokio::time::timeout(Duration::from_millis(20), with_permit(&ONE, || Ok(1)));
        assert!(next.await.is_err());
        finish.send(()).unwrap();
        assert_eq!(with_permit(&ONE, || Ok(2)).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn lookup_without_permit_is_busy() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let (finish, hangs) = mpsc::channel::<()>();
        let hung = tokio::spawn(with_permit(&ONE, move || hangs.recv().map_err(io::Error::other)));
        while ONE.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let started = Instant::now();
        let next = with_permit(&ONE, || Ok(1)).await;
        assert_eq!(next.unwrap_err().kind(), ErrorKind::ResourceBusy);
        assert!(started.elapsed() >= QUEUED && started.elapsed() < Guard::REFUSED_AFTER);
        finish.send(()).unwrap();
        hung.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn lookup_that_waited_for_permit_and_hangs_is_busy() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let (first, hangs) = mpsc::channel::<()>();
        let (second, hangs_too) = mpsc::channel::<()>();
        let hung = tokio::spawn(with_permit(&ONE, move || hangs.recv().map_err(io::Error::other)));
        while ONE.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let waits = tokio::spawn(with_permit(&ONE, move || hangs_too.recv().map_err(io::Error::other)));
        // Lets it find no permit, before the first lookup returns its own.
        tokio::task::yield_now().await;
        first.send(()).unwrap();
        hung.await.unwrap().unwrap();
        assert_eq!(waits.await.unwrap().unwrap_err().kind(), ErrorKind::ResourceBusy);
        second.send(()).unwrap();
    }

    #[tokio::test]
    async fn lookup_beyond_share_of_owner_is_busy_and_leaves_permits_for_others() {
        static SIXTEEN: Semaphore = permits();
        static SHARES: LookupShares = LookupShares::new();
        let [hanging, other] = [1, 2].map(LookupOwner::new);
        let (finish, hangs) = mpsc::channel::<()>();
        let hangs = Arc::new(std::sync::Mutex::new(hangs));
        let hung: Vec<_> = (0..4)
            .map(|_| {
                let hangs = Arc::clone(&hangs);
                let lookup = move || hangs.lock().unwrap().recv().map_err(io::Error::other);
                tokio::spawn(with_share(SHARES.of(hanging), &SIXTEEN, lookup))
            })
            .collect();
        while SIXTEEN.available_permits() > 12 {
            tokio::task::yield_now().await;
        }
        let started = Instant::now();
        let next = with_share(SHARES.of(hanging), &SIXTEEN, || Ok(1)).await;
        assert_eq!(next.unwrap_err().kind(), ErrorKind::ResourceBusy);
        assert!((WAIT_FOR_SHARE..QUEUED).contains(&started.elapsed()));
        assert_eq!(with_share(SHARES.of(other), &SIXTEEN, || Ok(2)).await.unwrap(), 2);
        // Abandoned lookups count until they end.
        hung.iter().for_each(tokio::task::JoinHandle::abort);
        assert!(with_share(SHARES.of(hanging), &SIXTEEN, || Ok(1)).await.is_err());
        for _ in 0..4 {
            finish.send(()).unwrap();
        }
        while SIXTEEN.available_permits() < 16 {
            tokio::task::yield_now().await;
        }
        assert_eq!(with_share(SHARES.of(hanging), &SIXTEEN, || Ok(1)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn lookup_that_panics_releases_its_permit() {
        static ONE: Semaphore = Semaphore::const_new(1);
        assert!(with_permit::<()>(&ONE, || panic!("no such name")).await.is_err());
        assert_eq!(with_permit(&ONE, || Ok(1)).await.unwrap(), 1);
    }
}
