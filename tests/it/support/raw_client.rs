//! A client that writes and reads the bytes of HTTP itself.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use rustix::net::sockopt::{set_socket_linger, set_socket_recv_buffer_size};
use rustix::net::{AddressFamily, SocketType, connect, socket};
use serde_json::Value;

use super::Client;

/// The time without a byte after which a test fails.
const LIMIT: Duration = Duration::from_mins(1);

/// A connection of a client.
pub(crate) struct RawClient {
    stream: TcpStream,
    host: String,
    /// What was received and not taken yet.
    received: Vec<u8>,
}

/// The head of a response.
#[derive(Clone, Debug)]
pub(crate) struct RawHead {
    pub(crate) status: u16,
    /// The headers in order, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

/// A response.
#[derive(Clone, Debug)]
pub(crate) struct RawResponse {
    pub(crate) head: RawHead,
    pub(crate) body: Vec<u8>,
    /// Whether the body has its end; otherwise the connection ended before.
    pub(crate) is_whole: bool,
}

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RawPart {
    /// One chunk, or the whole of a body with a declared length.
    Bytes(Vec<u8>),
    End,
    /// The connection ended before the body.
    Broken,
}

impl RawHead {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl RawResponse {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Asserts a whole success with these bytes.
    #[track_caller]
    pub(crate) fn is_success(&self, body: &str) {
        assert_eq!((self.head.status, self.text().as_str()), (200, body), "{:?}", self.head);
        assert!(self.is_whole);
        assert_eq!(self.header("x-llm-config-source"), Some("upstream"));
    }

    /// Asserts an error of the gateway itself.
    #[track_caller]
    pub(crate) fn is_gateway_error(&self, status: u16, code: &str) {
        let found = (self.head.status, self.header("x-llm-config-error"));
        assert_eq!(found, (status, Some(code)), "{}", self.text());
        assert_eq!(self.header("x-llm-config-source"), Some("gateway"));
        assert!(self.header("x-request-id").is_some_and(|id| !id.is_empty()));
    }
}

impl RawClient {
    /// A connection to a server.
    #[track_caller]
    pub(crate) fn connect(base: &str) -> Self {
        let host = base.strip_prefix("http://").expect("an HTTP address").to_owned();
        let stream = TcpStream::connect(&host).expect("a connection");
        Self::new(stream, host)
    }

    /// The same with a small receive buffer, so that little of a response is under way to a client that reads
    /// nothing.
    #[track_caller]
    pub(crate) fn connect_with_small_buffer(base: &str) -> Self {
        let host = base.strip_prefix("http://").expect("an HTTP address").to_owned();
        let address: SocketAddr = host.parse().expect("an address");
        let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        set_socket_recv_buffer_size(&socket, 64 * 1024).expect("a small buffer");
        connect(&socket, &address).expect("a connection");
        Self::new(TcpStream::from(socket), host)
    }

    fn new(stream: TcpStream, host: String) -> Self {
        stream.set_nodelay(true).expect("a socket option");
        stream.set_read_timeout(Some(LIMIT)).expect("a socket option");
        stream.set_write_timeout(Some(LIMIT)).expect("a socket option");
        Self { stream, host, received: Vec::new() }
    }

    /// Writes bytes. A server that closes its end early is no error.
    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Writes the head of a request.
    pub(crate) fn write_head(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.host);
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").expect("a string");
        }
        self.write(format!("{head}\r\n"));
    }

    /// Writes a POST of JSON.
    pub(crate) fn post(&mut self, path: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) {
        let length = body.as_ref().len().to_string();
        let own = [("content-type", "application/json"), ("content-length", length.as_str())];
        self.write_head("POST", path, &[headers, &own].concat());
        self.write(body);
    }

    /// Closes the direction to the server.
    pub(crate) fn half_close(&self) {
        self.stream.shutdown(Shutdown::Write).expect("an open connection");
    }

    /// Ends the connection as the death of a process with unread data does: with a reset.
    pub(crate) fn reset(self) {
        set_socket_linger(&self.stream, Some(Duration::ZERO)).expect("a socket option");
    }

    /// Reads the head of the next response.
    #[track_caller]
    pub(crate) fn head(&mut self) -> RawHead {
        self.try_head().expect("a response")
    }

