//! Whether a client is still there while it waits for a response.
//!
//! The HTTP library does not drop a handler that waits when its client closes the connection. Without this, a
//! model would go on to generate what no one reads.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::os::fd::AsFd;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::set_socket_linger;
use rustix::net::{Shutdown, shutdown};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a request is answered at most without a look at its connection. Most answers of fast providers
/// are sooner, and each look costs system calls.
const UNWATCHED: Duration = Duration::from_millis(10);

/// A second handle of an accepted connection. It is absent while it is registered with the runtime.
pub(crate) struct Handle(Cell<Option<std::net::TcpStream>>);

impl Handle {
    /// `None` if the system refuses a second handle.
    pub(crate) fn new(connection: &TcpStream) -> Option<Rc<Self>> {
        let handle = connection.as_fd().try_clone_to_owned().ok()?;
        Some(Rc::new(Self(Cell::new(Some(std::net::TcpStream::from(handle))))))
    }

    /// Whether the system takes bytes for the client.
    pub(crate) fn is_writable(&self) -> bool {
        self.with(|handle| {
            let mut polled = [PollFd::new(handle, PollFlags::OUT)];
            poll(&mut polled, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
        })
    }

    /// Ends the connection. Bytes that the system has taken already are still sent.
    pub(crate) fn shut_down(&self) {
        self.with(|handle| shutdown(handle, Shutdown::Both).is_ok());
    }

    fn with(&self, work: impl FnOnce(&std::net::TcpStream) -> bool) -> bool {
        let handle = self.0.take();
        let done = handle.as_ref().is_some_and(work);
        self.0.set(handle);
        done
    }
}

/// Whether the client of an accepted connection is still there.
pub(crate) struct ClientWatch {
    handle: Rc<Handle>,
    /// The timer of [`UNWATCHED`]. It runs on after the response, because a new timer for each request would
    /// cost a system call. If it ends during a later request, it is set to the time of that one.
    unwatched: RefCell<Option<Pin<Box<Sleep>>>>,
}

/// The handle, registered with the runtime until this is dropped. While it is registered, the runtime gets
/// every event of the connection twice.
struct Watched<'a> {
    watch: &'a ClientWatch,
    stream: Option<tokio::net::TcpStream>,
}

impl ClientWatch {
    pub(crate) fn new(handle: Rc<Handle>) -> Self {
        Self { handle, unwatched: RefCell::default() }
    }

    /// Ends when the client has closed its side of the connection before any byte of the response, or the
    /// connection is broken. Requests that the client has sent ahead do not count; with some, this never
    /// ends.
    pub(crate) async fn gone(&self) {
        let end = Instant::now() + UNWATCHED;
        poll_fn(|context| self.poll_unwatched(end, context)).await;
        let stream = self.handle.0.take().and_then(|handle| tokio::net::TcpStream::from_std(handle).ok());
        let watched = Watched { watch: self, stream };
        let Some(stream) = &watched.stream else { return pending().await };
        match stream.peek(&mut [0]).await {
            Ok(0) | Err(_) => {}
            Ok(_) => pending().await,
        }
    }

    /// Makes the connection end with a reset, which no client takes for the end of a body.
    pub(crate) fn reset_at_end(&self) {
        // A connection that refuses the option is broken already.
        self.handle.with(|handle| set_socket_linger(handle, Some(Duration::ZERO)).is_ok());
    }

    fn poll_unwatched(&self, end: Instant, context: &mut Context<'_>) -> Poll<()> {
        let mut unwatched = self.unwatched.borrow_mut();
        let timer = unwatched.get_or_insert_with(|| Box::pin(sleep_until(end)));
        ready!(timer.as_mut().poll(context));
        if timer.deadline() < end {
            timer.as_mut().reset(end);
            ready!(timer.as_mut().poll(context));
        }
        *unwatched = None;
        Poll::Ready(())
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        let handle = self.stream.take().and_then(|stream| stream.into_std().ok());
        self.watch.handle.0.set(handle);
    }
}
