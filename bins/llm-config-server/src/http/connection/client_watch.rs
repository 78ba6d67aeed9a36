//! Whether a client is still there while it waits for a response.
//!
//! The HTTP library does not drop a handler that waits when its client closes the connection. Without this, a
//! model would go on to generate what no one reads.

use std::future::pending;
use std::os::fd::AsFd;

use actix_web::rt::net::TcpStream;
use tokio::sync::OnceCell;

/// A second handle of an accepted connection.
pub(crate) struct ClientWatch {
    handle: std::cell::Cell<Option<std::net::TcpStream>>,
    stream: OnceCell<Option<tokio::net::TcpStream>>,
}

impl ClientWatch {
    /// The watch of a connection; `None` if the system refuses a second handle.
    pub(crate) fn new(connection: &TcpStream) -> Option<Self> {
        let handle = connection.as_fd().try_clone_to_owned().ok()?;
        let handle = std::net::TcpStream::from(handle);
        Some(Self { handle: Some(handle).into(), stream: OnceCell::new() })
    }

    /// Ends when the client has closed its side of the connection before any byte of the response, or the
    /// connection is broken. Requests that the client has sent ahead do not count; with some, this never
    /// ends.
    pub(crate) async fn gone(&self) {
        let open =
            async || self.handle.take().and_then(|handle| tokio::net::TcpStream::from_std(handle).ok());
        let Some(stream) = self.stream.get_or_init(open).await else { return pending().await };
        match stream.peek(&mut [0]).await {
            Ok(0) | Err(_) => {}
            Ok(_) => pending().await,
        }
    }
}
