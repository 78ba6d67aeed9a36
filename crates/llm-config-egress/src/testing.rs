//! Scripted servers on loopback and a scripted resolver, for the tests of this crate's users.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::lookup_share::LookupOwner;
use crate::resolver::Resolver;

/// A resolver with one result for every name.
#[derive(Clone, Debug)]
pub struct FixedResolver(pub Result<Vec<IpAddr>, ErrorKind>);

#[async_trait::async_trait]
impl Resolver for FixedResolver {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.0.clone().map_err(io::Error::from)
    }
}

/// A resolver that has no time for the lookups of one owner, and these addresses for all others.
#[derive(Clone, Debug)]
pub struct BusyResolver {
    /// The owner.
    pub busy: LookupOwner,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
}

#[async_trait::async_trait]
impl Resolver for BusyResolver {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Err(io::Error::other("a lookup without an owner"))
    }

    async fn resolve_for(&self, _: &str, owner: LookupOwner) -> io::Result<Vec<IpAddr>> {
        if owner == self.busy { Err(ErrorKind::ResourceBusy.into()) } else { Ok(self.addresses.clone()) }
    }
}

/// A request that a scripted server received.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// The headers in order, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Received {
    /// The value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether any part of the request contains this text.
    #[must_use]
    pub fn carries(&self, text: &str) -> bool {
        let in_headers = self.headers.iter().any(|(_, value)| value.contains(text));
        in_headers || self.target.contains(text) || self.body.contains(text)
    }
}

/// A response of a scripted server.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Reply {
    /// A JSON response.
    #[must_use]
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self::text(status, "application/json", body)
    }

    /// A response of another type.
    #[must_use]
    pub fn text(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// The response with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The first byte of a TLS handshake. Scripted servers refuse it and do not record it.
const TLS_HANDSHAKE: u8 = 22;

/// A server on a free port of 127.0.0.1 that responds by a script, one connection after the other, until it
/// is dropped.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl ScriptedServer {
    /// Starts a server that responds to each request with the result of `script`.
    pub fn start(script: impl Fn(&Received) -> Reply + Send + 'static) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let received = Arc::new(Mutex::new(Vec::new()));
        let ends = Arc::new(AtomicBool::new(false));
        let (log, end) = (Arc::clone(&received), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                // A client that closes its connection early is no failure of the server.
                if let Ok(stream) = stream {
                    let _ = serve(&stream, &script, &log);
                }
            }
        });
        Ok(Self { address, received, ends, thread: Some(thread) })
    }

    /// The address of the server.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port of the server.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// The requests received so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // Wakes the thread, which blocks in `accept`.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(
    stream: &TcpStream,
    script: &impl Fn(&Received) -> Reply,
    log: &Mutex<Vec<Received>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    if reader.fill_buf()?.first() == Some(&TLS_HANDSHAKE) {
        let mut stream = stream;
        return stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    }
    let request = read(&mut reader)?;
    let Reply { status, headers, body } = script(&request);
    log.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    let mut head =
        format!("HTTP/1.1 {status} Scripted\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
    }
    let mut stream = stream;
    stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
    stream.flush()
}

fn read(stream: &mut BufReader<&TcpStream>) -> std::io::Result<Received> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut request = Received {
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        ..Received::default()
    };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    Ok(request)
}
