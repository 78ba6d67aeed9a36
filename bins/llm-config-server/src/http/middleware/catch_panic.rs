//! Responses to requests whose handler panics. Without this middleware, the connection closes without a
//! response.

use std::panic::AssertUnwindSafe;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures_util::FutureExt;

use crate::http::error::RequestError;

/// Responds with 500 if the handler panics.
///
/// Wraps resources, not the application: this middleware clones the request, which actix does not allow
/// before the request is routed.
pub(crate) async fn catch_panic(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let http = request.request().clone();
    if let Ok(response) = AssertUnwindSafe(next.call(request)).catch_unwind().await {
        return response.map(ServiceResponse::map_into_left_body);
    }
    let response = RequestError::Panic.respond(&http);
    Ok(ServiceResponse::new(http, response).map_into_right_body())
}
