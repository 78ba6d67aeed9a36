//! Where the addresses of hosts come from.

use std::fmt::Debug;
use std::io;
use std::net::IpAddr;

/// Port: where the addresses of hosts come from.
#[async_trait::async_trait]
pub trait Resolver: Debug + Send + Sync {
    /// All addresses of a host.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Clone, Copy, Debug)]
pub struct SystemResolver;

#[async_trait::async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|it| it.ip()).collect())
    }
}
