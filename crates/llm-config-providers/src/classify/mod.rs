//! Classification of responses: one table of what refusals state, asked alike for every request.
//!
//! The order: redirects, the rules of the family's own form of errors, codes that name one cause, routes
//! and models that the error names, words, the rules of another vendor's form, codes that name a class of
//! errors only, the status. Codes and words decide before the status, because servers use statuses loosely.

mod amazon;
mod anthropic;
mod class;
mod codes;
mod context;
mod form;
mod google;
mod hints;
mod id;
mod missing_content;
mod model_name;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod order_tests;
mod redirect;
#[cfg(test)]
mod refusals_tests;
mod route;
#[cfg(test)]
mod route_tests;
mod rule;
mod status;
#[cfg(test)]
mod tests;
mod tls;
mod words;

pub use class::{ModelSign, ResponseClass};
pub(crate) use context::{Circumstance, ResponseContext};
pub(crate) use form::{Form, is_amazon_error, is_anthropic_error, is_google_error};
pub(crate) use google::WRONG_PRODUCT;
pub(crate) use missing_content::is_about_missing_content;

use rule::Rule;

use crate::hint::Hint;
use crate::host_trust::HostTrust;
use crate::reason::{Implied, Reason};
use crate::response::Response;
use crate::stage::Stage;

/// Classifies a response that is not the expected one. `form` is that of the family's own errors, whose
/// rules come before all others.
pub(crate) fn classify(form: Form, response: &Response, context: &ResponseContext<'_>) -> ResponseClass {
    if response.is_redirect() {
        return redirect::classify(response, context);
    }
    let found = Form::of(response);
    let is_own = found.is_none_or(|found| found == form);
    let foreign = found.filter(|found| *found != form);
    let rules = |form: Option<Form>| form.map(rules_of).unwrap_or_default();
    let (own_rules, own_classes) = rules(Some(form).filter(|_| is_own));
    let (foreign_rules, foreign_classes) = rules(foreign);
    let class = tls::classify(response, context)
        .or_else(|| rule::first(own_rules, response, context))
        .or_else(|| status::of_web_page(response, context))
        .or_else(|| rule::by_code(codes::CODES, response, context))
        .or_else(|| denied_model(response))
        .or_else(|| route::classify(response, context))
        .or_else(|| rule::by_words(words::WORDS.iter().copied().flatten(), response, context))
        .or_else(|| rule::first(foreign_rules, response, context))
        .or_else(|| model_name::classify(response, context))
        .or_else(|| rule::first(own_classes, response, context))
        .or_else(|| rule::first(foreign_classes, response, context))
        .or_else(|| rule::by_words(words::RIGHTS, response, context))
        .or_else(|| rule::by_code(codes::CLASSES, response, context))
        .unwrap_or_else(|| status::classify(response, context));
    with_context(class, response, context)
}

/// The rules of a form: those that name one cause, and those that name a class of errors only.
const fn rules_of(form: Form) -> (&'static [Rule], &'static [Rule]) {
    match form {
        Form::OpenAi => (&[], &[]),
        Form::Anthropic => (anthropic::RULES, anthropic::CLASSES),
        Form::Google => (google::RULES, google::CLASSES),
        Form::Amazon => (amazon::RULES, &[]),
    }
}

/// LiteLLM denies a model to a key, a team or another of its units.
fn denied_model(response: &Response) -> Option<ResponseClass> {
    let is_denied = response.error().denies_model() && response.effective_status() >= 400;
    is_denied.then(|| ResponseClass::new(Reason::ModelNoAccess, Stage::Model))
}

const OTHER_API: &str = "The error does not have the form of this vendor's API, so it does not judge the \
    key: something in front of the API may have responded.";

/// Adapts a class to credential and host.
fn with_context(class: ResponseClass, response: &Response, context: &ResponseContext<'_>) -> ResponseClass {
    let error = response.error();
    let is_rejected = class.reason.implied() == Implied::Rejected;
    let class = if is_rejected && response.effective_status() >= 500 {
        // The words of a failing server may be those of a provider behind it.
        ResponseClass::new(Reason::ProviderDown, Stage::Http)
    } else if !context.has_key && is_rejected {
        // Without a key, none can be rejected: the key is missing.
        ResponseClass::new(Reason::ConfigIncomplete, Stage::Auth)
    } else if error.is_of_provider && (is_rejected || class.reason == Reason::ConfigIncomplete) {
        // The provider's words concern the gateway's own key, or this one if the gateway passes it on.
        ResponseClass::new(Reason::UpstreamKeyRejected, Stage::Model).inconclusive()
    } else {
        class
    };
    let is_vendor = context.trust == HostTrust::Vendor;
    // A rate limiter may stand in front of the component that checks the key. Only the API itself reports
    // the limit in the form of an error.
    let is_of_api = is_vendor && error.is_error && !response.is_html();
    let is_unproven = class.reason == Reason::RateLimited && !(context.has_key && is_of_api);
    let class = if is_unproven { class.inconclusive() } else { class };
    if is_of_other_api(response, context) {
        let hint = class.reason.implied().judges_credential().then_some(OTHER_API).or(class.hint);
        return ResponseClass { forbids_listing: false, model: None, hint, ..class.inconclusive() };
    }
    let hint = Hint::find(context.hints, class.reason, response.status, context.has_key)
        .or(class.hint)
        .or_else(|| hints::find(&class, response, context));
    ResponseClass { hint, ..class }
}

/// Whether a vendor's own host gives an error that its API never gives: in the form of another vendor, or
/// inside a success. Something in front of the API may have sent it, so it does not judge the key.
fn is_of_other_api(response: &Response, context: &ResponseContext<'_>) -> bool {
    let Some(only) = context.only_form else { return false };
    let is_other_form = Form::of(response).is_some_and(|found| found != only);
    // Servers with OpenAI's form may report the error of a provider behind them as a success.
    let is_in_success = only != Form::OpenAi && response.is_success() && response.error().is_error;
    is_other_form || is_in_success
}
