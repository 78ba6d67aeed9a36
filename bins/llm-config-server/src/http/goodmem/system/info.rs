//! `GET /v1/system/info`

use std::collections::BTreeMap;

use actix_web::web::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::build;
use crate::http::goodmem::tags;

/// The version of this server.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SystemInfo {
    version: &'static str,
    major: u32,
    minor: u32,
    patch: u32,
    /// Always false: the build is not recorded.
    dirty: bool,
    git_commit: Option<&'static str>,
    git_describe: Option<String>,
    build_time: Option<String>,
    capabilities: Option<BTreeMap<String, String>>,
}

/// Returns the version.
///
/// Needs no key.
#[utoipa::path(
    get, path = "/v1/system/info", operation_id = "getSystemInfo", tag = tags::SYSTEM, security(),
    responses((status = 200, body = SystemInfo))
)]
pub(crate) async fn handle() -> Json<SystemInfo> {
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    Json(SystemInfo {
        version: env!("CARGO_PKG_VERSION"),
        major: number(env!("CARGO_PKG_VERSION_MAJOR")),
        minor: number(env!("CARGO_PKG_VERSION_MINOR")),
        patch: number(env!("CARGO_PKG_VERSION_PATCH")),
        dirty: false,
        git_commit: build::COMMIT,
        git_describe: None,
        build_time: None,
        capabilities: None,
    })
}
