//! Requests at the same moment.

use std::sync::Barrier;

use serde_json::Value;

use super::{Answer, Client};

/// A request that is one of several.
pub(crate) type Racer<'a> = (&'a Client, &'a str, &'a str, &'a Value);

/// Sends all these requests at once, each (client, method, path, body), and returns the answers in
/// their order. A body of `null` is none.
pub(crate) fn at_once(requests: &[Racer<'_>]) -> Vec<Answer> {
    let barrier = &Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let send = |(client, method, path, body): Racer<'_>| {
            barrier.wait();
            if body.is_null() {
                client.send(method, path, &[], None)
            } else {
                client.text(method, path, &body.to_string())
            }
        };
        let racers: Vec<_> = requests.iter().map(|&request| scope.spawn(move || send(request))).collect();
        racers.into_iter().map(|it| it.join().expect("an answer")).collect()
    })
}
