//! What an API key may do and when, in the words of the newer client.

use std::collections::BTreeSet;

use llm_config_core::access::Right;
use llm_config_core::time::Timestamp;
use llm_config_store::{Token, TokenStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::request_schema::{RuleOperation, RuleSelector};

/// The state of a key at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Lifecycle {
    /// Never answered: keys are valid from their creation on.
    NotYetValid,
    /// It works.
    Usable,
    /// Its time is over.
    Expired,
    /// It was switched off.
    Revoked,
}

impl Lifecycle {
    pub(super) fn of(token: &Token, now: Timestamp) -> Self {
        match token.status {
            TokenStatus::Inactive => Self::Revoked,
            TokenStatus::Active if token.is_usable(now) => Self::Usable,
            TokenStatus::Active => Self::Expired,
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "NOT_YET_VALID" => Some(Self::NotYetValid),
            "USABLE" => Some(Self::Usable),
            "EXPIRED" => Some(Self::Expired),
            "REVOKED" => Some(Self::Revoked),
            _ => None,
        }
    }
}

/// One rule of a key's ceiling: an operation on one's own or on anybody's.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CeilingRule)]
pub(super) struct Rule {
    #[schema(value_type = RuleOperation)]
    operation: String,
    #[schema(value_type = RuleSelector)]
    selector: &'static str,
}

/// The rights as rules. `None` for rights that this API has no operation for; they are shown in
/// a member of our own.
pub(super) fn rules(rights: &BTreeSet<Right>) -> Option<Vec<Rule>> {
    let rule = |right: &Right| {
        let name = right.as_str();
        let (operation, selector) = match (name.strip_suffix("_OWN"), name.strip_suffix("_ANY")) {
            (Some(operation), _) => (operation, "OWN"),
            (None, operation) => (operation?, "ANY"),
        };
        operation.ends_with("_LLM").then(|| Rule { operation: operation.to_owned(), selector })
    };
    rights.iter().map(rule).collect()
}

/// The right of a rule. A right to anybody's is one to one's own as well.
pub(super) fn right(operation: &str, selector: &str) -> Option<Right> {
    let is_offered = operation.ends_with("_LLM") && matches!(selector, "OWN" | "ANY");
    is_offered.then(|| format!("{operation}_{selector}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_rights_are_two_spellings_of_one_thing() {
        for right in Right::ALL
            .iter()
            .filter(|it| it.as_str().ends_with("_LLM_OWN") || it.as_str().ends_with("_LLM_ANY"))
        {
            let [Rule { operation, selector }] = rules(&[*right].into()).unwrap().try_into().unwrap();
            assert_eq!(self::right(&operation, selector), Some(*right));
        }
    }

    #[test]
    fn what_the_api_has_no_words_for_is_not_a_rule() {
        assert_eq!(rules(&[Right::ReadAudit].into()), None);
        assert_eq!(right("EXECUTE_LLM", "EXACT"), None);
        assert_eq!(right("READ_USER", "ANY"), None);
    }
}
