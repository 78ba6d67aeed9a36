//! Changes of a configuration: the form, its examination and its check, and the change.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::access::ConfigAction;
use llm_config_core::config::{LlmConfig, Precondition};
use llm_config_core::field::FieldErrors;
use llm_config_core::patch::ConfigPatch;
use llm_config_probe::report::Depth;
use llm_config_service::{ConfigDetails, Error, ScopeFilter, Service};

use super::check_saved::check_saved;
use super::credential::TypedCredential;
use super::draft::{Checked, Examination};
use super::fields::{LABELS, REVISION, field_errors, renamed};
use super::form_page::{Answer, Found, stored_page};
use super::patch::change;
use super::posted::{PostedDraft, confirm_rejection, examined_form};
use super::stale::Stale;
use super::values::shown;
use crate::http::console::browser::Viewer;
use crate::http::console::form::{FormView, PostedForm, Submission};
use crate::http::console::frame::base;
use crate::http::console::link::id;
use crate::http::console::notice::Notice;
use crate::http::console::page::see_other;
use crate::http::error::RequestError;
use crate::http::etag::revision;

/// A configuration that a person edits.
struct Edited {
    details: ConfigDetails,
    /// The values that the form shows of it.
    shown: Vec<(&'static str, String)>,
}

impl Edited {
    async fn read(request: &HttpRequest, service: &Service, viewer: &Viewer) -> Result<Self, RequestError> {
        let id = id(request, "id")?;
        let details = service.config_details_for(&viewer.session, id, ConfigAction::Update).await?;
        let shown = shown(&details.config, details.reference.as_deref());
        Ok(Self { details, shown })
    }

    const fn config(&self) -> &LlmConfig {
        &self.details.config
    }

    /// What the person typed, as far as it can be read.
    const fn draft<'a>(&self, form: &'a PostedForm, credential: &'a TypedCredential) -> PostedDraft<'a> {
        let LlmConfig { id, scope, .. } = self.config();
        PostedDraft { form, credential, scope: *scope, stored: Some(*id) }
    }

    /// The change that the person typed, or all errors of the form.
    fn patch(
        &self,
        posted: &PostedForm,
        credential: &TypedCredential,
    ) -> Result<ConfigPatch, FieldErrors<String>> {
        let mut errors = FieldErrors::default();
        let shown = (self.shown.as_slice(), self.details.reference.as_deref());
        let patch = change(posted, credential, self.config(), shown, &mut errors);
        match patch.check() {
            Ok(patch) if errors.is_empty() => Ok(patch),
            Ok(_) => Err(renamed(errors)),
            Err(found) => {
                errors.extend(found);
                Err(renamed(errors))
            }
        }
    }
}

/// Shows the form with the stored values.
pub(crate) async fn edit(
    request: HttpRequest,
    service: Data<Service>,
    viewer: Viewer,
) -> Result<HttpResponse, RequestError> {
    let Edited { details, shown } = Edited::read(&request, &service, &viewer).await?;
    let form = FormView::new(LABELS, shown);
    let answer = Answer { status: StatusCode::OK, form, found: Found::default(), is_posted: false };
    stored_page(&request, &service, &viewer, &details, answer).await
}

/// Says what can be said about the change without a call.
pub(crate) async fn examine(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: mut posted }: Submission,
) -> Result<HttpResponse, RequestError> {
    let credential = TypedCredential::take(&mut posted);
    let edited = Edited::read(&request, &service, &viewer).await?;
    let found = edited.draft(&posted, &credential).examine(&service, &viewer.session).await?;
    let examination = Examination::new(found, &posted, credential.has_secret());
    let examination = examination.for_change(credential.is_nothing());
    let form = examined_form(&request, &posted);
    let found = Found { examination: Some(examination), ..Found::default() };
    let answer = Answer { status: StatusCode::OK, form, found, is_posted: true };
    stored_page(&request, &service, &viewer, &edited.details, answer).await
}

/// Checks the configuration with the provider as the change would make it.
pub(crate) async fn check(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: mut posted }: Submission,
) -> Result<HttpResponse, RequestError> {
    let credential = TypedCredential::take(&mut posted);
    let edited = Edited::read(&request, &service, &viewer).await?;
    let id = edited.config().id;
    let checked = match edited.patch(&posted, &credential) {
        Ok(patch) => {
            let parse = |_| Ok((patch, Depth::Credential));
            Some(Checked::new(service.check_planned(&viewer.session, id, parse).await)?)
        }
        Err(_) if request.query_string() == "typing" => None,
        Err(errors) => Some(Checked::incomplete(errors)),
    };
    let form = FormView::from_posted(LABELS, &posted, FieldErrors::default());
    let found = Found { checked, ..Found::default() };
    let answer = Answer { status: StatusCode::OK, form, found, is_posted: true };
    stored_page(&request, &service, &viewer, &edited.details, answer).await
}

/// Changes the configuration, if it is still the one that the form showed.
pub(crate) async fn save(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: mut posted }: Submission,
) -> Result<HttpResponse, RequestError> {
    let credential = TypedCredential::take(&mut posted);
    let edited = Edited::read(&request, &service, &viewer).await?;
    let (id, session) = (edited.config().id, &viewer.session);
    let page = format!("{}/configs/{id}", base(&request));
    let patch = if posted.value(REVISION) == revision(edited.config()) {
        edited.patch(&posted, &credential).and_then(|patch| {
            confirm_rejection(&posted)?;
            Ok(patch)
        })
    } else {
        return stale(&request, &service, &viewer, &posted, edited).await;
    };
    let mut found = Found::default();
    let (status, errors) = match patch {
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
        Ok(patch) if patch.fields().is_empty() => return Ok(see_other(&request, &page)),
        Ok(patch) => {
            let precondition = Precondition::OneOf(vec![edited.config().version()]);
            match service.update_config(session, ScopeFilter::All, id, Ok(precondition), Ok(patch)).await {
                Ok(_) => {
                    check_saved(&service, session, id).await;
                    return Ok(see_other(&request, &Notice::ConfigSaved.on(&page)));
                }
                Err(Error::Stale) => {
                    let edited = Edited::read(&request, &service, &viewer).await?;
                    return stale(&request, &service, &viewer, &posted, edited).await;
                }
                Err(Error::Conflict(conflict)) => {
                    let draft = edited.draft(&posted, &credential);
                    found.duplicate = Some(draft.duplicate(&service, session, conflict).await?);
                    (StatusCode::CONFLICT, FieldErrors::default())
                }
                Err(other) => (StatusCode::UNPROCESSABLE_ENTITY, field_errors(other)?),
            }
        }
    };
    let form = FormView::from_posted(LABELS, &posted, errors);
    let answer = Answer { status, form, found, is_posted: true };
    stored_page(&request, &service, &viewer, &edited.details, answer).await
}

/// The form as it was typed, beside what another person has stored meanwhile.
async fn stale(
    request: &HttpRequest,
    service: &Service,
    viewer: &Viewer,
    posted: &PostedForm,
    Edited { details, shown }: Edited,
) -> Result<HttpResponse, RequestError> {
    let stale = Stale::new(service, viewer, (&details.config, &shown), posted).await?;
    let form = FormView::from_posted(LABELS, posted, FieldErrors::default());
    let found = Found { stale: Some(stale), ..Found::default() };
    let answer = Answer { status: StatusCode::PRECONDITION_FAILED, form, found, is_posted: true };
    stored_page(request, service, viewer, &details, answer).await
}
