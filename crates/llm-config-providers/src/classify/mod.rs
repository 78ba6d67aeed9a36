//! Classification of responses: one table of rules per form of error, then common rules, then statuses.
//!
//! Codes and words decide before the status, because servers use statuses loosely.

mod amazon;
mod anthropic;
mod common;
mod context;
mod google;
mod redirect;
mod rule;
mod status;
#[cfg(test)]
mod tests;
mod tls;

pub(crate) use amazon::{RULES as AMAZON_RULES, is_amazon_error};
pub(crate) use anthropic::{RULES as ANTHROPIC_RULES, is_anthropic_error};
pub(crate) use common::is_about_missing_content;
pub(crate) use context::Circumstance;
pub(crate) use context::ResponseContext;
pub(crate) use google::{RULES as GOOGLE_RULES, WRONG_PRODUCT, is_google_error};
pub(crate) use rule::Rule;

use crate::hint::Hint;
use crate::host_trust::HostTrust;
use crate::reason::{Implied, Reason};
use crate::response::Response;
use crate::stage::Stage;

/// What a response means that is not the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about a response")]
pub struct ResponseClass {
    /// The reason of the refusal.
    pub reason: Reason,
    /// The step at which the request ended.
    pub stage: Stage,
    /// Whether the reason's consequence for the credential holds.
    pub is_conclusive: bool,
    /// Whether the words of a refusal leave open whether it concerns the key.
    pub is_key_open: bool,
    /// Whether the server does not have the operation, or is no LLM API.
    pub is_absent: bool,
    /// Whether the credential is genuine but may not list models.
    pub forbids_listing: bool,
    /// What the response reveals about the model, beyond its reason.
    pub model: Option<ModelSign>,
    /// The remedy, if it is more precise than the reason's.
    pub hint: Option<&'static str>,
    /// The endpoint to store instead.
    pub suggested_url: Option<String>,
}

/// What a response reveals about the model, beyond its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelSign {
    /// The model exists.
    Exists,
    /// The credential may not use it.
    NoAccess,
}

impl ResponseClass {
    /// A class without particulars.
    #[must_use]
    pub const fn new(reason: Reason, stage: Stage) -> Self {
        Self {
            reason,
            stage,
            is_conclusive: true,
            is_key_open: false,
            is_absent: false,
            forbids_listing: false,
            model: None,
            hint: None,
            suggested_url: None,
        }
    }

    /// The server does not have the operation, or is no LLM API.
    pub(crate) const fn absent(reason: Reason) -> Self {
        let mut class = Self::new(reason, Stage::Http);
        class.is_absent = true;
        class
    }

    pub(crate) fn with_hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub(crate) fn with_model(self, model: ModelSign) -> Self {
        Self { model: Some(model), ..self }
    }

    /// The reason's consequence for the credential does not hold.
    pub(crate) fn inconclusive(self) -> Self {
        Self { is_conclusive: false, ..self }
    }

    /// A refusal of the request whose words do not judge the key: the response to a request without a key decides.
    pub(crate) fn key_open() -> Self {
        Self { is_key_open: true, ..Self::new(Reason::BadKey, Stage::Auth).inconclusive() }
    }
}

impl ResponseClass {
    /// The class of a response to a completion request. A success without completion and without error
    /// shows that the server is no LLM API; 403 denies a right if its words do.
    #[must_use]
    pub fn of_completion(self, response: &Response) -> Self {
        let error = response.error();
        if self.reason != Reason::UnexpectedAnswer {
            self
        } else if response.is_success() && !error.is_error {
            Self::absent(Reason::NotAnLlmApi)
        } else if response.status == 403 && status::denies_right(error) {
            Self::no_permission()
        } else {
            self
        }
    }

    /// The same for a single call, without earlier evidence: 403 in the form of an error denies a right,
    /// whatever its words.
    #[must_use]
    pub fn of_single_call(self, response: &Response) -> Self {
        let class = self.of_completion(response);
        let is_denied = response.status == 403 && response.error().is_error;
        if class.reason == Reason::UnexpectedAnswer && is_denied { Self::no_permission() } else { class }
    }

    fn no_permission() -> Self {
        Self::new(Reason::NoPermission, Stage::Auth).inconclusive()
    }
}

/// Classifies a response that is not the expected one. The family's `rules` come before all others.
pub(crate) fn classify(rules: &[Rule], response: &Response, context: &ResponseContext<'_>) -> ResponseClass {
    if response.is_redirect() {
        return redirect::classify(response, context);
    }
    let class = tls::classify(response, context)
        .or_else(|| rule::first(rules, response, context))
        .or_else(|| status::of_web_page(response, context))
        .or_else(|| common::classify(response, context))
        .or_else(|| of_foreign_form(response, context))
        .unwrap_or_else(|| status::classify(response, context));
    with_context(class, response, context)
}

/// Errors in the form of a vendor that a gateway passes on.
fn of_foreign_form(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    let error = response.error();
    let rules = if response.header("x-amzn-errortype").is_some() {
        AMAZON_RULES
    } else if is_google_error(error) {
        GOOGLE_RULES
    } else if is_anthropic_error(response) {
        ANTHROPIC_RULES
    } else {
        return None;
    };
    rule::first(rules, response, context)
}

/// Adapts a class to credential and host.
fn with_context(class: ResponseClass, response: &Response, context: &ResponseContext<'_>) -> ResponseClass {
    // Without a key, none can be rejected: the key is missing.
    let is_keyless = !context.has_key && class.reason.implied() == Implied::Rejected;
    let class = if is_keyless { ResponseClass::new(Reason::ConfigIncomplete, Stage::Auth) } else { class };
    let is_vendor = context.trust == HostTrust::Vendor;
    // A rate limiter may stand in front of the component that checks the key. Only the API itself reports
    // the limit in the form of an error.
    let is_of_api = is_vendor && response.error().is_error && !response.is_html();
    let is_unproven = class.reason == Reason::RateLimited && !(context.has_key && is_of_api);
    let class = if is_unproven { class.inconclusive() } else { class };
    let hint = Hint::find(context.hints, class.reason, response.status, context.has_key)
        .or(class.hint)
        .or_else(|| common::hint(class.reason, response, context));
    ResponseClass { hint, ..class }
}
