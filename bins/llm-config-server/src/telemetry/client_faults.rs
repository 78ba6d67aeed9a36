//! Keeps what clients and providers do wrong from being logged as errors of the server.

use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The part of the HTTP library that serves connections.
const CONNECTIONS: &str = "actix_http::h1::";

/// How its errors begin that a client causes: a broken or oversized head, bytes of TLS, a closed or slow
/// connection. Its other errors, but the next one, are faults of the server.
const CLIENT_FAULTS: [&str; 6] = [
    "stream error: request parse error",
    "stream error: I/O error",
    "stream error: request did not complete",
    "stream error: connection shutdown timeout",
    "stream error: handler dropped payload",
    "MAX_BUFFER_SIZE",
];

/// How its error begins when the answer of a provider breaks off. The metrics count such answers.
const PROVIDER_FAULT: &str = "Response payload stream error: StreamCut";

/// Drops the events in which the HTTP library reports such a fault as an error, whatever the log filter is. A
/// scan of the ports would otherwise look like an outage. `http::connection::unused` logs these connections.
pub(super) struct WithoutClientFaults;

impl<S: Subscriber> Layer<S> for WithoutClientFaults {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let metadata = event.metadata();
        *metadata.level() != Level::ERROR
            || !metadata.target().starts_with(CONNECTIONS)
            || !is_fault_of_others(event)
    }
}

fn is_fault_of_others(event: &Event<'_>) -> bool {
    let mut message = Message(String::new());
    event.record(&mut message);
    CLIENT_FAULTS.iter().chain([&PROVIDER_FAULT]).any(|fault| message.0.starts_with(fault))
}

/// The message of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            // Writing to a `String` does not fail.
            let _ = write!(self.0, "{value:?}");
        }
    }
}
