//! Calls over real sockets on loopback.

mod addresses;
mod judgements;
mod lookups;
mod pooling;
mod proxies;
mod refusals;
mod responses;
mod streams;
mod tls;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::{CallError, CallLimits, Destination, Guard, Loopback, NetworkPolicy, Resolver};
use crate::loopback::{is_tls_handshake, ok, read_head, responding, run_other_tasks, serve};
use crate::{Request, Response, RootCertificates};

/// The result of a lookup, and how long it takes.
type Entry = (Duration, io::Result<Vec<IpAddr>>);

/// A resolver that returns the next entry of a name at each lookup and records the lookups.
#[derive(Debug, Default)]
struct Names {
    entries: Mutex<HashMap<&'static str, Vec<Entry>>>,
    lookups: Mutex<Vec<String>>,
}

impl Names {
    /// Adds an entry with these addresses.
    fn with(self, name: &'static str, addresses: &[&str]) -> Self {
        self.with_slow(name, Duration::ZERO, addresses)
    }

    fn with_slow(self, name: &'static str, takes: Duration, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        self.entries.lock().unwrap().entry(name).or_default().push((takes, Ok(addresses)));
        self
    }

    /// Adds a lookup for which there is no time.
    fn with_busy(self, name: &'static str) -> Self {
        let entry = (Duration::ZERO, Err(io::ErrorKind::ResourceBusy.into()));
        self.entries.lock().unwrap().entry(name).or_default().push(entry);
        self
    }

    fn lookups(&self) -> Vec<String> {
        self.lookups.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl Resolver for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.lookups.lock().unwrap().push(host.to_owned());
        let unknown = || io::Error::other("no such host");
        let entry = {
            let mut entries = self.entries.lock().unwrap();
            entries.get_mut(host).filter(|next| !next.is_empty()).map(|next| next.remove(0))
        };
        let (takes, addresses) = entry.ok_or_else(unknown)?;
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        addresses
    }
}

/// A policy of these hosts and networks. Networks contain a slash.
fn policy(listed: &[&str]) -> NetworkPolicy {
    let (networks, hosts): (Vec<&str>, Vec<&str>) = listed.iter().partition(|text| text.contains('/'));
    NetworkPolicy {
        allowed_hosts: hosts.iter().map(|host| host.parse().unwrap()).collect(),
        allowed_networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
        loopback: Loopback::Denied,
    }
}

fn guard(policy: NetworkPolicy, names: &Arc<Names>) -> Guard {
    let names: Arc<dyn Resolver> = Arc::clone(names) as _;
    Guard::new(policy, RootCertificates::new(None).unwrap()).with_resolver(names)
}

/// A guard that allows this machine.
fn open() -> Guard {
    guard(policy(&["127.0.0.0/8"]), &Arc::default())
}

fn get(url: &str) -> Request {
    Request::get(url.parse().unwrap())
}

/// Sends a request, and fails if that takes long.
async fn send(guard: &Guard, url: &str) -> Result<Response, CallError> {
    tokio::time::timeout(Duration::from_secs(10), guard.send(get(url))).await.expect("a result in time")
}

/// Limits with which idle connections outlive a judgement.
const LONG_IDLE: CallLimits = CallLimits { keep_idle: Duration::from_mins(5), ..CallLimits::CHECK };

/// Sends a request and returns the body. Afterwards the connection is back in the pool.
async fn body(guard: &Guard, url: &str, limits: &CallLimits) -> Result<String, CallError> {
    let response = guard.send_streaming(get(url), limits).await?.collect(100, |_, _| false).await?;
    run_other_tasks().await;
    Ok(String::from_utf8(response.body).unwrap())
}

/// Advances the clock and runs the tasks that it wakes. The clock runs again afterwards: a paused clock would
/// run into timeouts of real sockets.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
    run_other_tasks().await;
}

/// A server that keeps connections open. It reports the head of each request, and an empty text at the end of
/// a connection.
async fn reporting() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (heads, received) = mpsc::unbounded_channel();
    let server = serve(move |mut stream| {
        let heads = heads.clone();
        async move {
            loop {
                let head = read_head(&mut stream).await;
                let is_closed = head.is_empty();
                heads.send(head).unwrap();
                if is_closed {
                    return;
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            }
        }
    })
    .await;
    (server, received)
}

/// The first line of the next request; empty for the end of a connection.
async fn next_line(received: &mut mpsc::UnboundedReceiver<String>) -> String {
    let head = tokio::time::timeout(Duration::from_secs(5), received.recv()).await.unwrap().unwrap();
    head.lines().next().unwrap_or_default().to_owned()
}
