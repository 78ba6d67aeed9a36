//! Signing in: with an access token, or with the code of a login link.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::caller::Identity;
use llm_config_core::field::FieldErrors;
use llm_config_service::{Browser, Error, Service, SignedIn};
use url::form_urlencoded;

use super::browser::{Viewer, forgotten_cookie, session_cookie, viewer};
use super::form::{FormView, PostedForm};
use super::frame::{Frame, base};
use super::notice::Notice;
use super::page::{page, page_with, see_other};
use crate::http::auth::caller;
use crate::http::connection::client_address::client_address;
use crate::http::error::RequestError;

const LABELS: &[(&str, &str)] = &[("token", "Access token"), ("login-code", "Code of a login link")];

const REFUSED_TOKEN: &str = "is not a valid access token; it may have expired or been revoked";

const REFUSED_CODE: &str =
    "is not valid; a link works once, for five minutes. Ask the operator for another one";

/// Makes browsers forget what pages of the session left behind.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The page where a person signs in.
#[derive(Template)]
#[template(path = "console/login.html")]
struct LoginPage {
    frame: Frame,
    form: FormView,
    /// The page to show after the sign-in.
    next: String,
    /// What to know before another try.
    wait: Option<String>,
    /// Whether the browser has a session, which another sign-in would replace.
    has_session: bool,
}

/// Shows the page where a person signs in.
pub(crate) async fn show(request: HttpRequest) -> Result<HttpResponse, RequestError> {
    let mut query = form_urlencoded::parse(request.query_string().as_bytes());
    let next = query.find(|(name, _)| name == "next").map(|(_, page)| page.into_owned()).unwrap_or_default();
    page(&LoginPage {
        frame: Frame::new(&request, None),
        form: FormView::new(LABELS, []),
        next: local_page(&next),
        wait: None,
        has_session: viewer(&request).await.is_ok(),
    })
}

/// Begins a session for the holder of an access token.
pub(crate) async fn with_token(
    request: HttpRequest,
    service: Data<Service>,
    mut posted: PostedForm,
) -> Result<HttpResponse, RequestError> {
    let token = posted.take_secret("token").unwrap_or_default();
    let signed_in =
        service.sign_in_with_token(token.trim(), &unknown_caller(&request), browser(&request)).await;
    answer(&request, &service, &posted, signed_in, ("token", REFUSED_TOKEN)).await
}

/// Begins a session for the person for whom the operator made a login link.
pub(crate) async fn with_link(
    request: HttpRequest,
    service: Data<Service>,
    mut posted: PostedForm,
) -> Result<HttpResponse, RequestError> {
    let code = posted.take_secret("login-code").unwrap_or_default();
    let signed_in =
        service.sign_in_with_link(code.trim(), &unknown_caller(&request), browser(&request)).await;
    answer(&request, &service, &posted, signed_in, ("login-code", REFUSED_CODE)).await
}

/// Ends the session.
pub(crate) async fn sign_out(
    request: HttpRequest,
    service: Data<Service>,
    viewer: Viewer,
) -> Result<HttpResponse, RequestError> {
    service.sign_out(&viewer.session).await?;
    Ok(signed_out(&request))
}

/// Counts as activity in the session, so that it does not end as idle.
pub(crate) async fn extend(service: Data<Service>, viewer: Viewer) -> Result<HttpResponse, RequestError> {
    service.extend_browser_session(&viewer.session).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The response after the session of the browser has ended.
pub(crate) fn signed_out(request: &HttpRequest) -> HttpResponse {
    let mut response = see_other(request, &Notice::SignedOut.on(&format!("{}/login", base(request))));
    let headers = response.headers_mut();
    headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    // A cookie without characters that need quotes is always valid.
    let _ = response.add_cookie(&forgotten_cookie());
    response
}

async fn answer(
    request: &HttpRequest,
    service: &Service,
    posted: &PostedForm,
    signed_in: Result<SignedIn, Error>,
    (field, refused): (&str, &str),
) -> Result<HttpResponse, RequestError> {
    let next = local_page(posted.value("next"));
    let (errors, wait, status) = match signed_in {
        Ok(SignedIn { cookie, .. }) => {
            // A copy of the cookie that is replaced must not stay usable.
            if let Ok(replaced) = viewer(request).await {
                service.sign_out(&replaced.session).await?;
            }
            let mut response = see_other(request, &format!("{}{}", Frame::new(request, None).root, next));
            let _ = response.add_cookie(&session_cookie(&cookie));
            return Ok(response);
        }
        Err(Error::Unauthenticated) => {
            (FieldErrors::one(field, refused), None, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Error::TooManyInvalid { retry_after }) => {
            let seconds = retry_after.as_secs() + 1;
            let wait = format!("Too many attempts failed from your address. Try again in {seconds} seconds.");
            (FieldErrors::default(), Some((seconds, wait)), StatusCode::TOO_MANY_REQUESTS)
        }
        Err(other) => return Err(other.into()),
    };
    let form = FormView::from_posted(LABELS, posted, errors);
    let (seconds, wait) = wait.unzip();
    let frame = Frame::new(request, None);
    let mut response = page_with(status, &LoginPage { frame, form, next, wait, has_session: false })?;
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// The page to show after a sign-in, from a text of the URL, which is not trusted: the start page unless the
/// text is the path of a page.
fn local_page(text: &str) -> String {
    let rest = text.strip_prefix("/console");
    let is_page = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') && !text.contains("//");
    // Browsers leave a path by `..`, and read `%2e` as `.` there.
    let path = text.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let stays = !path.contains("/.") && !path.contains("%2e");
    // The page to sign in would only lead to itself.
    let is_login = rest.is_some_and(|rest| rest.starts_with("/login"));
    if is_page && is_plain && stays && !is_login { text.to_owned() } else { "/console".to_owned() }
}

/// What the server knows of the browser.
fn browser(request: &HttpRequest) -> Browser {
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    Browser { user_agent: agent.map(str::to_owned), address: client_address(request) }
}

/// The caller of a sign-in, for the audit event: only the request is known.
fn unknown_caller(request: &HttpRequest) -> llm_config_core::caller::Caller {
    caller(request, Identity::Operator)
}

#[cfg(test)]
mod tests {
    use super::local_page;

    #[test]
    fn local_page_of_other_site_or_path_is_the_start_page() {
        for page in ["/console", "/console/configs?q=a..b", "/console?x", "/console/configs/1"] {
            assert_eq!(local_page(page), page);
        }
        for text in [
            "",
            "/",
            "//evil.example",
            "/console//evil.example",
            "https://evil.example/console",
            "/console@evil.example",
            "/consoleX",
            "/console/\\evil",
            "/console/a b",
            "/console/../other",
            "/console/%2E./other",
            "/console/\r\nset-cookie:a",
            "/console/login?next=/console",
        ] {
            assert_eq!(local_page(text), "/console", "{text}");
        }
    }
}
