//! Where the addresses of hosts come from.

use std::fmt::Debug;
use std::io;
use std::net::IpAddr;

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

/// The operating system's resolver.
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
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|it| it.ip()).collect())
    }
}
