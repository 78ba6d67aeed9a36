//! A new configuration: the form, its examination and its check, and the creation.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::config::NewLlmConfig;
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_probe::report::Depth;
use llm_config_providers::vendors::usual_endpoint;
use llm_config_service::{Error, Service};

use super::check_saved::check_saved;
use super::credential::TypedCredential;
use super::draft::{Checked, Examination};
use super::fields::{LABELS, SCOPE, field_errors, name, renamed};
use super::form_page::{Answer, Found, new_page};
use super::posted::{PostedDraft, confirm_rejection, examined_form};
use super::settings::new_config;
use crate::http::console::browser::Viewer;
use crate::http::console::form::{FormView, PostedForm, Submission};
use crate::http::console::frame::base;
use crate::http::console::link::Query;
use crate::http::console::notice::Notice;
use crate::http::console::page::see_other;
use crate::http::error::RequestError;

/// Shows the empty form. The query may name where the configuration belongs, and its provider.
pub(crate) async fn new(
    request: HttpRequest,
    service: Data<Service>,
    viewer: Viewer,
) -> Result<HttpResponse, RequestError> {
    let query = Query::from_request(&request);
    let value = |name| query.value(name).unwrap_or_default().to_owned();
    let provider = value("provider");
    let endpoint = provider.parse().ok().and_then(usual_endpoint).unwrap_or_default().to_owned();
    let values = [
        (SCOPE, value(SCOPE)),
        (name(Field::Provider), provider),
        (name(Field::Endpoint), endpoint),
        (name(Field::CredentialKind), "key".to_owned()),
        (name(Field::Modalities), "TEXT".to_owned()),
    ];
    let form = FormView::new(LABELS, values);
    let answer = Answer { status: StatusCode::OK, form, found: Found::default(), is_posted: false };
    new_page(&request, &service, &viewer, answer).await
}

/// Says what can be said about the draft without a call.
pub(crate) async fn examine(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: mut posted }: Submission,
) -> Result<HttpResponse, RequestError> {
    let credential = TypedCredential::take(&mut posted);
    let examination = match scope(&posted, viewer.session.actor.id) {
        Some(scope) => {
            let draft = PostedDraft { form: &posted, credential: &credential, scope, stored: None };
            let found = draft.examine(&service, &viewer.session).await?;
            Some(Examination::new(found, &posted, credential.has_secret()))
        }
        None => None,
    };
    let form = examined_form(&request, &posted);
    let found = Found { examination, ..Found::default() };
    new_page(&request, &service, &viewer, Answer { status: StatusCode::OK, form, found, is_posted: true })
        .await
}

/// Checks the draft with the provider.
pub(crate) async fn check(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: mut posted }: Submission,
) -> Result<HttpResponse, RequestError> {
    let credential = TypedCredential::take(&mut posted);
    let checked = match read(&posted, viewer.session.actor.id, &credential) {
        Ok((scope, new)) => {
            let report = service.check_draft(&viewer.session, Some(scope), new, Depth::Credential).await;
            Some(Checked::new(report)?)
        }
        // While the person types, missing fields are not reported.
        Err(_) if request.query_string() == "typing" => None,
        Err(errors) => Some(Checked::incomplete(errors)),
    };
    let form = FormView::from_posted(LABELS, &posted, FieldErrors::default());
    let found = Found { checked, ..Found::default() };
    new_page(&request, &service, &viewer, Answer { status: StatusCode::OK, form, found, is_posted: true })
        .await
}

/// Creates the configuration.
pub(crate) async fn create(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: mut posted }: Submission,
) -> Result<HttpResponse, RequestError> {
    let credential = TypedCredential::take(&mut posted);
    let mut found = Found::default();
    let (status, errors) = match read(&posted, viewer.session.actor.id, &credential).and_then(|new| {
        confirm_rejection(&posted)?;
        Ok(new)
    }) {
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Ok((scope, new)) => match service.create_config(&viewer.session, None, Some(scope), new).await {
            Ok(created) => {
                let id = created.config.id;
                check_saved(&service, &viewer.session, id).await;
                let page = format!("{}/configs/{id}", base(&request));
                return Ok(see_other(&request, &Notice::ConfigCreated.on(&page)));
            }
            Err(Error::Conflict(conflict)) => {
                let draft = PostedDraft { form: &posted, credential: &credential, scope, stored: None };
                found.duplicate = Some(draft.duplicate(&service, &viewer.session, conflict).await?);
                (StatusCode::CONFLICT, FieldErrors::default())
            }
            Err(other) => (StatusCode::UNPROCESSABLE_ENTITY, field_errors(other)?),
        },
    };
    let form = FormView::from_posted(LABELS, &posted, errors);
    new_page(&request, &service, &viewer, Answer { status, form, found, is_posted: true }).await
}

/// The scope that the form names; `None` if it names none. `own` is the signed-in person.
fn scope(posted: &PostedForm, own: PrincipalId) -> Option<Scope> {
    match posted.value(SCOPE) {
        "own" => Some(Scope::Owner(own)),
        id => id.parse().ok().map(Scope::Workspace),
    }
}

/// The new configuration, or all errors of the form.
pub(super) fn read(
    posted: &PostedForm,
    own: PrincipalId,
    credential: &TypedCredential,
) -> Result<(Scope, NewLlmConfig), FieldErrors<String>> {
    let found = scope(posted, own);
    let scope = found.unwrap_or(Scope::Owner(own));
    let mut errors = FieldErrors::default();
    let draft = new_config(posted, credential.for_new(&scope, &mut errors), &mut errors);
    let new = draft.check(&scope).map_err(|found| errors.extend(found)).ok();
    let mut errors = renamed(errors);
    if found.is_none() {
        errors.add(SCOPE, "must be one of the choices");
    }
    match new {
        Some(new) if errors.is_empty() => Ok((scope, new)),
        Some(_) | None => Err(errors),
    }
}
