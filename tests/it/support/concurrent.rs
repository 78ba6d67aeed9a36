//! Concurrent requests.

use std::sync::Barrier;

use serde_json::Value;

use super::{Client, Response};

/// A client, a method, a path and a body; a body of `null` means none.
pub(crate) type ConcurrentRequest<'a> = (&'a Client, &'a str, &'a str, &'a Value);

/// Sends all requests at the same moment and returns the responses in their order.
pub(crate) fn send_concurrently(requests: &[ConcurrentRequest<'_>]) -> Vec<Response> {
    let barrier = &Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let send = |(client, method, path, body): ConcurrentRequest<'_>| {
            barrier.wait();
            if body.is_null() {
                client.send(method, path, &[], None)
            } else {
                client.text(method, path, &body.to_string())
            }
        };
        let threads: Vec<_> = requests.iter().map(|&request| scope.spawn(move || send(request))).collect();
        threads.into_iter().map(|thread| thread.join().expect("the thread returns a response")).collect()
    })
}
