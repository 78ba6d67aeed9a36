//! The facts that classification uses besides the response.

use url::Url;

use super::form::Form;
use super::id;
use crate::base_url::BaseUrl;
use crate::error_body::ErrorBody;
use crate::hint::Hint;
use crate::host_trust::HostTrust;

/// A fact about a request on which a rule may depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Circumstance {
    /// The vendor's own host responded, so that no gateway changed the request.
    OwnHost,
    /// The key names its region, and the host is in it.
    KeyOfRegion,
    /// The key has the shape of another product's keys.
    KeyOfOtherProduct,
}

/// What classification knows besides the response.
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about a request")]
pub(crate) struct ResponseContext<'a> {
    pub(crate) circumstances: Vec<Circumstance>,
    pub(crate) has_key: bool,
    pub(crate) trust: HostTrust,
    /// Whether status 401 in the form of an error judges the key: the vendor's own host checks keys
    /// first, and the key was in the header that the vendor expects.
    pub(crate) judges_by_status: bool,
    /// The message with which the product of the provider value rejects keys, if that does not judge them by
    /// itself.
    pub(crate) bare_rejection: Option<&'static str>,
    /// The hints of the vendor.
    pub(crate) hints: &'static [Hint],
    /// Whether the request was one of a vendor's own API, not of an OpenAI-compatible one.
    pub(crate) is_own_api: bool,
    /// The only form that errors have at this host, if it is the host of a vendor with one form.
    pub(crate) only_form: Option<Form>,
    /// The configured model.
    pub(crate) model: Option<&'a str>,
    /// Whether the request called a model, with or without content.
    pub(crate) is_call: bool,
    /// The URL of the request.
    pub(crate) url: &'a Url,
    /// The base below which the request's path lies.
    pub(crate) base: BaseUrl,
}

impl ResponseContext<'_> {
    /// Whether an error is the one with which the product of the provider value rejects keys.
    pub(crate) fn is_bare_rejection(&self, error: &ErrorBody) -> bool {
        self.bare_rejection.is_some_and(|message| message == error.message)
    }

    pub(crate) fn when(mut self, circumstance: Circumstance, holds: bool) -> Self {
        if holds {
            self.circumstances.push(circumstance);
        }
        self
    }

    /// A text in lower case without the id of the model.
    pub(super) fn without_model(&self, text: &str) -> String {
        self.model.map_or_else(|| text.to_owned(), |model| id::without(text, &model.to_lowercase()))
    }
}
