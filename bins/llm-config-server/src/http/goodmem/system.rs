//! `/v1/system`: what this server is, and its first start.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::caller::Identity;
use llm_config_service::{Initialization, Service};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::arrival::{arrival, ends};
use super::super::authenticate::caller;
use super::super::openapi::refusal::{Forbidden, Internal, Unavailable};
use super::super::peer_user::peer_user;
use super::error::{answer, response};
use super::openapi;

const INIT_CODE: HeaderName = HeaderName::from_static("x-llm-config-init-code");

/// What this server is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SystemInfo {
    version: &'static str,
    major: u32,
    minor: u32,
    patch: u32,
    /// Always false: how the program was built is not known to it.
    dirty: bool,
    git_commit: Option<String>,
    git_describe: Option<String>,
    build_time: Option<String>,
    capabilities: Option<BTreeMap<String, String>>,
}

/// What came of the first start.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SystemInitResponse)]
struct Init<'a> {
    already_initialized: bool,
    message: &'static str,
    /// The root key, shown this once; null if there is one already.
    root_api_key: Option<&'a str>,
    #[schema(format = Uuid)]
    user_id: Option<String>,
}

/// Tells the version; needs no key.
#[utoipa::path(get, path = "/v1/system/info", operation_id = "getSystemInfo", tag = openapi::SYSTEM, security(), responses((status = 200, body = SystemInfo)))]
pub(super) async fn info() -> HttpResponse {
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    HttpResponse::Ok().json(SystemInfo {
        version: env!("CARGO_PKG_VERSION"),
        major: number(env!("CARGO_PKG_VERSION_MAJOR")),
        minor: number(env!("CARGO_PKG_VERSION_MINOR")),
        patch: number(env!("CARGO_PKG_VERSION_PATCH")),
        dirty: false,
        git_commit: None,
        git_describe: None,
        build_time: None,
        capabilities: None,
    })
}

/// Hands out the root key, once, while the server waits for it.
///
/// A program of the server's own user on the same machine needs no code within ten minutes of the
/// start. A request body is ignored.
#[utoipa::path(
    post, path = "/v1/system/init", operation_id = "initializeSystem", tag = openapi::SYSTEM, security(),
    params((
        "x-llm-config-init-code" = Option<String>, Header, nullable = false, description =
            "The code from the file `init-code` in the server's data directory. Needed by everyone but a \
             program of the server's own user, or of root, on the same machine that calls a loopback address \
             or `localhost` directly within ten minutes of the start. After five wrong codes the server \
             accepts no code until it is restarted. (An addition of this server.)"
    )),
    responses((status = 200, body = Init<'static>), Forbidden, Internal, Unavailable)
)]
pub(super) async fn init(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let caller = caller(&request, Identity::Operator);
    let ends = ends(&request);
    let peer = move || ends.and_then(peer_user);
    match service.initialize(&caller, arrival(&request), code(request.headers()), peer).await {
        Ok(Initialization::Done { user, token }) => HttpResponse::Ok().json(Init {
            already_initialized: false,
            message: "System initialized successfully",
            root_api_key: Some(token.expose()),
            user_id: Some(user.to_string()),
        }),
        Ok(Initialization::AlreadyDone) => HttpResponse::Ok().json(Init {
            already_initialized: true,
            message: "System is already initialized",
            root_api_key: None,
            user_id: None,
        }),
        Ok(Initialization::CodeNeeded) => {
            let needed = format!(
                "initialisation needs the header `{INIT_CODE}` with the code in the file `init-code` of the \
                 server's data directory"
            );
            response(StatusCode::FORBIDDEN, &format!("{needed}; {WITHOUT_CODE}"))
        }
        Ok(Initialization::CodeWrong { left }) => {
            let attempts = if left == 1 { "attempt is" } else { "attempts are" };
            let wrong = format!(
                "the initialisation code in the header `{INIT_CODE}` is wrong; {left} {attempts} left"
            );
            response(StatusCode::FORBIDDEN, &wrong)
        }
        Ok(Initialization::CodeEnded) => {
            let ended = "no initialisation code is taken any more, because too many were wrong; start the \
                 server again for a fresh one";
            response(StatusCode::FORBIDDEN, &format!("{ended} ({WITHOUT_CODE})"))
        }
        Err(error) => answer(&request, error.into()),
    }
}

/// When no code is needed. The text is the same for every refusal, so it does not reveal which condition
/// failed.
const WITHOUT_CODE: &str = "without a code the server answers only programs on this machine that run as its \
     own user or as root and call a loopback address or `localhost` directly, not through a proxy and not \
     from a web page, within ten minutes of the server's start";

/// The code in the header. Two headers, or bytes that are not text, count as a wrong code.
fn code(headers: &HeaderMap) -> Option<&str> {
    let mut codes = headers.get_all(INIT_CODE);
    let code = codes.next()?;
    Some(if codes.next().is_none() { code.to_str().unwrap_or_default() } else { "" })
}
