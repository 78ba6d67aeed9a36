//! Where the addresses of hosts come from.

use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};

use tokio::sync::Semaphore;

/// Port: where the addresses of hosts come from. It is asked once for each call, and what it says
/// is what is judged and what is connected to.
#[async_trait::async_trait]
pub trait Resolver: Debug + Send + Sync {
    /// All addresses of a host that a user named; in lower case, without a final dot.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;

    /// All addresses of a host that the operator listed.
    async fn resolve_listed(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.resolve(host).await
    }
}

/// How many lookups may be under way in the whole process. One that hangs keeps its thread for as
/// long as the system waits, and the same pool of threads serves everything else.
static LOOKUPS: Semaphore = Semaphore::const_new(16);

/// The operating system's resolver.
///
/// It makes at most 16 lookups at a time, counting those that nobody waits for any more; more than
/// these wait for their turn.
///
/// Names that users supply are absolute: neither the machine's search domains nor its hosts file
/// give them a meaning that they have nowhere else. Names that the operator listed mean what they
/// mean on this machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemResolver;

#[async_trait::async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.resolve_listed(&format!("{host}.")).await
    }

    async fn resolve_listed(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let host = host.to_owned();
        in_turn(&LOOKUPS, move || Ok((host.as_str(), 0).to_socket_addrs()?.map(|it| it.ip()).collect())).await
    }
}

/// Looks up once it is its turn. The turn ends with the lookup, not with whoever waits for it.
async fn in_turn<T: Send + 'static>(
    turns: &'static Semaphore,
    lookup: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let turn = turns.acquire().await.map_err(io::Error::other)?;
    let looked_up = tokio::task::spawn_blocking(move || {
        let found = lookup();
        drop(turn);
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
    async fn a_lookup_that_hangs_keeps_its_turn_when_nobody_waits_any_more() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let (answer, hangs) = mpsc::channel::<()>();
        let hung = in_turn(&ONE, move || hangs.recv().map_err(io::Error::other));
        assert!(tokio::time::timeout(Duration::from_millis(20), hung).await.is_err());
        let next = tokio::time::timeout(Duration::from_millis(20), in_turn(&ONE, || Ok(1)));
        assert!(next.await.is_err());
        answer.send(()).unwrap();
        assert_eq!(in_turn(&ONE, || Ok(2)).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_lookup_that_panics_gives_its_turn_back() {
        static ONE: Semaphore = Semaphore::const_new(1);
        assert!(in_turn::<()>(&ONE, || panic!("no such name")).await.is_err());
        assert_eq!(in_turn(&ONE, || Ok(1)).await.unwrap(), 1);
    }
}