    /// Reads the head of the next response; `None` if the connection ends before.
    #[track_caller]
    pub(crate) fn try_head(&mut self) -> Option<RawHead> {
        let end = loop {
            if let Some(end) = position(&self.received, b"\r\n\r\n") {
                break end;
            }
            if !self.fill() {
                return None;
            }
        };
        let head: Vec<u8> = self.received.drain(..end + 4).collect();
        let text = String::from_utf8_lossy(&head);
        let mut lines = text.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let pair = |line: &str| {
            line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        };
        let headers = lines.filter_map(pair).collect();
        Some(RawHead { status: status.expect("a status"), headers })
    }

    /// Reads the next part of the body of a response with this head.
    #[track_caller]
    pub(crate) fn part(&mut self, head: &RawHead) -> RawPart {
        if head.header("transfer-encoding") != Some("chunked") {
            let length = head.header("content-length").map_or(0, |length| length.parse().expect("a length"));
            return self.take(length).map_or(RawPart::Broken, RawPart::Bytes);
        }
        let end = loop {
            match position(&self.received, b"\r\n") {
                Some(end) => break end,
                None if self.fill() => {}
                None => return RawPart::Broken,
            }
        };
        let line: Vec<u8> = self.received.drain(..end + 2).collect();
        let size = std::str::from_utf8(&line).expect("a size").trim();
        let size = usize::from_str_radix(size, 16).expect("a size");
        match self.take(size + 2) {
            None => RawPart::Broken,
            Some(_) if size == 0 => RawPart::End,
            Some(mut bytes) => {
                bytes.truncate(size);
                RawPart::Bytes(bytes)
            }
        }
    }

    /// Reads the next chunk as text.
    #[track_caller]
    pub(crate) fn chunk(&mut self, head: &RawHead) -> String {
        match self.part(head) {
            RawPart::Bytes(bytes) => String::from_utf8(bytes).expect("UTF-8"),
            other @ (RawPart::End | RawPart::Broken) => panic!("{other:?}"),
        }
    }

    /// Reads the rest of the body.
    #[track_caller]
    pub(crate) fn rest(&mut self, head: &RawHead) -> RawResponse {
        let (mut body, is_chunked) = (Vec::new(), head.header("transfer-encoding").is_some());
        let is_whole = loop {
            match self.part(head) {
                RawPart::Bytes(bytes) => {
                    body.extend_from_slice(&bytes);
                    if !is_chunked {
                        break true;
                    }
                }
                RawPart::End => break true,
                RawPart::Broken => {
                    body.append(&mut self.received);
                    break false;
                }
            }
        };
        RawResponse { head: head.clone(), body, is_whole }
    }

    /// Reads the next response.
    #[track_caller]
    pub(crate) fn response(&mut self) -> RawResponse {
        let head = self.head();
        self.rest(&head)
    }

    /// Whether the server ends the connection without another byte.
    #[track_caller]
    pub(crate) fn is_closed(&mut self) -> bool {
        self.received.is_empty() && !self.fill()
    }

    /// Reads until the connection ends: the bytes, and whether it ends with a reset.
    #[track_caller]
    pub(crate) fn until_end(&mut self) -> (String, bool) {
        let mut bytes = std::mem::take(&mut self.received);
        let is_reset = match self.stream.read_to_end(&mut bytes) {
            Ok(_) => false,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => true,
            Err(error) => panic!("{error}"),
        };
        (String::from_utf8(bytes).expect("UTF-8"), is_reset)
    }

    /// Takes this number of bytes; `None` if the connection ends before.
    #[track_caller]
    fn take(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.received.len() < count {
            if !self.fill() {
                return None;
            }
        }
        Some(self.received.drain(..count).collect())
    }

    /// Receives bytes; `false` at the end of the connection.
    #[track_caller]
    fn fill(&mut self) -> bool {
        let mut buffer = vec![0; 64 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(count) => {
                self.received.extend_from_slice(&buffer[..count]);
                count > 0
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
                false
            }
        }
    }
}

impl Client {
    /// The header with the token of this client.
    #[track_caller]
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.token.as_deref().expect("a token"))
    }

    /// Sends a POST of JSON on a connection of its own and leaves the response to be read.
    #[track_caller]
    pub(crate) fn begin_call(&self, path: &str, body: impl AsRef<[u8]>) -> RawClient {
        let mut client = RawClient::connect(self.base());
        client.post(path, &[("authorization", &self.bearer())], body);
        client
    }

    /// Sends a POST of JSON with the token as `Authorization: Bearer`, and reads the response.
    #[track_caller]
    pub(crate) fn call(&self, path: &str, body: impl AsRef<[u8]>) -> RawResponse {
        self.begin_call(path, body).response()
    }
}

fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
