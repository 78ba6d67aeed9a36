//! A connection from which a limited number of bytes is read for each request.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection that fails once the server has sent more bytes than the limit since the last byte of a
/// request: heads, interim responses and the framing of the body included.
pub(crate) struct BoundedStream<S> {
    stream: TokioIo<S>,
    /// The maximum number of bytes that are read for a request; `None` without limit.
    limit: Option<u64>,
    read: u64,
}

impl<S> BoundedStream<S> {
    pub(crate) fn new(stream: S, limit: Option<u64>) -> Self {
        Self { stream: TokioIo::new(stream), limit, read: 0 }
    }

    /// Begins to count anew if bytes of a request were written. An attempt to write does not suffice: while a
    /// server reads nothing, each part that it sends causes one.
    const fn count_from(&mut self, written: usize) -> usize {
        if written > 0 {
            self.read = 0;
        }
        written
    }

    #[cfg(all(test, target_os = "linux"))]
    pub(crate) fn get_ref(&self) -> &S {
        self.stream.inner()
    }
}

impl<S: hyper::rt::Read + Unpin> AsyncRead for BoundedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.read += (buffer.filled().len() - before) as u64;
        if self.limit.is_some_and(|limit| self.read > limit) {
            return Poll::Ready(Err(io::Error::new(ErrorKind::InvalidData, "the response is too long")));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: hyper::rt::Write + Unpin> AsyncWrite for BoundedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        Poll::Ready(Ok(self.count_from(written)))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, parts))?;
        Poll::Ready(Ok(self.count_from(written)))
    }
}

impl<S: Connection> Connection for BoundedStream<S> {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn read_beyond_limit_fails_whether_or_not_writes_are_attempted() {
        let (client, mut server) = tokio::io::duplex(10);
        let mut client = BoundedStream::new(TokioIo::new(client), Some(15));
        client.write_all(&[0; 10]).await.unwrap();
        let mut buffer = [0; 10];
        server.write_all(&[0; 10]).await.unwrap();
        client.read_exact(&mut buffer).await.unwrap();
        // The server has read nothing, so there is no space.
        let blocked = tokio::time::timeout(std::time::Duration::from_millis(5), client.write(&[0]));
        assert!(blocked.await.is_err());
        server.write_all(&[0; 10]).await.unwrap();
        assert_eq!(client.read(&mut buffer).await.unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn read_after_write_has_the_whole_limit_again() {
        let (client, mut server) = tokio::io::duplex(10);
        let mut client = BoundedStream::new(TokioIo::new(client), Some(15));
        let mut buffer = [0; 10];
        for _ in 0..3 {
            client.write_all(&[0]).await.unwrap();
            server.write_all(&[0; 10]).await.unwrap();
            client.read_exact(&mut buffer).await.unwrap();
        }
    }
}
