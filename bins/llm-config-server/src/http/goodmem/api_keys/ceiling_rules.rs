//! The rules of a key's ceiling, and their conversion to rights and back.

use std::collections::BTreeSet;

use llm_config_core::access::Right;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};

use crate::http::body::{FromJson, Member, request_body};
use crate::http::schema::enums::names;
use crate::http::schema::value::{Components, ValueSchema, list};

request_body! {
    /// One rule of a key's ceiling: an operation on the user's own LLMs or on those of any user.
    #[derive(Debug, PartialEq, Eq, Serialize)]
    pub(crate) struct CeilingRule {
        operation: RuleOperation,
        selector: RuleSelector,
    }
}

names! {
    /// The operation of a rule.
    #[expect(clippy::enum_variant_names, reason = "the API's names")]
    pub(crate) enum RuleOperation {
        CreateLlm = "CREATE_LLM",
        ReadLlm = "READ_LLM",
        ListLlm = "LIST_LLM",
        UpdateLlm = "UPDATE_LLM",
        DeleteLlm = "DELETE_LLM",
        PingLlm = "PING_LLM",
    }
}

names! {
    /// The LLMs to which a rule applies.
    pub(crate) enum RuleSelector {
        Own = "OWN",
        Any = "ANY",
    }
}

/// The rights of the rules in a request.
pub(crate) struct RuleRights(pub(crate) BTreeSet<Right>);

impl ValueSchema for RuleRights {
    fn value_schema(components: &mut Components) -> RefOr<Schema> {
        list(CeilingRule::value_schema(components)).min_items(Some(1)).into()
    }
}

impl FromJson for RuleRights {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        let rules: Vec<CeilingRule> = member.list("must be a list of objects")?;
        Some(Self(rules.iter().filter_map(CeilingRule::right).collect()))
    }
}

impl CeilingRule {
    /// The right of the rule; every rule has one. A right to the LLMs of any user includes the user's own.
    fn right(&self) -> Option<Right> {
        format!("{}_{}", self.operation.as_str(), self.selector.as_str()).parse().ok()
    }

    /// The rule of a right; `None` for a right that this API has no operation for.
    fn for_right(right: Right) -> Option<Self> {
        let (operation, selector) = right.as_str().rsplit_once('_')?;
        Some(Self { operation: operation.parse().ok()?, selector: selector.parse().ok()? })
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
    fn rules_of_other_rights_do_not_exist() {
        for right in [Right::ReadMetrics, Right::ReadUserAny, Right::CreateWorkspaceLlm, Right::ReadAudit] {
            assert_eq!(rules(&[right].into()), None, "{right}");
        }
    }

    #[test]
    fn right_of_every_rule_exists() {
        for operation in RuleOperation::ALL {
            for selector in RuleSelector::ALL {
                let rule = CeilingRule { operation, selector };
                assert!(rule.right().is_some(), "{rule:?}");
            }
        }
    }
}
