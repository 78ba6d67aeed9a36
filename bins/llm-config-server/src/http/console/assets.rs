//! The files that pages load. Their names contain a hash of their content, so browsers keep them for ever.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use crate::http::error::{ConditionKind, RequestError};

/// A file of the console.
struct Asset {
    /// The name in the URL.
    name: String,
    content_type: &'static str,
    content: &'static [u8],
}

/// The names of the files, as pages refer to them.
pub(crate) struct AssetNames {
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    pub(crate) htmx: &'static str,
    pub(crate) icon: &'static str,
}

/// The directory of the files, below the path of the console.
pub(crate) const PATH: &str = "/assets/{name}";

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        asset("console", "css", include_bytes!("../../../assets/console/console.css")),
        asset("console", "js", include_bytes!("../../../assets/console/console.js")),
        asset("htmx", "js", include_bytes!("../../../assets/console/htmx-4.0.1.min.js")),
        asset("icon", "svg", include_bytes!("../../../assets/console/icon.svg")),
    ]
});

/// The names of the files.
pub(crate) fn names() -> AssetNames {
    let [style, script, htmx, icon] = &*ASSETS;
    AssetNames { style: &style.name, script: &script.name, htmx: &htmx.name, icon: &icon.name }
}

/// Returns a file.
pub(crate) async fn handle(request: HttpRequest) -> Result<HttpResponse, RequestError> {
    let name = request.match_info().query("name");
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return Err(RequestError::new(
            ConditionKind::NotFound,
            "the console has no such file; reload the page",
        ));
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.content_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.content))
}

fn asset(stem: &str, extension: &'static str, content: &'static [u8]) -> Asset {
    let digest = Sha256::digest(content);
    let hash = u64::from_be_bytes(std::array::from_fn(|n| digest[n]));
    let content_type = match extension {
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    };
    Asset { name: format!("{stem}-{hash:016x}.{extension}"), content_type, content }
}
