//! A draft as a browser posted it: of a new configuration, or of a change of a stored one.

use actix_web::HttpRequest;
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::id::ConfigId;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_providers::vendors::usual_endpoint;
use llm_config_service::{Conflict, DraftExamination, Error, Service, Session};

use super::conflict::Duplicate;
use super::credential::TypedCredential;
use super::fields::{CONFIRM_REJECTED, LABELS, LAST_VERDICT, REJECTED, name};
use super::settings::new_config;
use crate::http::console::form::{FormView, PostedForm};

/// A draft as a browser posted it.
pub(super) struct PostedDraft<'a> {
    pub(super) form: &'a PostedForm,
    pub(super) credential: &'a TypedCredential,
    pub(super) scope: Scope,
    /// The configuration that it changes; `None` for a new one.
    pub(super) stored: Option<ConfigId>,
}

impl PostedDraft<'_> {
    /// Says what can be said about the draft without a call.
    pub(super) async fn examine(
        &self,
        service: &Service,
        session: &Session,
    ) -> Result<DraftExamination, Error> {
        // A stored credential stays unless a secret is typed.
        let is_kept = self.stored.is_some() && !self.credential.has_secret();
        let credential = if is_kept { None } else { self.credential.as_typed(&self.scope) };
        let draft = new_config(self.form, credential, &mut FieldErrors::<Field>::default());
        service.examine_draft(session, Some(self.scope), draft, self.stored).await
    }

    /// The configuration that a conflict is about, or the conflict if it is about another object.
    pub(super) async fn duplicate(
        &self,
        service: &Service,
        session: &Session,
        conflict: Conflict,
    ) -> Result<Duplicate, Error> {
        let examined = self.examine(service, session).await?;
        Duplicate::new(conflict, &examined).ok_or(Error::Conflict(conflict))
    }
}

/// The form as it was typed, with the usual endpoint of a provider that the person has just chosen.
pub(super) fn examined_form(request: &HttpRequest, posted: &PostedForm) -> FormView {
    let form = FormView::from_posted(LABELS, posted, FieldErrors::default());
    match prefilled_endpoint(posted).filter(|_| request.query_string() == "prefill") {
        Some(endpoint) => form.with_value(name(Field::Endpoint), endpoint),
        None => form,
    }
}

/// Succeeds unless the last check of the form says that the configuration does not work, and the person did
/// not confirm that they save it all the same.
pub(super) fn confirm_rejection(posted: &PostedForm) -> Result<(), FieldErrors<String>> {
    if posted.value(LAST_VERDICT) == REJECTED && !posted.is_ticked(CONFIRM_REJECTED) {
        let message = "is needed, because the last check says that this does not work; check again if you \
                       have changed it since";
        return Err(FieldErrors::one(CONFIRM_REJECTED, message));
    }
    Ok(())
}

/// The usual endpoint of the provider, unless the person has typed an endpoint of their own.
fn prefilled_endpoint(posted: &PostedForm) -> Option<&'static str> {
    let usual = posted.value(name(Field::Provider)).parse().ok().and_then(usual_endpoint);
    let typed = posted.value(name(Field::Endpoint)).trim();
    let is_usual = |provider: &Provider| usual_endpoint(*provider) == Some(typed);
    let is_own = !typed.is_empty() && !Provider::ALL.iter().any(is_usual);
    if is_own { None } else { Some(usual.unwrap_or_default()) }
}
