//! The end of connections between two requests: of idle ones, and of those whose next head does not end.
//!
//! The HTTP library limits the time of a connection's first head, and of a connection without a single byte
//! of the next one. One byte of a second head would otherwise hold a connection for ever.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::rc::{Rc, Weak};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::http::connection::client_watch::Handle;

/// How long a connection may have no request, by default.
pub(crate) const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest pause between two looks at the connections of a thread.
const MAX_TICK: Duration = Duration::from_secs(1);

thread_local! {
    /// The connections that this thread serves; `None` before the first one.
    static CONNECTIONS: RefCell<Option<Vec<Weak<Activity>>>> = const { RefCell::new(None) };
}

/// Whether a connection has a request.
pub(crate) struct Activity {
    handle: Rc<Handle>,
    requests: Cell<u32>,
    idle_since: Cell<Instant>,
}

impl Activity {
    /// The activity of a new connection, which ends if it has no request for `timeout`.
    pub(crate) fn watch(handle: Rc<Handle>, timeout: Duration) -> Rc<Self> {
        let activity = Self { handle, requests: Cell::new(0), idle_since: Cell::new(Instant::now()) };
        let activity = Rc::new(activity);
        CONNECTIONS.with_borrow_mut(|connections| {
            if connections.is_none() {
                actix_web::rt::spawn(end_idle_connections(timeout));
            }
            connections.get_or_insert_default().push(Rc::downgrade(&activity));
        });
        activity
    }

    /// Notes that a request has begun.
    pub(crate) fn begin_request(&self) {
        self.requests.set(self.requests.get() + 1);
    }

    /// Notes that a request has ended.
    pub(crate) fn end_request(&self) {
        self.requests.set(self.requests.get().saturating_sub(1));
        self.idle_since.set(Instant::now());
    }

    fn end_if_idle(&self, timeout: Duration, now: Instant) {
        let is_idle = self.requests.get() == 0 && now.duration_since(self.idle_since.get()) >= timeout;
        // A client that takes the last response slowly is not idle: the write timeout is for it.
        if is_idle && self.handle.is_writable() {
            self.handle.shut_down();
        }
    }
}

/// Looks at all connections of this thread again and again: a timer for each would cost more.
async fn end_idle_connections(timeout: Duration) -> Infallible {
    let tick = (timeout / 4).clamp(Duration::from_millis(5), MAX_TICK);
    let mut ticks = interval(tick);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let now = ticks.tick().await;
        CONNECTIONS.with_borrow_mut(|connections| {
            connections.get_or_insert_default().retain(|connection| {
                let connection = connection.upgrade();
                if let Some(connection) = &connection {
                    connection.end_if_idle(timeout, now);
                }
                connection.is_some()
            });
        });
    }
}
