//! The URLs of a dialect's routes below the root of an API.

use url::Url;

use super::call_url::model_segment;
use super::{CallRoute, CallUrlError, Dialect, DialectRoot, GeminiVersion, ModelCall};
use crate::base_url::BaseUrl;

/// The URL of a call below a root.
pub(crate) fn route_url(root: &DialectRoot, call: &ModelCall<'_>) -> Result<Url, CallUrlError> {
    let base = root.api().base();
    match call.route.dialect() {
        Dialect::OpenAi if root.is_stored(call.route) => Ok(root.api().completion_url()),
        Dialect::OpenAi => Ok(base.join_encoded(call.route.as_str())),
        Dialect::Anthropic => Ok(base.join_encoded(below_version(base, call.route.as_str()))),
        Dialect::Gemini => {
            let path = gemini_path(call.model, call.route)?;
            Ok(base.join_encoded(&with_gemini_version(base, call.options.version, &path)))
        }
    }
}

/// The URL of a dialect's list of models below a base.
pub(crate) fn models_url(base: &BaseUrl, dialect: Dialect) -> Url {
    match dialect {
        Dialect::OpenAi => base.join_encoded("models"),
        Dialect::Anthropic => base.join_encoded(below_version(base, "v1/models")),
        Dialect::Gemini => base.join_encoded(&with_gemini_version(base, GeminiVersion::default(), "models")),
    }
}

/// A path that begins with `v1/`, without it if the base ends in a version.
fn below_version<'a>(base: &BaseUrl, path: &'a str) -> &'a str {
    if base.ends_in_version() { path.strip_prefix("v1/").unwrap_or(path) } else { path }
}

/// A path below a version: the base's own, else the client's.
fn with_gemini_version(base: &BaseUrl, version: GeminiVersion, path: &str) -> String {
    if base.ends_in_version() { path.to_owned() } else { format!("{}/{path}", version.as_str()) }
}

/// The path of a model's method. Users store the name of the collection too; tuned models have one of their
/// own (ai.google.dev/api/tuning).
fn gemini_path(model: &str, route: CallRoute) -> Result<String, CallUrlError> {
    let (collection, id) = match model.strip_prefix("tunedModels/") {
        Some(id) => ("tunedModels", id),
        None => ("models", model.strip_prefix("models/").unwrap_or(model)),
    };
    Ok(format!("{collection}/{}:{}", model_segment(id)?, route.as_str()))
}
