//! Name resolution.

use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};

use tokio::sync::Semaphore;

/// Port: resolves the names of hosts. The guard judges the addresses that it returns and connects to no
/// others.
#[async_trait::async_trait]
pub trait Resolver: Debug + Send + Sync {
    /// All addresses of a host that a user supplied. The name is in lower case, without a trailing dot.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;

    /// All addresses of a host that the operator listed.
    async fn resolve_listed(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.resolve(host).await
    }
}

/// The permits for concurrent lookups of the guard, for the whole process. A lookup that hangs occupies a
/// thread of the blocking pool, which the rest of the program shares, until the system gives up.
static GUARD_LOOKUPS: Semaphore = Semaphore::const_new(16);

/// The permits for lookups of the operator's addresses. Separate, so that names which users supply cannot
/// delay them.
static OPERATOR_LOOKUPS: Semaphore = Semaphore::const_new(16);

/// The operating system's resolver, with at most 16 lookups at a time. Abandoned lookups count until they
/// end.
///
/// Names that users supply are absolute: the machine's search domains and its hosts file do not apply. Names
/// that the operator listed are resolved like any name on this machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemResolver;

#[async_trait::async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        look_up(&GUARD_LOOKUPS, format!("{host}.")).await
    }

    async fn resolve_listed(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        look_up(&GUARD_LOOKUPS, host.to_owned()).await
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
    let lookup = move || Ok((host.as_str(), 0).to_socket_addrs()?.map(|address| address.ip()).collect());
    with_permit(permits, lookup).await
}

/// Runs a lookup under a permit. The lookup holds the permit until it ends, even if its future is dropped.
async fn with_permit<T: Send + 'static>(
    permits: &'static Semaphore,
    lookup: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let permit = permits.acquire().await.map_err(io::Error::other)?;
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
    use std::time::Duration;

    use super::*;

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
    async fn lookup_that_panics_releases_its_permit() {
        static ONE: Semaphore = Semaphore::const_new(1);
        assert!(with_permit::<()>(&ONE, || panic!("no such name")).await.is_err());
        assert_eq!(with_permit(&ONE, || Ok(1)).await.unwrap(), 1);
    }
}
