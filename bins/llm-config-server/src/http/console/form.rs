//! Forms: what a browser posted, and the form with the errors of its fields.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use llm_config_core::field::{FieldError, FieldErrors};
use llm_config_service::Error;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::browser::{Viewer, viewer};
use super::failure::sentence;
use crate::http::body::{read_bytes, read_bytes_up_to};
use crate::http::error::{RequestError, quota_message};

/// The name of the error of a form that needs another sign-in. No field has it.
const SIGN_IN: &str = "sign-in";

/// What a browser posted: the values of each field, in their order. Overwritten in memory when dropped,
/// because one of them may be a secret.
#[derive(Default)]
pub(crate) struct PostedForm(BTreeMap<String, Vec<Zeroizing<String>>>);

impl PostedForm {
    pub(crate) fn parse(body: &[u8]) -> Self {
        let mut fields = BTreeMap::<String, Vec<Zeroizing<String>>>::new();
        for (name, value) in form_urlencoded::parse(body) {
            let mut value = Zeroizing::new(value.into_owned());
            // Browsers send line ends of text areas as CR LF.
            if value.contains('\r') {
                value = Zeroizing::new(value.replace("\r\n", "\n"));
            }
            fields.entry(name.into_owned()).or_default().push(value);
        }
        Self(fields)
    }

    /// The first value of a field; empty if the form does not have it.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.values(name).next().unwrap_or_default()
    }

    /// The value of a field, without white space around it; `None` if it is blank.
    pub(crate) fn filled(&self, name: &str) -> Option<String> {
        Some(self.value(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The values of a field that may have several.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(|value| value.as_str())
    }

    /// Whether a checkbox is ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value of a field, which no page may show again.
    pub(crate) fn take_secret(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let secret = self.0.remove(name)?.into_iter().next()?;
        Some(secret).filter(|text| !text.is_empty())
    }
}

/// A form that a signed-in person posted.
///
/// The session is checked before the body is read, so that the server reads no bodies of strangers, and again
/// afterwards: the client decides how long a body takes.
pub(crate) struct Submission {
    pub(crate) viewer: Viewer,
    pub(crate) form: PostedForm,
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, RequestError>>>>;

impl FromRequest for Submission {
    type Error = RequestError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            viewer(&request).await?;
            let form = PostedForm::parse(&read_bytes(&request, payload).await?);
            Ok(Self { viewer: viewer(&request).await?, form })
        })
    }
}

/// The maximum length of a form without a session, in bytes. A token has 55 characters.
const LIMIT_WITHOUT_SESSION: usize = 4 * 1024;

impl FromRequest for PostedForm {
    type Error = RequestError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            Ok(Self::parse(&read_bytes_up_to(LIMIT_WITHOUT_SESSION, &request, payload).await?))
        })
    }
}

/// A form as a page shows it: the values of its fields, and their errors.
#[derive(Default)]
pub(crate) struct FormView {
    values: BTreeMap<String, Vec<String>>,
    errors: FieldErrors<String>,
    /// The labels of fields, by their names.
    labels: &'static [(&'static str, &'static str)],
}

/// An error as the summary of a form lists it.
pub(crate) struct ListedError<'f> {
    /// The name of the field, which is its id in the page; empty for the form as a whole.
    pub(crate) field: &'f str,
    pub(crate) label: &'f str,
    pub(crate) message: &'f str,
    /// Whether it needs another sign-in.
    pub(crate) needs_sign_in: bool,
}

impl FormView {
    /// A form with these labels and values, without errors.
    pub(crate) fn new(
        labels: &'static [(&'static str, &'static str)],
        values: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let mut filled = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in values {
            filled.entry(name.to_owned()).or_default().push(value);
        }
        Self { values: filled, errors: FieldErrors::default(), labels }
    }

    /// The form that a browser posted, with errors. Secrets must have been taken out.
    pub(crate) fn from_posted(
        labels: &'static [(&'static str, &'static str)],
        posted: &PostedForm,
        errors: FieldErrors<String>,
    ) -> Self {
        let copy = |(name, values): (&String, &Vec<Zeroizing<String>>)| {
            (name.clone(), values.iter().map(|value| value.to_string()).collect())
        };
        Self { values: posted.0.iter().map(copy).collect(), errors, labels }
    }

    /// The form with errors.
    pub(crate) fn with_errors(self, errors: FieldErrors<String>) -> Self {
        Self { errors, ..self }
    }

    /// The form with another value of a field.
    pub(crate) fn with_value(mut self, name: &str, value: &str) -> Self {
        self.values.insert(name.to_owned(), vec![value.to_owned()]);
        self
    }

    /// The first value of a field; empty if it has none.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Whether the form has this field at all.
    pub(crate) fn is_posted(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether a field has this value: for checkboxes and options.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|values| values.iter().any(|found| found == value))
    }

    /// The errors of a field, each with its entry if the field is a list.
    pub(crate) fn errors(&self, name: &str) -> Vec<String> {
        self.errors
            .iter()
            .filter(|error| field_of(error) == name)
            .map(|error| error.message.clone())
            .collect()
    }

    /// The label of a field; empty if it has none.
    pub(crate) fn label(&self, name: &str) -> &'static str {
        self.labels.iter().find(|(field, _)| *field == name).map_or("", |(_, label)| label)
    }

    pub(crate) fn is_invalid(&self, name: &str) -> bool {
        self.errors.iter().any(|error| field_of(error) == name)
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The first sentence of the summary.
    pub(crate) fn summary(&self) -> &'static str {
        if self.errors.len() == 1 { "One thing needs a change:" } else { "These things need a change:" }
    }

    /// The errors for the summary.
    pub(crate) fn listed(&self) -> Vec<ListedError<'_>> {
        let listed = |error| {
            let field = field_of(error);
            let label = self.labels.iter().find(|(name, _)| *name == field);
            let needs_sign_in = field == SIGN_IN;
            let field = if label.is_some() { field } else { "" };
            let label = label.map_or("", |(_, label)| label);
            ListedError { field, label, message: &error.message, needs_sign_in }
        };
        self.errors.iter().map(listed).collect()
    }
}

fn field_of(error: &FieldError<String>) -> &str {
    &error.field
}

/// The errors of fields that a use case found, or of the whole form, or else the error that no form can show.
pub(crate) fn field_errors(error: Error) -> Result<FieldErrors<String>, Error> {
    match error {
        Error::Malformed(errors) => Ok(errors),
        Error::Invalid(errors) => Ok(errors.renamed(|field| field.as_str().to_owned())),
        // About the form as a whole: what was typed stays.
        Error::RecentSignInRequired => Ok(FieldErrors::one(SIGN_IN, sentence(&error.to_string()))),
        Error::QuotaReached(reached) => Ok(FieldErrors::one("", sentence(&quota_message(reached)))),
        Error::Unauthenticated
        | Error::NotFound(_)
        | Error::Missing(_)
        | Error::Denied(_)
        | Error::Conflict(_)
        | Error::NameTaken(_)
        | Error::Stale
        | Error::InUse(_)
        | Error::LastOwner
        | Error::TooMany { .. }
        | Error::TooManyInvalid { .. }
        | Error::Busy
        | Error::Unavailable(_)
        | Error::Internal(_) => Err(error),
    }
}
