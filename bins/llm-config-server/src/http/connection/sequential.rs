//! Connections whose requests are read one after the other.
//!
//! The HTTP library parses whatever a client has sent, up to 128 KiB: thousands of small requests, at several
//! KiB of memory for each. So it gets at most one head at a time, and nothing while a request is handled that
//! waits for no byte of its body. What a client sends ahead stays with the system.

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

/// Whether the next bytes of a connection may be read.
#[derive(Default)]
pub(crate) struct Reading {
    is_paused: Cell<bool>,
    /// The reader, if it waits although bytes have arrived.
    waiting: RefCell<Option<Waker>>,
}

impl Reading {
    /// Lets no byte be read: a request is handled, and waits for no byte of its body.
    pub(crate) fn pause(&self) {
        self.is_paused.set(true);
    }

    /// Lets bytes be read: no request is handled, or it waits for its body.
    pub(crate) fn resume(&self) {
        self.is_paused.set(false);
        if let Some(reader) = self.waiting.take() {
            reader.wake();
        }
    }
}

/// Makes the connection be read while the request waits for its body.
pub(crate) fn read_while_body_is_awaited(request: &mut ServiceRequest) {
    let Some(reading) = request.conn_data::<Rc<Reading>>().cloned() else { return };
    let body = request.take_payload();
    if !matches!(body, Payload::None) {
        request.set_payload(Payload::Stream { payload: Box::pin(AwaitedBody { body, reading }) });
    }
}

/// The body of a request, whose connection is read while this waits for bytes.
struct AwaitedBody {
    body: Payload,
    reading: Rc<Reading>,
}

impl Stream for AwaitedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.body).poll_next(context);
        if next.is_pending() {
            self.reading.resume();
        } else {
            self.reading.pause();
        }
        next
    }
}

/// A connection that hands over its bytes as the module describes.
pub(crate) struct SequentialStream {
    stream: TcpStream,
    reading: Rc<Reading>,
    /// Bytes that were read with the head before.
    ahead: BytesMut,
    /// Whether the bytes handed over last may end a head, which the library has to parse first.
    has_head: bool,
}

impl SequentialStream {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, reading: Rc::default(), ahead: BytesMut::new(), has_head: false }
    }

    pub(crate) const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(crate) fn reading(&self) -> Rc<Reading> {
        Rc::clone(&self.reading)
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
        if self.ahead.is_empty() {
            ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
            let end = start + length_with_one_head(&buffer.filled()[start..]);
            self.ahead.extend_from_slice(&buffer.filled()[end..]);
            buffer.set_filled(end);
        } else {
            let length = length_with_one_head(&self.ahead).min(buffer.remaining());
            buffer.put_slice(&self.ahead.split_to(length));
        }
        self.has_head = end_of_head(&buffer.filled()[start..]).is_some();
        Poll::Ready(Ok(()))
    }
}

/// The number of bytes at the beginning in which at most one head ends.
fn length_with_one_head(bytes: &[u8]) -> usize {
    let first = end_of_head(bytes).filter(|first| end_of_head(&bytes[*first..]).is_some());
    first.unwrap_or(bytes.len())
}

/// The number of bytes up to the end of the first empty line, which ends a head. One in a body is taken for
/// such a line too, which costs time only.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes).find_map(|line_end| match bytes[line_end + 1..] {
        [b'\n', ..] => Some(line_end + 2),
        [b'\r', b'\n', ..] => Some(line_end + 3),
        _ => None,
    })
}

impl AsyncRead for SequentialStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let is_paused = self.reading.is_paused.get();
        if !is_paused && !self.has_head {
            return self.poll_next(context, buffer);
        }
        // The library reads until there is nothing to read, and parses then.
        self.has_head = false;
        if !ready!(self.poll_arrived(context))? {
            return Poll::Ready(Ok(()));
        }
        if is_paused {
            self.reading.waiting.replace(Some(context.waker().clone()));
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
