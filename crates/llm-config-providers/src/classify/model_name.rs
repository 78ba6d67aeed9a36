//! Errors that name the requested model.

use super::class::ResponseClass;
use super::context::ResponseContext;
use super::id;
use super::words::{CONTENT, MISSING, NOT_ACCEPTED, PARAMETERS};
use crate::error_body::contains_any;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

/// The class of an error that names the requested model as absent or unsupported, or the parameter `model`,
/// and no other parameter. With 404 and 410, the id alone states it.
pub(super) fn classify(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    let error = response.error();
    let model = context.model?;
    let is_refusal = matches!(response.effective_status(), 400 | 404 | 410 | 422);
    let text = context.without_model(&error.message);
    let is_absence = matches!(response.effective_status(), 404 | 410);
    let is_refused = contains_any(&text, MISSING) || contains_any(&text, NOT_ACCEPTED);
    let is_stated = is_absence || is_refused && !contains_any(&text, CONTENT);
    let is_named = !id::positions(&error.message, &model.to_lowercase()).is_empty();
    let is_model = is_named && is_stated || error.param == "model";
    let is_about_model = is_refusal && is_model && !contains_any(&text, PARAMETERS);
    is_about_model.then(|| ResponseClass::new(Reason::ModelNotFound, Stage::Model))
}
