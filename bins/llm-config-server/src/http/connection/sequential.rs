//! Connections whose requests are read one after the other.
//!
//! The HTTP library parses whatever a client has sent, up to 128 KiB: thousands of small requests, at several
//! KiB of memory for each. So it gets one head at a time; two if the bytes that were read end within the
//! empty line of the first one; and behind the end of a body, as many as fit into 128 bytes. It reads no
//! bytes while a request runs, unless that request waits for its body. What a client sends ahead stays with
//! the system, but for the rest of one read.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::rt::net::TcpStream;
use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The least number of bytes that are handed over while a body is read. A body may consist of empty lines,
/// and looks then like heads; to hand over each by itself would cost microseconds for each byte.
const BODY_PART: usize = 128;

/// What the next bytes of a connection are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Awaited {
    /// The head of the next request: no request runs.
    #[default]
    Head,
    /// The body of the request that runs, or the rest of one that was answered without being read.
    Body,
    /// Nothing yet: a request runs, and waits for no byte of its body.
    Nothing,
}

/// Decides whether the next bytes of a connection may be read.
#[derive(Default)]
pub(crate) struct ReadGate {
    awaited: Cell<Awaited>,
    /// Whether the running request has left a part of its body unread.
    leaves_body: Cell<bool>,
    /// The reader, if it waits although bytes have arrived.
    waiting: RefCell<Option<Waker>>,
}

impl ReadGate {
    /// Lets no byte be read: a request has begun.
    pub(crate) fn begin_request(&self) {
        self.leaves_body.set(false);
        self.close();
    }

    /// Lets the next head be read, and before it what is left of a body: no request runs.
    pub(crate) fn end_request(&self) {
        self.open_for(if self.leaves_body.get() { Awaited::Body } else { Awaited::Head });
    }

    /// Lets no byte be read: a request runs, and waits for no byte of its body.
    fn close(&self) {
        self.awaited.set(Awaited::Nothing);
    }

    fn open_for(&self, awaited: Awaited) {
        self.awaited.set(awaited);
        if let Some(reader) = self.waiting.take() {
            reader.wake();
        }
    }
}

/// Makes the connection be read while the request waits for its body.
pub(crate) fn read_while_body_is_awaited(request: &mut ServiceRequest) {
    let Some(gate) = request.conn_data::<Rc<ReadGate>>().cloned() else { return };
    let body = request.take_payload();
    if !matches!(body, Payload::None) {
        request
            .set_payload(Payload::Stream { payload: Box::pin(AwaitedBody { body, gate, has_ended: false }) });
    }
}

/// The body of a request, whose connection is read while this waits for bytes.
struct AwaitedBody {
    body: Payload,
    gate: Rc<ReadGate>,
    has_ended: bool,
}

impl Stream for AwaitedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.body).poll_next(context);
        if next.is_pending() {
            self.gate.open_for(Awaited::Body);
        } else {
            self.gate.close();
        }
        self.has_ended |= matches!(next, Poll::Ready(None | Some(Err(_))));
        next
    }
}

impl Drop for AwaitedBody {
    fn drop(&mut self) {
        if !self.has_ended {
            self.gate.leaves_body.set(true);
        }
    }
}

/// A connection that hands over its bytes as the module describes.
pub(crate) struct SequentialStream {
    stream: TcpStream,
    gate: Rc<ReadGate>,
    /// Bytes that were read with the head before.
    ahead: BytesMut,
    /// Whether the bytes handed over last may end a head, which the library has to parse before the next
    /// bytes.
    must_parse_first: bool,
}

impl SequentialStream {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, gate: Rc::default(), ahead: BytesMut::new(), must_parse_first: false }
    }

    pub(crate) const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(crate) fn gate(&self) -> Rc<ReadGate> {
        Rc::clone(&self.gate)
    }

    /// Whether bytes have arrived: `false` is the end of the connection.
    fn poll_arrived(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if !self.ahead.is_empty() {
            return Poll::Ready(Ok(true));
        }
        let mut byte = [0];
        let found = ready!(self.stream.poll_peek(context, &mut ReadBuf::new(&mut byte)));
        Poll::Ready(found.map(|bytes| bytes > 0))
    }

    /// Reads the next bytes: at most up to the end of the first head, if another one ends behind it.
    fn poll_next(&mut self, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let start = buffer.filled().len();
        let least = if self.gate.awaited.get() == Awaited::Body { BODY_PART } else { 0 };
        if self.ahead.is_empty() {
            ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
            let end = start + length_with_one_head(&buffer.filled()[start..], least);
            self.ahead.extend_from_slice(&buffer.filled()[end..]);
            buffer.set_filled(end);
        } else {
            let length = length_with_one_head(&self.ahead, least).min(buffer.remaining());
            buffer.put_slice(&self.ahead.split_to(length));
        }
        self.must_parse_first = end_of_head(&buffer.filled()[start..]).is_some();
        Poll::Ready(Ok(()))
    }
}

/// The number of bytes at the beginning in which at most one head ends, or `least`.
fn length_with_one_head(bytes: &[u8], least: usize) -> usize {
    let Some(first) = end_of_head(bytes) else { return bytes.len() };
    let length = first.max(least).min(bytes.len());
    if end_of_head(&bytes[length..]).is_some() { length } else { bytes.len() }
}

/// The number of bytes up to the end of the first empty line behind another line, which ends a head. One in a
/// body is taken for such a line too, which costs time only.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    // Empty lines before a head belong to no head.
    let head = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    memchr::memchr_iter(b'\n', &bytes[head..]).map(|line_end| head + line_end).find_map(
        |line_end| match bytes[line_end + 1..] {
            [b'\n', ..] => Some(line_end + 2),
            [b'\r', b'\n', ..] => Some(line_end + 3),
            _ => None,
        },
    )
}

impl AsyncRead for SequentialStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let is_closed = self.gate.awaited.get() == Awaited::Nothing;
        if !is_closed && !self.must_parse_first {
            return self.poll_next(context, buffer);
        }
        // The library reads until there is nothing to read, and parses then.
        self.must_parse_first = false;
        if !ready!(self.poll_arrived(context))? {
            return Poll::Ready(Ok(()));
        }
        if is_closed {
            self.gate.waiting.replace(Some(context.waker().clone()));
        } else {
            context.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl AsyncWrite for SequentialStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_with_one_head_ends_with_the_first_of_two_heads() {
        for (bytes, length) in [
            ("", 0),
            ("GET / HTTP/1.1\r\n", 16),
            ("a\r\n\r\n", 5),
            ("a\r\n\r\nb\r\n", 8),
            ("a\r\n\r\nb\r\n\r\n", 5),
            ("a\n\nb\n\n", 3),
            ("\r\n\n\na\n\nb\n\n", 7),
        ] {
            assert_eq!(length_with_one_head(bytes.as_bytes(), 0), length, "{bytes:?}");
        }
        assert_eq!(length_with_one_head(&b"\n".repeat(100_000), 0), 100_000, "lines before a head");
    }

    #[test]
    fn length_with_one_head_is_at_least_so_much() {
        let heads = "a\n\n".repeat(100);
        assert_eq!(length_with_one_head(heads.as_bytes(), BODY_PART), BODY_PART);
        assert_eq!(length_with_one_head(&heads.as_bytes()[..100], BODY_PART), 100);
        let head = format!("{}\n\na\n\n", "a".repeat(300));
        assert_eq!(length_with_one_head(head.as_bytes(), BODY_PART), 302);
    }
}
