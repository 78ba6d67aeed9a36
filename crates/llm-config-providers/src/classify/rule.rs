//! A rule of classification: which errors it covers, and their class.

use super::class::{ModelSign, ResponseClass};
use super::context::{Circumstance, ResponseContext};
use crate::error_body::{ErrorBody, contains_any, without_urls};
use crate::reason::{Implied, Reason};
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
    texts: [&'static [&'static str]; 3],
    /// Parts that the message must not have, apart from its URLs and the model's id.
    without: [&'static [&'static str]; 2],
    /// Parts with which `without` does not count.
    unless: &'static [&'static str],
    /// Whether the message must be one of `texts` and no more.
    is_exact: bool,
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
            texts: [&[], &[], &[]],
            without: [&[], &[]],
            unless: &[],
            is_exact: false,
            circumstance: None,
            class: ResponseClass::new(reason, Stage::Auth),
        }
    }

    /// Covers errors whose message contains one of these parts.
    pub(super) const fn text(parts: &'static [&'static str], reason: Reason) -> Self {
        Self::code(&[], reason).and(parts)
    }

    /// Covers errors with one of these messages. An error without a message has its title for one.
    pub(super) const fn exact(messages: &'static [&'static str], reason: Reason) -> Self {
        let mut rule = Self::text(messages, reason);
        rule.is_exact = true;
        rule
    }

    /// Only if the message contains none of these parts.
    pub(super) const fn without(mut self, parts: &'static [&'static str]) -> Self {
        self.without = [parts, self.without[0]];
        self
    }

    /// Whatever [`Self::without`] excludes, if the message contains one of these parts.
    pub(super) const fn unless(mut self, parts: &'static [&'static str]) -> Self {
        self.unless = parts;
        self
    }

    /// Only if the message also contains one of these parts.
    pub(super) const fn and(mut self, parts: &'static [&'static str]) -> Self {
        self.texts = [parts, self.texts[0], self.texts[1]];
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

    /// The words leave open whether the refusal concerns the key.
    pub(super) const fn key_open(mut self) -> Self {
        self.class.is_key_open = true;
        self.inconclusive()
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

    #[cfg(test)]
    pub(super) const fn reason(&self) -> Reason {
        self.class.reason
    }

    /// Whether both rules may cover the same status.
    #[cfg(test)]
    pub(super) fn shares_status(&self, other: &Self) -> bool {
        let (own, others) = (self.statuses, other.statuses);
        let is_shared =
            own.is_empty() || others.is_empty() || own.iter().any(|status| others.contains(status));
        is_shared && self.is_server_error == other.is_server_error
    }

    /// Every combination of the rule's parts: a message for each.
    #[cfg(test)]
    pub(super) fn messages(&self) -> Vec<String> {
        let parts = self.texts.map(|parts| if parts.is_empty() { &[""] } else { parts });
        parts.iter().fold(vec![String::new()], |messages, parts| {
            let join =
                |message: &String| parts.iter().map(|part| format!("{message} {part}")).collect::<Vec<_>>();
            messages.iter().flat_map(join).collect()
        })
    }

    pub(super) fn class(&self) -> ResponseClass {
        self.class.clone()
    }

    /// Whether the message has the rule's parts.
    pub(super) fn matches_text(&self, error: &ErrorBody) -> bool {
        if self.is_exact {
            let text = if error.message.is_empty() { &error.title } else { &error.message };
            let text = text.trim().trim_end_matches(['.', '!']);
            return self.texts[0].contains(&text);
        }
        self.texts.iter().all(|parts| parts.is_empty() || error.contains_any(parts))
    }

    /// Whether a message has a part that excludes the rule.
    pub(super) fn excludes(&self, text: &str) -> bool {
        self.without.iter().any(|parts| contains_any(text, parts)) && !contains_any(text, self.unless)
    }

    /// Whether the message has a part that excludes the rule. URLs and the model's id may look like one.
    fn is_excluded(&self, error: &ErrorBody, context: &ResponseContext<'_>) -> bool {
        self.excludes(&error.message) && self.excludes(&context.without_model(&without_urls(&error.message)))
    }

    /// Whether the rule covers an error, apart from its codes.
    fn covers(&self, response: &Response, context: &ResponseContext<'_>) -> bool {
        let status = response.effective_status();
        let is_status = self.statuses.is_empty() || self.statuses.contains(&status);
        let holds = self.circumstance.is_none_or(|needed| context.circumstances.contains(&needed));
        let error = response.error();
        let is_server_error = !self.is_server_error || status >= 500;
        is_status && is_server_error && holds && self.matches_text(error) && !self.is_excluded(error, context)
    }

    /// Whether the class is possible with the status of a response.
    fn is_possible(&self, response: &Response) -> bool {
        let ResponseClass { reason, stage, .. } = self.class;
        match response.effective_status() {
            // Only a body that marks itself as an error describes one.
            200..300 => response.error().is_error,
            400 | 401 | 403 => true,
            // The words of a failing server may be those of a provider behind it.
            500.. => {
                stage == Stage::Model
                    || self.is_server_error
                    || self.class.is_absent
                    || matches!(reason, Reason::InsufficientCredit | Reason::QuotaExhausted)
            }
            status => status >= 400 && reason.implied() != Implied::Rejected,
        }
    }
}

/// The class of the first rule of a form's table that covers a response.
pub(super) fn first(
    rules: &[Rule],
    response: &Response,
    context: &ResponseContext<'_>,
) -> Option<ResponseClass> {
    let error = response.error();
    // A gateway reports the error of a provider behind it, whose words do not concern this key.
    if !error.is_error || error.is_of_provider {
        return None;
    }
    let has_code =
        |rule: &&Rule| rule.codes.is_empty() || error.codes().iter().any(|code| rule.codes.contains(code));
    let covering = rules.iter().filter(has_code).find(|rule| rule.covers(response, context));
    covering.map(Rule::class)
}

/// The class of the first code of a response, the most precise first, that has a covering rule.
pub(super) fn by_code(
    rules: &[Rule],
    response: &Response,
    context: &ResponseContext<'_>,
) -> Option<ResponseClass> {
    let codes = response.error().codes();
    let rule_of = |code: &&str| {
        let named = rules.iter().filter(|rule| rule.codes.contains(code));
        named.filter(|rule| rule.covers(response, context)).find(|rule| rule.is_possible(response))
    };
    codes.iter().filter(|code| !code.is_empty()).find_map(rule_of).map(Rule::class)
}

/// The class of the first row of words that covers a response and is possible with its status.
pub(super) fn by_words<'r>(
    rules: impl IntoIterator<Item = &'r Rule>,
    response: &Response,
    context: &ResponseContext<'_>,
) -> Option<ResponseClass> {
    let mut possible = rules.into_iter().filter(|rule| rule.is_possible(response));
    possible.find(|rule| rule.covers(response, context)).map(Rule::class)
}
