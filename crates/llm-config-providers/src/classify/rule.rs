//! A rule of classification: which errors it covers, and their class.

use super::context::{Circumstance, ResponseContext};
use super::{ModelSign, ResponseClass};
use crate::error_body::ErrorBody;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

/// A rule of classification. The first rule of a table that covers an error counts.
pub(crate) struct Rule {
    /// The statuses; empty for all that are no success.
    statuses: &'static [u16],
    /// Whether the status must be 500 or above.
    is_server_error: bool,
    /// A code, type, status name or reason of the error.
    codes: &'static [&'static str],
    /// Parts of the message, in lower case: one of each list.
    texts: [&'static [&'static str]; 2],
    circumstance: Option<Circumstance>,
    class: ResponseClass,
}

impl Rule {
    /// Covers errors with one of these codes.
    pub(super) const fn code(codes: &'static [&'static str], reason: Reason) -> Self {
        Self {
            statuses: &[],
            is_server_error: false,
            codes,
            texts: [&[], &[]],
            circumstance: None,
            class: ResponseClass::new(reason, Stage::Auth),
        }
    }

    /// Covers errors whose message contains one of these parts.
    pub(super) const fn text(parts: &'static [&'static str], reason: Reason) -> Self {
        Self::code(&[], reason).and(parts)
    }

    /// Only if the message also contains one of these parts.
    pub(super) const fn and(mut self, parts: &'static [&'static str]) -> Self {
        self.texts = [parts, self.texts[0]];
        self
    }

    /// Only with one of these statuses.
    pub(super) const fn at(mut self, statuses: &'static [u16]) -> Self {
        self.statuses = statuses;
        self
    }

    /// Only with a status of 500 or above.
    pub(super) const fn of_server_errors(mut self) -> Self {
        self.is_server_error = true;
        self
    }

    /// Only in this circumstance.
    pub(super) const fn when(mut self, circumstance: Circumstance) -> Self {
        self.circumstance = Some(circumstance);
        self
    }

    pub(super) const fn hint(mut self, hint: &'static str) -> Self {
        self.class.hint = Some(hint);
        self
    }

    /// The request did not reach the credential, or may not have.
    pub(super) const fn before_auth(mut self) -> Self {
        self.class.stage = Stage::Http;
        self
    }

    /// The operation does not exist.
    pub(super) const fn absent(mut self) -> Self {
        self.class.stage = Stage::Http;
        self.class.is_absent = true;
        self
    }

    /// The request reached the model.
    pub(super) const fn at_model(mut self) -> Self {
        self.class.stage = Stage::Model;
        self
    }

    /// The words leave open whether the key is genuine.
    pub(super) const fn inconclusive(mut self) -> Self {
        self.class.is_conclusive = false;
        self
    }

    /// The credential is genuine but may not list models.
    pub(super) const fn forbids_listing(mut self) -> Self {
        self.class.forbids_listing = true;
        self
    }

    /// The credential may not use the model.
    pub(super) const fn denies_model(mut self) -> Self {
        self.class.model = Some(ModelSign::NoAccess);
        self
    }

    #[cfg(test)]
    pub(super) const fn codes(&self) -> &'static [&'static str] {
        self.codes
    }

    /// Every combination of the rule's parts: a message for each.
    #[cfg(test)]
    pub(super) fn messages(&self) -> Vec<String> {
        let [first, second] = self.texts.map(|parts| if parts.is_empty() { &[""] } else { parts });
        let join = |part: &str| second.iter().map(|other| format!("{part} {other}")).collect::<Vec<_>>();
        first.iter().flat_map(|part| join(part)).collect()
    }

    pub(super) const fn reason(&self) -> Reason {
        self.class.reason
    }

    pub(super) fn class(&self) -> ResponseClass {
        self.class.clone()
    }

    /// Whether the error has one of the rule's codes in one of these fields.
    pub(super) fn matches_code(&self, fields: &[&str]) -> bool {
        self.codes.is_empty() || fields.iter().any(|field| self.codes.contains(field))
    }

    /// Whether the message has the rule's parts.
    pub(super) fn matches_text(&self, error: &ErrorBody) -> bool {
        self.texts.iter().all(|parts| parts.is_empty() || error.contains_any(parts))
    }

    fn covers(&self, response: &Response, context: &ResponseContext<'_>) -> bool {
        let error = response.error();
        let is_status = self.statuses.is_empty() || self.statuses.contains(&response.status);
        let holds = self.circumstance.is_none_or(|needed| context.circumstances.contains(&needed));
        let fields = [error.reason.as_str(), &error.code, &error.status, &error.kind];
        is_status
            && (!self.is_server_error || response.status >= 500)
            && holds
            && self.matches_code(&fields)
            && self.matches_text(error)
    }
}

/// The class of the first rule that covers a response. None for successes, for bodies without the form of
/// an error, and for gateways that report the errors of a provider behind them.
pub(super) fn first(
    rules: &[Rule],
    response: &Response,
    context: &ResponseContext<'_>,
) -> Option<ResponseClass> {
    let error = response.error();
    if !error.is_error || response.is_success() || is_of_gateway(error) {
        return None;
    }
    rules.iter().find(|rule| rule.covers(response, context)).map(Rule::class)
}

/// Whether a gateway reports the error of a provider behind it, whose words then do not concern this key.
fn is_of_gateway(error: &ErrorBody) -> bool {
    error.contains_any(&["litellm."]) || error.kind == "no_db_connection"
}
