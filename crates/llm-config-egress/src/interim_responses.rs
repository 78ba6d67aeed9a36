//! Interim responses (1xx), of which the HTTP library skips any number before the response.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Waits until the server sends a second interim response to this request. Servers send at most one; each
/// costs as much as a response, and no time limit ends them.
pub(crate) fn second_interim_response<B>(
    request: &mut http::Request<B>,
) -> impl Future<Output = ()> + use<B> {
    let second = Arc::new(Notify::new());
    let notify = Arc::clone(&second);
    let is_second = AtomicBool::new(false);
    hyper::ext::on_informational(request, move |_| {
        if is_second.swap(true, Ordering::Relaxed) {
            notify.notify_one();
        }
    });
    async move { second.notified().await }
}
