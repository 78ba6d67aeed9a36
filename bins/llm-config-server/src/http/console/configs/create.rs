//! A new configuration: the form, its examination and its check, and the creation.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::config::NewLlmConfig;
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_probe::report::Depth;
use llm_config_providers::vendors::usual_endpoint;
use llm_config_service::{Error, Service};

use super::conflict::Duplicate;
use super::credential::TypedCredential;
use super::draft::{Checked, Examination};
use super::fields::{CONFIRM_REJECTED, LABELS, LAST_VERDICT, REJECTED, SCOPE, field_errors, name, renamed};
use super::form_page::{Answer, Found, new_page};
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
    let scope = scope(&posted, &viewer);
    let prefilled = if request.query_string() == "prefill" { prefilled_endpoint(&posted) } else { None };
    let examination = match scope {
        Some(scope) => {
            let draft =
                new_config(&posted, credential.as_typed(&scope), &mut FieldErrors::<Field>::default());
            let found = service.examine_draft(&viewer.session, Some(scope), draft, None).await?;
            Some(Examination::new(found, &posted, credential.has_secret()))
        }
        None => None,
    };
    let form = FormView::from_posted(LABELS, &posted, FieldErrors::default());
    let form = match prefilled {
        Some(endpoint) => form.with_value(name(Field::Endpoint), endpoint),
        None => form,
    };
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
    let checked = match read(&posted, &viewer, &credential) {
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
    let (status, errors) = match read(&posted, &viewer, &credential).and_then(|new| {
        confirm_rejection(&posted)?;
        Ok(new)
    }) {
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Ok((scope, new)) => match service.create_config(&viewer.session, None, Some(scope), new).await {
            Ok(created) => {
                let page = format!("{}/configs/{}", base(&request), created.config.id);
                return Ok(see_other(&request, &Notice::ConfigCreated.on(&page)));
            }
            Err(Error::Conflict(conflict)) => {
                let errors = &mut FieldErrors::<Field>::default();
                let draft = new_config(&posted, credential.as_typed(&scope), errors);
                let examined = service.examine_draft(&viewer.session, Some(scope), draft, None).await?;
                let duplicate = Duplicate::new(conflict, &examined);
                found.duplicate = Some(duplicate.ok_or(Error::Conflict(conflict))?);
                (StatusCode::CONFLICT, FieldErrors::default())
            }
            Err(other) => (StatusCode::UNPROCESSABLE_ENTITY, field_errors(other)?),
        },
    };
    let form = FormView::from_posted(LABELS, &posted, errors);
    new_page(&request, &service, &viewer, Answer { status, form, found, is_posted: true }).await
}

/// The scope that the form names; `None` if it names none.
fn scope(posted: &PostedForm, viewer: &Viewer) -> Option<Scope> {
    match posted.value(SCOPE) {
        "own" => Some(Scope::Owner(viewer.session.actor.id)),
        id => id.parse().ok().map(Scope::Workspace),
    }
}

/// The new configuration, or all errors of the form.
fn read(
    posted: &PostedForm,
    viewer: &Viewer,
    credential: &TypedCredential,
) -> Result<(Scope, NewLlmConfig), FieldErrors<String>> {
    let found = scope(posted, viewer);
    let scope = found.unwrap_or(Scope::Owner(viewer.session.actor.id));
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

/// Succeeds unless the last check of the form says that the configuration does not work, and the person did
/// not confirm that they save it all the same.
pub(super) fn confirm_rejection(posted: &PostedForm) -> Result<(), FieldErrors<String>> {
    if posted.value(LAST_VERDICT) == REJECTED && !posted.is_ticked(CONFIRM_REJECTED) {
        let message = "is needed, because the last check says that this does not work";
        return Err(FieldErrors::one(CONFIRM_REJECTED, message));
    }
    Ok(())
}

/// The usual endpoint of the provider, unless the person has typed an endpoint of their own.
pub(super) fn prefilled_endpoint(posted: &PostedForm) -> Option<&'static str> {
    let usual = posted.value(name(Field::Provider)).parse().ok().and_then(usual_endpoint);
    let typed = posted.value(name(Field::Endpoint)).trim();
    let is_usual = |provider: &Provider| usual_endpoint(*provider) == Some(typed);
    let is_own = !typed.is_empty() && !Provider::ALL.iter().any(is_usual);
    if is_own { None } else { Some(usual.unwrap_or_default()) }
}
