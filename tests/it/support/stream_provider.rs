//! A provider on loopback whose script writes the bytes of each response, and may pause and cut.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use serde_json::Value;

/// A request as the provider got it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SentRequest {
    pub(crate) method: String,
    /// Path and query, as they were sent.
    pub(crate) target: String,
    /// The headers in order, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The bytes of the head.
    pub(crate) head: Vec<u8>,
    /// The bytes of the body, decoded if it was chunked.
    pub(crate) body: Vec<u8>,
    /// The number of the connection, from 0.
    pub(crate) connection: usize,
}

impl SentRequest {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether any part of the request contains this text.
    pub(crate) fn carries(&self, text: &str) -> bool {
        [&self.head, &self.body].iter().any(|bytes| String::from_utf8_lossy(bytes).contains(text))
    }
}

/// The provider's end of a connection.
pub(crate) struct Connection {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    is_open: bool,
}

impl Connection {
    /// Writes these bytes; `false` if the client has closed the connection.
    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// A response with a declared length.
    pub(crate) fn respond(&mut self, status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) {
        let mut head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.as_ref().len());
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").expect("a string");
        }
        self.write(format!("{head}\r\n"));
        self.write(body);
    }

    /// A JSON response.
    pub(crate) fn json(&mut self, status: u16, body: impl AsRef<[u8]>) {
        self.respond(status, &[("content-type", "application/json")], body);
    }

    /// The head of a stream of events.
    pub(crate) fn begin_events(&mut self) {
        self.write(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
        );
    }

    /// One chunk of a chunked body; `false` if the client has closed the connection.
    pub(crate) fn chunk(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let bytes = bytes.as_ref();
        self.write([format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat())
    }

    /// The end of a chunked body.
    pub(crate) fn end_chunks(&mut self) {
        self.write("0\r\n\r\n");
    }

    /// A whole stream of events, a chunk each.
    pub(crate) fn events(&mut self, frames: &[&str]) {
        self.begin_events();
        for frame in frames {
            self.chunk(frame);
        }
        self.end_chunks();
    }

    /// Closes the connection, whatever was promised.
    pub(crate) fn cut(&mut self) {
        self.is_open = false;
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Waits until the client closes the connection.
    pub(crate) fn wait_for_close(&mut self) {
        self.is_open = false;
        let mut buffer = [0; 1024];
        while matches!(self.reader.read(&mut buffer), Ok(count) if count > 0) {}
    }

    /// The next request; `None` at the end of the connection.
    fn next_request(&mut self) -> Option<SentRequest> {
        let mut request = SentRequest::default();
        loop {
            let line = self.line(&mut request.head)?;
            if line.is_empty() {
                break;
            }
            match line.split_once(": ") {
                Some((name, value)) if !request.method.is_empty() => {
                    request.headers.push((name.to_ascii_lowercase(), value.to_owned()));
                }
                _ => {
                    let mut parts = line.split(' ').map(str::to_owned);
                    (request.method, request.target) = (parts.next()?, parts.next()?);
                }
            }
        }
        if let Some(length) = request.header("content-length").and_then(|length| length.parse().ok()) {
            request.body = self.bytes(length)?;
        } else if request.header("transfer-encoding").is_some() {
            loop {
                let size = usize::from_str_radix(&self.line(&mut Vec::new())?, 16).ok()?;
                let chunk = self.bytes(size + 2)?;
                if size == 0 {
                    break;
                }
                request.body.extend_from_slice(&chunk[..size]);
            }
        }
        Some(request)
    }

    /// The next line without its end, which is also added to `head`.
    fn line(&mut self, head: &mut Vec<u8>) -> Option<String> {
        let start = head.len();
        let count = self.reader.read_until(b'\n', head).ok()?;
        let line = String::from_utf8_lossy(&head[start..]).trim_end_matches(['\r', '\n']).to_owned();
        (count > 0).then_some(line)
    }

    fn bytes(&mut self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.reader.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }
}

/// A provider with a thread for each connection. Dropping it closes all connections.
pub(crate) struct StreamProvider {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    requests: Mutex<Vec<SentRequest>>,
    connections: Mutex<Vec<TcpStream>>,
    ends: AtomicBool,
}

impl StreamProvider {
    /// Starts a provider that hands each request and its connection to `script`.
    pub(crate) fn start(script: impl Fn(&SentRequest, &mut Connection) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("the address of the listener");
        let (shared, script) = (Arc::new(Shared::default()), Arc::new(script));
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                if of_thread.ends.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), shared, script) = (stream, Arc::clone(&of_thread), Arc::clone(&script))
                else {
                    continue;
                };
                stream.set_nodelay(true).expect("a socket option");
                lock(&shared.connections).push(stream.try_clone().expect("a second handle"));
                let reader = BufReader::new(stream.try_clone().expect("a second handle"));
                let mut connection = Connection { stream, reader, is_open: true };
                std::thread::spawn(move || {
                    while let Some(request) = connection.next_request().filter(|_| connection.is_open) {
                        let request = SentRequest { connection: number, ..request };
                        lock(&shared.requests).push(request.clone());
                        script(&request, &mut connection);
                        if !connection.is_open {
                            let _ = connection.stream.shutdown(Shutdown::Both);
                            return;
                        }
                    }
                });
            }
        });
        Self { address, shared, thread: Some(thread) }
    }

    /// A provider that answers every request with this JSON.
    pub(crate) fn with_json(status: u16, body: &'static str) -> Self {
        Self::start(move |_, connection| connection.json(status, body))
    }

    /// A provider that answers every request with these events.
    pub(crate) fn with_events(frames: &'static [&'static str]) -> Self {
        Self::start(move |_, connection| connection.events(frames))
    }

    /// The base URL without a path.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<SentRequest> {
        lock(&self.shared.requests).clone()
    }

    /// The last request.
    #[track_caller]
    pub(crate) fn last(&self) -> SentRequest {
        self.requests().pop().expect("a request")
    }
}

impl Drop for StreamProvider {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::SeqCst);
        // Wakes the thread, which blocks in `accept`.
        let _ = TcpStream::connect(self.address);
        for connection in &*lock(&self.shared.connections) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
