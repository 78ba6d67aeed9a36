//! Parameters in this API's paths, for the document.

use utoipa::IntoParams;

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "for the document; `path` reads the parameter")]
pub(crate) struct ById {
    /// The id of a configuration of either API.
    #[param(format = Uuid)]
    id: String,
}
