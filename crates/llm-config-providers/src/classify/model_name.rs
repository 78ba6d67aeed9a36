//! Errors that name the requested model.

use super::class::ResponseClass;
use super::context::ResponseContext;
use super::id;
use super::words::PARAMETERS;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

/// The class of an error that names the requested model, or the parameter `model`, and no other parameter.
pub(super) fn classify(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    let error = response.error();
    let model = context.model?;
    let is_refusal = matches!(response.effective_status(), 400 | 404 | 410 | 422);
    let is_named = !id::positions(&error.message, &model.to_lowercase()).is_empty() || error.param == "model";
    let text = context.without_model(&error.message);
    let is_about_parameter = PARAMETERS.iter().any(|part| text.contains(part));
    let is_about_model = is_refusal && is_named && !is_about_parameter;
    is_about_model.then(|| ResponseClass::new(Reason::ModelNotFound, Stage::Model))
}
