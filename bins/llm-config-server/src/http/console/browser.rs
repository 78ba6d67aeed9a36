//! The caller of a page: the session cookie, and the use case's session that follows from it.

use std::future::Future;
use std::pin::Pin;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::header::ORIGIN;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use llm_config_service::{Arrival, BrowserSession, Error, Service, Session, User, WebPage};

use super::frame::SignedInUser;
use crate::http::auth::caller;
use crate::http::connection::arrival::arrival;
use crate::http::error::{ConditionKind, RequestError};

/// The prefix makes browsers refuse the cookie over plain HTTP beyond loopback, from other hosts, and with
/// another path.
const COOKIE: &str = "__Host-llm-config";

/// The person whose browser sent the request.
pub(crate) struct Viewer {
    pub(crate) session: Session,
    pub(crate) browser: BrowserSession,
    pub(crate) user: User,
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, RequestError>>>>;

impl FromRequest for Viewer {
    type Error = RequestError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { viewer(&request).await })
    }
}

/// The signed-in person. `Unauthenticated` without a valid session.
pub(crate) async fn viewer(request: &HttpRequest) -> Result<Viewer, RequestError> {
    let service = request.app_data::<web::Data<Service>>();
    let service =
        service.ok_or_else(|| RequestError::new(ConditionKind::Internal, "no service is registered"))?;
    let cookie = request.cookie(COOKIE).ok_or(Error::Unauthenticated)?;
    let found = service.authenticate_browser(cookie.value()).await?;
    let identity = found.authenticated.identity;
    let mut extensions = request.extensions_mut();
    // For the log line of the request, and for the pages of errors.
    extensions.insert(identity);
    extensions.insert(SignedInUser::new(&found.user, &found.session, service.now()));
    drop(extensions);
    let session = Session {
        caller: caller(request, identity),
        actor: found.authenticated.actor,
        basis: Some(found.authenticated.basis),
        arrival: arrival_from_page(request),
        signed_in_at: Some(found.session.signed_in_at),
    };
    Ok(Viewer { session, browser: found.session, user: found.user })
}

/// How the request of a page reached the server. Pages have no referrer, so browsers post their forms with
/// `Origin: null`; the guard has refused every change that does not come from a page of the console.
fn arrival_from_page(request: &HttpRequest) -> Arrival {
    let arrival = arrival(request);
    let has_no_origin = request.headers().get(ORIGIN).is_some_and(|origin| origin == "null");
    if has_no_origin && !request.method().is_safe() {
        Arrival { page: WebPage::Own, ..arrival }
    } else {
        arrival
    }
}

/// The cookie of a session that has just begun. It ends with the browser at the latest.
pub(crate) fn session_cookie(value: &str) -> Cookie<'static> {
    cookie(value.to_owned())
}

/// The cookie that makes the browser forget the session.
pub(crate) fn forgotten_cookie() -> Cookie<'static> {
    let mut forgotten = cookie(String::new());
    forgotten.make_removal();
    forgotten
}

fn cookie(value: String) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .secure(true)
        .http_only(true)
        // `Strict` would not be sent when another site, such as a chat, links to a page.
        .same_site(SameSite::Lax)
        .finish()
}
