//! The middleware of all pages: which requests the console answers, and the headers of its responses.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::address::{ConsoleAddress, Refusal};
use super::headers;
use super::page::page_with;

/// The page for a request that the console does not answer. It has no navigation, because no link would lead
/// anywhere.
#[derive(Template)]
#[template(path = "console/refused.html")]
struct RefusedPage {
    refusal: Refusal,
}

/// Refuses requests that do not come from a page of the console, and adds the headers.
pub(crate) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let address = request.app_data::<web::Data<ConsoleAddress>>().cloned();
    let has_tls = address.as_ref().is_some_and(|address| address.has_tls());
    let refusal = match &address {
        Some(address) => address.check(request.method(), request.headers(), request.uri().authority()).err(),
        None => Some(Refusal::NotServed),
    };
    let mut response = match refusal {
        Some(refusal) => request.into_response(refused(refusal)).map_into_boxed_body(),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    headers::add(response.headers_mut(), has_tls);
    Ok(response)
}

fn refused(refusal: Refusal) -> HttpResponse {
    let status = match refusal {
        Refusal::NotServed | Refusal::OtherSite => StatusCode::FORBIDDEN,
        Refusal::OtherHost => StatusCode::MISDIRECTED_REQUEST,
    };
    page_with(status, &RefusedPage { refusal }).unwrap_or_else(|_| HttpResponse::new(status))
}
