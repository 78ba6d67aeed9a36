//! The rules of a key's ceiling, and their conversion to rights and back.

use std::collections::BTreeSet;

use llm_config_core::access::Right;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body::{FromJson, Member, request_body};

request_body! {
    /// One rule of a key's ceiling: an operation on the user's own LLMs or on those of any user.
    #[derive(Debug, PartialEq, Eq, Serialize)]
    pub(crate) struct CeilingRule {
        #[schema(value_type = RuleOperation)]
        operation: Option<String>,
        #[schema(value_type = RuleSelector)]
        selector: Option<String>,
    }
}

/// The operation of a rule.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::enum_variant_names, reason = "the API's names")]
#[expect(dead_code, reason = "for the document; `CeilingRule::right` reads the name")]
enum RuleOperation {
    CreateLlm,
    ReadLlm,
    ListLlm,
    UpdateLlm,
    DeleteLlm,
    PingLlm,
}

/// The LLMs to which a rule applies.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(dead_code, reason = "for the document; `CeilingRule::right` reads the name")]
enum RuleSelector {
    Own,
    Any,
}

/// The rights of the rules in a request.
pub(crate) struct RuleRights(pub(crate) BTreeSet<Right>);

impl FromJson for RuleRights {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        let rules: Vec<CeilingRule> = member.list("must be a list of objects")?;
        let rights: Option<BTreeSet<Right>> = rules.iter().map(CeilingRule::right).collect();
        let expected = "must consist of rules with the operation CREATE_LLM, READ_LLM, LIST_LLM, UPDATE_LLM, \
            DELETE_LLM or PING_LLM and the selector OWN or ANY";
        member.expect(rights, expected).map(Self)
    }
}

impl CeilingRule {
    /// The right of the rule. A right to the LLMs of any user includes the user's own.
    fn right(&self) -> Option<Right> {
        let (operation, selector) = (self.operation.as_deref()?, self.selector.as_deref()?);
        let is_offered = operation.ends_with("_LLM") && matches!(selector, "OWN" | "ANY");
        is_offered.then(|| format!("{operation}_{selector}").parse().ok()).flatten()
    }

    /// The rule of a right; `None` for a right that this API has no operation for.
    fn for_right(right: Right) -> Option<Self> {
        let name = right.as_str();
        let (operation, selector) = match (name.strip_suffix("_OWN"), name.strip_suffix("_ANY")) {
            (Some(operation), _) => (operation, "OWN"),
            (None, operation) => (operation?, "ANY"),
        };
        let is_offered = operation.ends_with("_LLM");
        is_offered
            .then(|| Self { operation: Some(operation.to_owned()), selector: Some(selector.to_owned()) })
    }
}

/// The rights as rules; `None` if one of them has no rule.
pub(crate) fn rules(rights: &BTreeSet<Right>) -> Option<Vec<CeilingRule>> {
    rights.iter().map(|right| CeilingRule::for_right(*right)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_every_llm_right_convert_back() {
        for right in Right::ALL
            .iter()
            .filter(|right| right.as_str().ends_with("_LLM_OWN") || right.as_str().ends_with("_LLM_ANY"))
        {
            let [rule] = rules(&[*right].into()).unwrap().try_into().unwrap();
            assert_eq!(rule.right(), Some(*right));
        }
    }

    #[test]
    fn rights_and_rules_without_counterpart_are_not_converted() {
        assert_eq!(rules(&[Right::ReadAudit].into()), None);
        let rule = |operation: &str, selector: &str| {
            CeilingRule { operation: Some(operation.to_owned()), selector: Some(selector.to_owned()) }.right()
        };
        assert_eq!(rule("EXECUTE_LLM", "EXACT"), None);
        assert_eq!(rule("READ_USER", "ANY"), None);
    }
}
