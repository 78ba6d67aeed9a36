//! Errors that name the requested model.

use super::class::ResponseClass;
use super::context::ResponseContext;
use super::id;
use super::words::{CONTENT, MISSING, PARAMETERS};
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
    let is_refused = contains_any(&text, MISSING)
        || contains_any(&text, NOT_ACCEPTED) && !contains_any(&text, OTHER_FAULTS);
    let is_stated = is_absence || is_refused && !contains_any(&text, CONTENT);
    let is_named = !id::positions(&error.message, &model.to_lowercase()).is_empty();
    let is_model = is_named && is_stated || error.param == "model";
    let is_about_model = is_refusal && is_model && !contains_any(&text, PARAMETERS);
    is_about_model.then(|| ResponseClass::new(Reason::ModelNotFound, Stage::Model))
}

/// Words about a name that a server does not accept, which only the model's id explains.
const NOT_ACCEPTED: &[&str] = &[
    "invalid",
    "not valid",
    "not a valid",
    "unknown",
    "no such",
    "unrecognized",
    "unrecognised",
    "support",
    "not enabled",
    "disabled",
    "retired",
    "removed",
    "discontinued",
    "sunset",
    "shut down",
    "end of life",
    "not in list",
    "not in the list",
    "not in allowed",
    "not one of",
    "must be one of",
    "should be one of",
    "not allowed",
    "not configured",
    "not registered",
    "not hosted",
    "not offered",
    "not serve",
    "not installed",
    "not downloaded",
    "not running",
    "no provider",
    "no backend",
    "no worker",
    "no channel",
    "no instance",
    "no healthy",
    "wrong model",
    "无效",
    "無效",
    "未知",
    "不正确",
    "未开通",
    "無効",
    "サポートされていません",
    "利用できません",
    "유효하지 않",
    "지원하지 않",
    "지원되지 않",
    "неизвестн",
    "недоступн",
    "не поддерж",
    "неверн",
    "недопустим",
    "unbekannt",
    "ungültig",
    "nicht verfügbar",
    "nicht unterstützt",
    "invalide",
    "inconnu",
    "indisponible",
    "non disponible",
    "non pris en charge",
    "pas pris en charge",
    "inválid",
    "desconocid",
    "desconhecid",
    "no disponible",
    "no está disponible",
    "não disponível",
    "não está disponível",
    "no es compatible",
    "non esiste",
    "non trovato",
];

/// What else is invalid or unknown.
const OTHER_FAULTS: &[&str] = &[
    "request",
    "json",
    "unknown error",
    "unknown failure",
    "argument",
    "format",
    "mime",
    "payload",
    "schema",
    "syntax",
    "запрос",
    "anfrage",
    "requête",
    "solicitud",
    "请求",
];
