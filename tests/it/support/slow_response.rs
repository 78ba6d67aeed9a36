//! A response whose client decides when it takes bytes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use rustix::net::sockopt::set_socket_recv_buffer_size;
use rustix::net::{AddressFamily, SocketType, connect, socket};

use super::Client;

/// The receive buffer of the client in bytes. A large one would take whole lists from the server.
const RECEIVE_BUFFER: usize = 64 * 1024;

/// A response whose body is not yet taken.
pub(crate) struct SlowResponse {
    stream: TcpStream,
    /// The head, and the begin of the body.
    received: Vec<u8>,
}

/// A chunked body.
#[derive(Debug)]
pub(crate) enum Body {
    /// It has its end.
    Complete(String),
    /// The connection broke before the end.
    Broken(String),
}

impl SlowResponse {
    /// Sends a GET and takes the head of the response, whose body must be chunked.
    #[track_caller]
    pub(crate) fn get(client: &Client, path: &str) -> Self {
        let server = client.base().strip_prefix("http://").expect("an HTTP address");
        let address: SocketAddr = server.parse().expect("an address");
        let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        set_socket_recv_buffer_size(&socket, RECEIVE_BUFFER).expect("a small buffer");
        connect(&socket, &address).expect("a connection");
        let mut stream = TcpStream::from(socket);
        let token = client.token.as_deref().expect("a token");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {server}\r\nx-api-key: {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("the request is sent");
        let mut response = Self { stream, received: Vec::new() };
        while response.end_of_head().is_none() {
            assert!(response.take(), "no head");
        }
        let head = String::from_utf8_lossy(&response.received).to_lowercase();
        assert!(head.starts_with("http/1.1 200 ") && head.contains("transfer-encoding: chunked"), "{head}");
        response
    }

    /// The address of the client's end.
    pub(crate) fn client_address(&self) -> SocketAddr {
        self.stream.local_addr().expect("the address of a connection")
    }

    /// Takes the rest of the body.
    pub(crate) fn finish(mut self) -> Body {
        loop {
            let body = self.end_of_head().map(|end| &self.received[end..]).expect("a head");
            if let Body::Complete(text) = decode(body) {
                return Body::Complete(text);
            }
            if !self.take() {
                return decode(&self.received[self.end_of_head().expect("a head")..]);
            }
        }
    }

    fn end_of_head(&self) -> Option<usize> {
        self.received.windows(4).position(|window| window == b"\r\n\r\n").map(|position| position + 4)
    }

    /// Takes bytes; `false` at the end of the connection.
    fn take(&mut self) -> bool {
        let mut buffer = vec![0; 1 << 20];
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

/// The text of the chunks that are complete.
fn decode(mut body: &[u8]) -> Body {
    let mut text = Vec::new();
    let into_text = |text| String::from_utf8(text).expect("UTF-8");
    loop {
        let Some(end) = body.windows(2).position(|window| window == b"\r\n") else {
            return Body::Broken(into_text(text));
        };
        let size = std::str::from_utf8(&body[..end]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        let chunk = &body[end + 2..];
        if size == 0 {
            return if chunk == b"\r\n" {
                Body::Complete(into_text(text))
            } else {
                Body::Broken(into_text(text))
            };
        }
        if chunk.len() < size + 2 {
            return Body::Broken(into_text(text));
        }
        text.extend_from_slice(&chunk[..size]);
        body = &chunk[size + 2..];
    }
}
