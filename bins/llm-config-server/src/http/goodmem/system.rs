//! `/v1/system`: what this server is, and its first start.

use std::collections::BTreeMap;

use actix_web::http::header::{HOST, ORIGIN};
use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::caller::Identity;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::authenticate::{caller, is_forwarded};
use super::super::openapi::refusal::{Forbidden, Internal, Unavailable};
use super::error::answer;
use super::openapi;
use crate::service::{Initialization, Service};

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

/// Hands out the root key, once, to a program on the same machine, while the server waits for it.
///
/// Whatever body there is says nothing and is not read.
#[utoipa::path(post, path = "/v1/system/init", operation_id = "initializeSystem", tag = openapi::SYSTEM, security(), responses((status = 200, body = Init<'static>), Forbidden, Internal, Unavailable))]
pub(super) async fn init(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let caller = caller(&request, Identity::Operator);
    match service.initialize(&caller, is_local(&request)).await {
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
        Err(error) => answer(&request, error.into()),
    }
}

/// Whether the request was sent by a program on this machine, and neither by a web page nor
/// through a proxy.
fn is_local(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let was_passed_on = headers.contains_key(ORIGIN) || is_forwarded(headers);
    let from_here = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    let mut hosts = headers.get_all(HOST);
    let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
    !was_passed_on && from_here && hosts.next().is_none() && names_loopback(host)
}

/// A loopback literal or `localhost`, with or without a port. A name that merely resolves to
/// loopback is what a web page would use.
fn names_loopback(host: &str) -> bool {
    let Ok(url) = url::Url::parse(&format!("http://{host}/")) else { return false };
    let is_bare = url.username().is_empty() && url.path() == "/" && url.query().is_none();
    is_bare
        && match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_literals_and_localhost_are_local() {
        for host in ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "127.0.0.2"] {
            assert!(names_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "10.0.0.1:8080",
            "",
            "a@localhost",
            "localhost/x",
            "[::]",
        ] {
            assert!(!names_loopback(host), "{host}");
        }
    }
}
