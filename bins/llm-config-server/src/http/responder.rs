//! Responses of handlers beside `Json`.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use crate::http::etag::ETag;

/// 201 with a body.
pub(crate) struct Created<T>(pub(crate) T);

/// A response about a configuration, with the configuration's entity tag.
pub(crate) struct WithETag<T>(pub(crate) ETag, pub(crate) T);

/// 204.
pub(crate) struct NoContent;

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Created().json(self.0)
    }
}

impl<T: Responder> Responder for WithETag<T> {
    type Body = T::Body;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<T::Body> {
        let Self(tag, inner) = self;
        let mut response = inner.respond_to(request);
        response.headers_mut().insert(actix_web::http::header::ETAG, tag.into());
        response
    }
}

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}
