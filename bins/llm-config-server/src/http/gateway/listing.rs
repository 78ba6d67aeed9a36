//! Answers with lists of models in the shape of each dialect.

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_gateway::Dialect;
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::headers::{self, GatewayRoute};
use llm_config_service::{CallFailure, CallableModel, CallableModels, Service};
use serde_json::{Value, json};

use super::client_wait::{client_closed, while_client_waits};
use super::target::{NamedIn, Query, path_model};
use super::{auth, error, forward};
use crate::http::timestamp::rfc3339;

/// The sizes of pages that the vendors document: the default and the largest.
const ANTHROPIC_PAGE: (usize, usize) = (20, 1000);
const GEMINI_PAGE: (usize, usize) = (50, 1000);

/// Answers a request for the list.
pub(super) async fn list(request: HttpRequest, dialect: Dialect, naming: NamedIn) -> HttpResponse {
    let response = try_list(&request, dialect, naming).await;
    response.unwrap_or_else(|failure| error::respond(&request, dialect, &failure))
}

/// Answers a request for one model.
pub(super) async fn one(request: HttpRequest, dialect: Dialect, naming: NamedIn) -> HttpResponse {
    let response = try_one(&request, dialect, naming).await;
    response.unwrap_or_else(|failure| error::respond(&request, dialect, &failure))
}

async fn try_list(
    request: &HttpRequest,
    dialect: Dialect,
    naming: NamedIn,
) -> Result<HttpResponse, CallFailure> {
    let service = service(request)?;
    let session = auth::session(request, service).await?;
    let query = Query::read(request, GatewayRoute::ModelList(dialect))?;
    let naming = naming.config_naming(request)?;
    let mut slot = service.begin_call(&session, dialect, naming)?;
    let models = service.callable_models(&session, &mut slot, dialect, naming, &query.page);
    let Some(models) = while_client_waits(request, models).await else { return Ok(client_closed()) };
    let (models, is_cut) = match models? {
        CallableModels::Known { models, has_more } => (models, has_more),
        CallableModels::OfProvider(answer) => return Ok(forward::response(*answer)),
    };
    let page = Page::select(dialect, &query, &models)?;
    let body = match dialect {
        Dialect::OpenAi => {
            json!({"object": "list", "data": page.models.iter().map(openai).collect::<Vec<_>>()})
        }
        Dialect::Anthropic => json!({
            "data": page.models.iter().map(anthropic).collect::<Vec<_>>(),
            "has_more": page.has_more,
            "first_id": page.models.first().map(|model| &model.id),
            "last_id": page.models.last().map(|model| &model.id),
        }),
        Dialect::Gemini => {
            let mut body = json!({"models": page.models.iter().map(gemini).collect::<Vec<_>>()});
            if let Some(last) = page.models.last().filter(|_| page.has_more) {
                body["nextPageToken"] = Value::from(last.id.clone());
            }
            body
        }
    };
    let mut response = own(&body);
    if is_cut {
        let (name, value) = (HeaderName::from_static(headers::LIST_CUT), HeaderValue::from_static("true"));
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

async fn try_one(
    request: &HttpRequest,
    dialect: Dialect,
    naming: NamedIn,
) -> Result<HttpResponse, CallFailure> {
    let service = service(request)?;
    let session = auth::session(request, service).await?;
    Query::read(request, GatewayRoute::Model(dialect))?;
    let name = path_model(request, "")?;
    let naming = naming.config_naming(request)?;
    let _slot = service.begin_call(&session, dialect, naming)?;
    let model = service.callable_model(&session, naming, &name).await?;
    Ok(own(&match dialect {
        Dialect::OpenAi => openai(&model),
        Dialect::Anthropic => anthropic(&model),
        Dialect::Gemini => gemini(&model),
    }))
}

fn service(request: &HttpRequest) -> Result<&Data<Service>, CallFailure> {
    Ok(request.app_data::<Data<Service>>().ok_or(GatewayError::Internal)?)
}

/// A response of our own, which no provider has made.
fn own(body: &Value) -> HttpResponse {
    HttpResponse::Ok().insert_header((headers::SOURCE, headers::SOURCE_GATEWAY)).json(body)
}

fn openai(model: &CallableModel) -> Value {
    let CallableModel { id, provider, created, .. } = model;
    let created = created.as_micros() / 1_000_000;
    json!({"id": id, "object": "model", "created": created, "owned_by": provider.as_str().to_lowercase()})
}

fn anthropic(model: &CallableModel) -> Value {
    let CallableModel { id, name, created, .. } = model;
    json!({"type": "model", "id": id, "display_name": name, "created_at": rfc3339(*created)})
}

fn gemini(model: &CallableModel) -> Value {
    let CallableModel { id, name, .. } = model;
    json!({
        "name": format!("models/{id}"),
        "displayName": name,
        "supportedGenerationMethods": ["generateContent", "countTokens", "embedContent"],
    })
}

/// The part of a list that a request asks for.
struct Page<'a> {
    models: &'a [CallableModel],
    has_more: bool,
}

impl<'a> Page<'a> {
    fn select(dialect: Dialect, query: &Query, models: &'a [CallableModel]) -> Result<Self, GatewayError> {
        // The names by which the dialect calls the size and the start of a page.
        let ((default, most), size, start) = match dialect {
            Dialect::OpenAi => return Ok(Self { models, has_more: false }),
            Dialect::Anthropic => (ANTHROPIC_PAGE, "limit", "after_id"),
            Dialect::Gemini => (GEMINI_PAGE, "pageSize", "pageToken"),
        };
        let value =
            |name: &str| query.page.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let invalid = |name, expected| GatewayError::InvalidQuery { name, expected };
        let limit = match value(size) {
            None => default,
            Some(text) => match text.parse::<usize>() {
                Ok(0) if dialect == Dialect::Gemini => default,
                Ok(limit) if limit > 0 => limit.min(most),
                Ok(_) | Err(_) => return Err(invalid(size, "a whole number above zero")),
            },
        };
        let position = |name, id: &str| {
            let position = models.iter().position(|model| model.id == id);
            position.ok_or_else(|| invalid(name, "the id of a model in the list"))
        };
        let rest = match (value(start), value("before_id")) {
            (Some(_), Some(_)) => return Err(invalid("before_id", "absent where `after_id` is present")),
            (Some("") | None, None) => models,
            (Some(after), None) => &models[position(start, after)? + 1..],
            (None, Some(before)) => {
                let earlier = &models[..position("before_id", before)?];
                let first = earlier.len().saturating_sub(limit);
                return Ok(Self { models: &earlier[first..], has_more: first > 0 });
            }
        };
        let end = rest.len().min(limit);
        Ok(Self { models: &rest[..end], has_more: end < rest.len() })
    }
}
