//! Servers on loopback for the unit tests of this crate.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(target_os = "linux")]
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
#[cfg(target_os = "linux")]
use tokio::net::TcpSocket;
use tokio::net::{TcpListener, TcpStream};

/// The first byte of a TLS handshake.
const TLS_HANDSHAKE: &str = "\u{16}";

/// A server on a free port of 127.0.0.1 that runs `serve_connection` for each connection.
pub(crate) async fn serve<F, T>(serve_connection: F) -> SocketAddr
where
    F: Fn(TcpStream) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve_connection(stream));
        }
    });
    address
}

/// A server that responds to each request with these bytes and closes the connection.
pub(crate) async fn responding(bytes: impl Into<Vec<u8>>) -> SocketAddr {
    let bytes: Arc<[u8]> = bytes.into().into();
    serve(move |mut stream| {
        let bytes = Arc::clone(&bytes);
        async move {
            read_head(&mut stream).await;
            // The client may close the connection before it has read everything.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

/// A server that keeps connections open and responds with the number of the connection.
pub(crate) async fn keeping_alive() -> SocketAddr {
    let connections = AtomicUsize::new(0);
    serve(move |mut stream| {
        let number = connections.fetch_add(1, Ordering::SeqCst) + 1;
        async move {
            while !read_head(&mut stream).await.is_empty() {
                let response = format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{number}");
                if stream.write_all(response.as_bytes()).await.is_err() {
                    return;
                }
            }
        }
    })
    .await
}

/// Reads a request without a body, or the first byte of a TLS handshake. Returns an empty text if the client
/// closes the connection.
pub(crate) async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
        if head == TLS_HANDSHAKE.as_bytes() {
            break;
        }
    }
    String::from_utf8(head).unwrap()
}

/// Whether a connection begins with a TLS handshake, by which the guard learns which protocol a server
/// speaks.
pub(crate) fn is_tls_handshake(head: &str) -> bool {
    head == TLS_HANDSHAKE
}

/// A response with this body that closes the connection.
pub(crate) fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Runs the tasks of the runtime's one thread that can continue.
pub(crate) async fn run_other_tasks() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

/// A listener with a full backlog, and the connections that fill it. Linux drops further connection attempts
/// until the listener accepts.
#[cfg(target_os = "linux")]
pub(crate) async fn full_listener(address: &str) -> (TcpListener, Vec<TcpStream>) {
    let address: SocketAddr = address.parse().unwrap();
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.unwrap();
    socket.bind(address).unwrap();
    let listener = socket.listen(0).unwrap();
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let wait = Duration::from_millis(200);
    while let Ok(connected) = tokio::time::timeout(wait, TcpStream::connect(at)).await {
        waiting.push(connected.unwrap());
    }
    (listener, waiting)
}
