//! Clients that send requests ahead and do not read the responses.
//!
//! The HTTP library handles each request that it has read, whether or not the client has taken the responses
//! before.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::body::BodySize;
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::http::connection::client_watch::Handle;

/// How many bytes of responses are written without a look at the connection, which costs a system call.
const UNWATCHED: u64 = 64 * 1024;

/// The approximate size of the head of a response in bytes.
const HEAD: u64 = 512;

/// The pause between two looks at a connection whose client takes no bytes. The write timeout ends it.
const PAUSE: Duration = Duration::from_millis(50);

/// The responses of a connection that the client may not have taken.
pub(crate) struct ResponsesAhead {
    handle: Rc<Handle>,
    /// The bytes that were written since the last look.
    written: Cell<u64>,
}

impl ResponsesAhead {
    pub(crate) fn new(handle: Rc<Handle>) -> Self {
        Self { handle, written: Cell::new(0) }
    }

    fn note(&self, size: BodySize) {
        let body = match size {
            BodySize::None => 0,
            BodySize::Sized(bytes) => bytes,
            BodySize::Stream => UNWATCHED,
        };
        self.written.set(self.written.get().saturating_add(HEAD + body));
    }

    async fn wait(&self) {
        if self.written.replace(0) < UNWATCHED {
            return;
        }
        // The library hands the responses before over to the system while this request waits.
        yield_now().await;
        while !self.handle.is_writable() {
            sleep(PAUSE).await;
        }
    }
}

/// Waits until the client has taken most of the responses before, if they are large.
pub(crate) async fn wait(request: &HttpRequest) {
    if let Some(responses) = request.conn_data::<ResponsesAhead>() {
        responses.wait().await;
    }
}

/// Notes that a response with a body of this size is written.
pub(crate) fn note(request: &HttpRequest, size: BodySize) {
    if let Some(responses) = request.conn_data::<ResponsesAhead>() {
        responses.note(size);
    }
}
