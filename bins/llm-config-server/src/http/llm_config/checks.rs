//! Checks with their whole report: of what is stored, of what might be, and those of the past.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_core::field::FieldErrors;
use llm_config_core::scope::Scope;
use llm_config_probe::report::Depth;
use llm_config_service::{Parsed, ScopeFilter, Service};
use llm_config_store::Check;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::openapi::{OneOfBuilder, Ref, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::report_schema::Report;
use crate::http::body::FromBody;
use crate::http::error::RequestError;
use crate::http::flashback::{self, AiLlmBody, UpdateAiLlmBody, rfc3339};
use crate::http::goodmem::llms::create::CreateLlm;
use crate::http::goodmem::llms::update::UpdateLlm;
use crate::http::legacy::{session, session_and_body};
use crate::http::llm_config::tags as own;
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound, TooMany};

/// How far a check goes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes and is never made")]
pub(in crate::http) struct HowFar {
    /// `reach`: is something there? `credential`: is the credential genuine and the model there,
    /// for no tokens (the default)? `inference`: does the model answer, for a few tokens?
    #[param(inline)]
    depth: Option<DepthName>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes and is never made")]
pub(super) enum DepthName {
    Reach,
    Credential,
    Inference,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes and is never made")]
pub(in crate::http) struct ById {
    /// The configuration's id, of either API.
    id: String,
}

/// A body of either API, as the configuration's scope wants it.
pub(in crate::http) enum Change {}

impl PartialSchema for Change {
    fn schema() -> RefOr<Schema> {
        let names = [UpdateAiLlmBody::name(), UpdateLlm::name()];
        let of = |name: &str| Ref::from_schema_name(name);
        names.iter().fold(OneOfBuilder::new(), |either, name| either.item(of(name))).into()
    }
}

impl ToSchema for Change {
    fn name() -> Cow<'static, str> {
        "Change".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((UpdateAiLlmBody::name().into(), UpdateAiLlmBody::schema()));
        schemas.push((UpdateLlm::name().into(), UpdateLlm::schema()));
        UpdateAiLlmBody::schemas(schemas);
        UpdateLlm::schemas(schemas);
    }
}

/// The last checks of a configuration.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CheckList {
    /// Newest first; at most 20 are kept.
    checks: Vec<PastCheck>,
}

/// A check of the past.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct PastCheck {
    #[schema(format = DateTime)]
    at: String,
    /// `REQUEST`, or `BACKGROUND` for one that nobody asked for.
    trigger: &'static str,
    /// Who asked.
    #[schema(format = Uuid)]
    checked_by: String,
    /// Whether the configuration was found in order; null where the check was not to tell, where this
    /// server's rules kept it from asking, and where nobody asked for it and it could not be told.
    works: Option<bool>,
    /// Whether provider, endpoint, API path, model and credential are still what was checked.
    is_current: bool,
    #[schema(value_type = Report)]
    report: Box<RawValue>,
}

impl PastCheck {
    /// `None` for a report that somebody spoilt.
    fn of(check: Check) -> Option<Self> {
        let Check { at, revision: _, trigger, checked_by, works, report, is_current } = check;
        Some(Self {
            at: rfc3339(at),
            trigger: trigger.as_str(),
            checked_by: checked_by.to_string(),
            works,
            is_current,
            report: RawValue::from_string(report.as_json().to_owned()).ok()?,
        })
    }
}

/// Checks what would be created by `POST /ai/llm` with this body. Nothing is stored.
#[utoipa::path(post, path = "/llm-config/v1/checks/flashback", operation_id = "checkAiLlm", tag = own::CHECKS, params(HowFar), request_body = AiLlmBody, responses((status = 200, body = Report), Forbidden, TooMany))]
pub(in crate::http) async fn of_flashback(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let checked = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let depth = depth(&request)?;
        let (scope, draft) = flashback::read_creation(&request, &body)?;
        Ok(service.check_draft(&session, scope, draft, depth).await?)
    };
    answer(&request, checked.await)
}

/// Checks what would be created by `POST /v1/llms` with this body. Nothing is stored.
#[utoipa::path(post, path = "/llm-config/v1/checks/goodmem", operation_id = "checkLLM", tag = own::CHECKS, params(HowFar), request_body = CreateLlm, responses((status = 200, body = Report), Forbidden, TooMany))]
pub(in crate::http) async fn of_goodmem(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let checked = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let depth = depth(&request)?;
        let draft = CreateLlm::from_body(&request, &body)?;
        let scope = draft.scope(&session);
        Ok(service.check_draft(&session, scope, draft.into_new(), depth).await?)
    };
    answer(&request, checked.await)
}

/// Checks a configuration as it is stored, and keeps the report.
#[utoipa::path(post, path = "/llm-config/v1/configs/{id}/checks", operation_id = "checkConfig", tag = own::CHECKS, params(ById, HowFar), responses((status = 200, body = Report), BadRequest, Forbidden, NotFound, TooMany))]
pub(in crate::http) async fn stored(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let checked = async {
        let session = session(&request, &service).await?;
        let id = path::id(&request)?;
        Ok(service.check(&session, ScopeFilter::All, id, depth(&request)).await?)
    };
    answer(&request, checked.await)
}

/// Checks what a configuration would be after `PUT` with this body. Nothing is stored.
#[utoipa::path(post, path = "/llm-config/v1/configs/{id}/checks/planned", operation_id = "checkPlannedChange", tag = own::CHECKS, params(ById, HowFar), request_body = Change, responses((status = 200, body = Report), Forbidden, NotFound, TooMany))]
pub(in crate::http) async fn planned(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let checked = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let id = path::id(&request)?;
        let mut is_of_workspace = false;
        let checked = service.check_planned(&session, id, |scope| {
            let depth = depth(&request)?;
            is_of_workspace = matches!(scope, Scope::Workspace(_));
            let patch = match scope {
                Scope::Workspace(_) => flashback::read_change(&request, &body)?,
                Scope::Owner(_) => UpdateLlm::from_body(&request, &body)?.into_patch()?,
            };
            Ok((patch, depth))
        });
        match checked.await {
            Err(error) if is_of_workspace => Err(flashback::spelled(error).into()),
            other => Ok(other?),
        }
    };
    answer(&request, checked.await)
}

/// Shows the last checks of a configuration.
#[utoipa::path(get, path = "/llm-config/v1/configs/{id}/checks", operation_id = "listChecks", tag = own::CHECKS, params(ById), responses((status = 200, body = CheckList), BadRequest, Forbidden, NotFound))]
pub(in crate::http) async fn history(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.checks(&session, path::id(&request)?).await?)
    };
    match found.await {
        Ok(checks) => {
            let checks = checks.into_iter().filter_map(PastCheck::of).collect();
            HttpResponse::Ok().json(CheckList { checks })
        }
        Err(failure) => crate::http::legacy::answer(&request, failure),
    }
}

fn answer(
    request: &HttpRequest,
    checked: Result<llm_config_probe::report::Report, RequestError>,
) -> HttpResponse {
    match checked {
        Ok(report) => HttpResponse::Ok().json(report),
        Err(failure) => crate::http::legacy::answer(request, failure),
    }
}

fn depth(request: &HttpRequest) -> Parsed<Depth> {
    match path::given(&path::query(request), "depth") {
        None | Some("credential") => Ok(Depth::Credential),
        Some("reach") => Ok(Depth::Reach),
        Some("inference") => Ok(Depth::Inference),
        Some(_) => Err(FieldErrors::one("depth", "must be one of reach, credential, inference")),
    }
}
