//! Waits that end when the client leaves.

use std::pin::pin;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::{Either, select};

use crate::http::connection::client_watch::ClientWatch;

/// The output of `work`; `None` if the client closes its connection before. Dropping `work` then ends what it
/// does at a provider.
pub(super) async fn while_client_waits<T>(request: &HttpRequest, work: impl Future<Output = T>) -> Option<T> {
    let Some(watch) = request.conn_data::<ClientWatch>() else { return Some(work.await) };
    match select(pin!(work), pin!(watch.gone())).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(((), _)) => None,
    }
}

/// The response that no one reads. Logs and metrics show its status for a client that did not wait, as in
/// other proxies.
pub(super) fn client_closed() -> HttpResponse {
    HttpResponse::new(StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST))
}
