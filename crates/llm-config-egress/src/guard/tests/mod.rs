//! Calls, as they go out or do not.

mod answers;
mod lookups;
mod proxies;
mod refusals;
mod tls;

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{CallError, Guard, Loopback, NetworkPolicy, Resolver, client, tried};
use crate::{Request, Response, RootCertificates};

/// What a name resolves to, and how long that takes.
type Entry = (Duration, io::Result<Vec<IpAddr>>);

/// Answers each lookup of a name with the next of its entries, and writes down what was asked.
#[derive(Debug, Default)]
struct Names {
    entries: Mutex<HashMap<&'static str, Vec<Entry>>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    /// The name has these addresses at the next lookup.
    fn with(self, name: &'static str, addresses: &[&str]) -> Self {
        self.with_slow(name, Duration::ZERO, addresses)
    }

    fn with_slow(self, name: &'static str, takes: Duration, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|it| it.parse().unwrap()).collect();
        self.entries.lock().unwrap().entry(name).or_default().push((takes, Ok(addresses)));
        self
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl Resolver for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(host.to_owned());
        let unknown = || io::Error::other("no such host");
        let entry = {
            let mut entries = self.entries.lock().unwrap();
            entries.get_mut(host).filter(|it| !it.is_empty()).map(|it| it.remove(0))
        };
        let (takes, addresses) = entry.ok_or_else(unknown)?;
        tokio::time::sleep(takes).await;
        addresses
    }
}

/// A policy that lists these hosts, and these networks, which have a slash.
fn policy(listed: &[&str]) -> NetworkPolicy {
    let (networks, hosts): (Vec<&str>, Vec<&str>) = listed.iter().partition(|it| it.contains('/'));
    NetworkPolicy {
        allowed_hosts: hosts.iter().map(|it| it.parse().unwrap()).collect(),
        allowed_networks: networks.iter().map(|it| it.parse().unwrap()).collect(),
        loopback: Loopback::Denied,
    }
}

fn guard(policy: NetworkPolicy, names: &Arc<Names>) -> Guard {
    let names: Arc<dyn Resolver> = Arc::clone(names) as _;
    Guard::new(policy, RootCertificates::new(None).unwrap()).with_resolver(names)
}

/// A guard that lets calls through to this machine.
fn open() -> Guard {
    guard(policy(&["127.0.0.0/8"]), &Arc::default())
}

fn get(url: &str) -> Request {
    Request::get(url.parse().unwrap())
}

/// A server on a free port of 127.0.0.1 that treats each connection as told.
async fn serve<F, T>(talk: F) -> SocketAddr
where
    F: Fn(TcpStream) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream));
        }
    });
    address
}

/// A server that answers each request with these bytes and closes the connection.
async fn answering(bytes: impl Into<Vec<u8>>) -> SocketAddr {
    let bytes: Arc<[u8]> = bytes.into().into();
    serve(move |mut stream| {
        let bytes = Arc::clone(&bytes);
        async move {
            read_head(&mut stream).await;
            // The client may have seen enough.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

/// All of a request without a body.
async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Sends, and fails where something waits that should not.
async fn send(guard: &Guard, url: &str) -> Result<Response, CallError> {
    tokio::time::timeout(Duration::from_secs(10), guard.send(get(url))).await.expect("an end")
}
