//! A request, from its head until its response has been handed over to the system: its connection is not
//! idle, reads no further request, and a large response counts as memory of its user.

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, VARY};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use bytes::Bytes;
use llm_config_core::caller::Identity;
use llm_config_service::{MemoryFull, RequestMemory, Service};

use crate::http::body::UNCOUNTED;
use crate::http::connection::idle::Activity;
use crate::http::connection::sequential::{ReadGate, read_while_body_is_awaited};
use crate::http::connection::unused::RequestWatch;
use crate::http::error::RequestError;

/// How many bytes of a large body are handed over at once.
const PART: usize = 16 * 1024;

/// The middleware of an app whose requests are not logged.
pub(crate) async fn run(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let running = RunningRequest::new(&mut request);
    Ok(running.end_with(next.call(request).await?.map_into_boxed_body()))
}

/// A request that has not ended.
pub(crate) struct RunningRequest {
    activity: Option<Rc<Activity>>,
    gate: Option<Rc<ReadGate>>,
    /// The memory of a response that is whole in memory.
    memory: Option<RequestMemory>,
}

impl RunningRequest {
    pub(crate) fn new(request: &mut ServiceRequest) -> Self {
        let activity = request.conn_data::<Rc<Activity>>().cloned();
        if let Some(activity) = &activity {
            activity.begin_request();
        }
        let gate = request.conn_data::<Rc<ReadGate>>().cloned();
        if let Some(gate) = &gate {
            gate.begin_request();
        }
        if let Some(connection) = request.conn_data::<RequestWatch>() {
            connection.note_request();
        }
        read_while_body_is_awaited(request);
        Self { activity, gate, memory: None }
    }

    /// Makes a large body that is whole in memory be sent in parts, and counts it as memory of the user until
    /// it has been sent. If the user holds as much as they may, a read is refused; the response to a change
    /// is sent, because the change has been made.
    ///
    /// A body of a request without a token does not count: it is a file or a document of the program, which
    /// all requests share.
    pub(crate) fn count_body(&mut self, response: ServiceResponse) -> ServiceResponse {
        let BodySize::Sized(size) = response.response().body().size() else { return response };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size <= UNCOUNTED {
            return response;
        }
        let (request, response) = response.into_parts();
        let (head, body) = response.into_parts();
        let response = match body.try_into_bytes() {
            Ok(whole) => match self.hold(size, &request) {
                Ok(()) => head.set_body(BoxBody::new(InParts(whole))),
                Err(full) => refusal(full, &request, head.headers()),
            },
            Err(stream) => head.set_body(stream),
        };
        ServiceResponse::new(request, response)
    }

    fn hold(&mut self, size: usize, request: &HttpRequest) -> Result<(), MemoryFull> {
        let user = request.extensions().get::<Identity>().map(Identity::principal);
        let service = request.app_data::<Data<Service>>();
        let (Some(user), Some(service)) = (user, service) else { return Ok(()) };
        let memory = self.memory.insert(service.request_memory(Some(user)));
        if request.method().is_safe() {
            return memory.grow_to(size);
        }
        memory.grow_beyond_limits_to(size);
        Ok(())
    }

    /// The response, with whose end the request ends.
    pub(crate) fn end_with(self, response: ServiceResponse) -> ServiceResponse<impl MessageBody> {
        response.map_body(|_, body| RunningBody { body, _request: self })
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        if let Some(activity) = &self.activity {
            activity.end_request();
        }
        if let Some(gate) = &self.gate {
            gate.end_request();
        }
    }
}

/// The response in place of one with these headers. Web pages may read it as they may read that one.
fn refusal(full: MemoryFull, request: &HttpRequest, replaced: &HeaderMap) -> HttpResponse {
    let mut response = RequestError::from(full).respond(request);
    for (name, value) in replaced {
        if *name == VARY || name.as_str().starts_with("access-control-") {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}

/// A body that is handed over part by part. The HTTP library copies what it gets, and drops a body that it
/// has got, although the client may take long for it.
struct InParts(Bytes);

impl MessageBody for InParts {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let length = self.0.len().min(PART);
        Poll::Ready((length > 0).then(|| Ok(self.0.split_to(length))))
    }
}

/// A body, and the request that ends with it.
struct RunningBody {
    body: BoxBody,
    _request: RunningRequest,
}

impl MessageBody for RunningBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
