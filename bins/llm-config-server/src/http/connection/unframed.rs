//! Bodies without a length for clients that speak HTTP/1.0, which has no chunks: their end is the end of the
//! connection.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::HttpRequest;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::{ConnectionType, Version};
use bytes::Bytes;

use crate::http::connection::client_watch::ClientWatch;

/// The response, whose body is sent without chunks if the client does not know them. The HTTP library sends
/// chunks to every client.
pub(crate) fn unframe(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let is_stream = response.response().body().size() == BodySize::Stream;
    if !is_stream || response.request().version() >= Version::HTTP_11 {
        return response;
    }
    let head = response.response_mut().head_mut();
    head.no_chunking(true);
    head.set_connection_type(ConnectionType::Close);
    let request = response.request().clone();
    response.map_body(|_, body| UnframedBody { body, request }.boxed())
}

/// A body that has no end of its own, and the request whose connection ends it.
struct UnframedBody {
    body: BoxBody,
    request: HttpRequest,
}

impl MessageBody for UnframedBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = ready!(Pin::new(&mut self.body).poll_next(context));
        if matches!(next, Some(Err(_)))
            && let Some(connection) = self.request.conn_data::<ClientWatch>()
        {
            // Ended as usual, the connection would make a body that has broken off look whole.
            connection.reset_at_end();
        }
        Poll::Ready(next)
    }
}
