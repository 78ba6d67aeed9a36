//! The rules of a key's ceiling, and their conversion to rights and configurations and back.

use std::collections::BTreeSet;

use llm_config_core::access::{Right, TokenScope};
use llm_config_core::id::ConfigId;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};

use crate::http::body::{FromJson, Member, request_body};
use crate::http::schema::enums::names;
use crate::http::schema::object::{absent, present, with};
use crate::http::schema::value::{Components, ValueSchema, list};

request_body! {
    /// One rule of a key's ceiling: an operation on the user's own LLMs, on those of any user, or on one LLM.
    #[derive(Debug, PartialEq, Eq, Serialize)]
    pub(crate) struct CeilingRule {
        operation: RuleOperation,
        selector: RuleSelector,
        /// The LLM of a rule with the selector EXACT.
        #[serde(rename = "assignedResource", skip_serializing_if = "Option::is_none")]
        assigned_resource: Option<AssignedResource>,
    }
    forbids(
        with("selector", &[EXACT.into()], "assignedResource", &absent()),
        with("selector", &[OWN.into(), ANY.into()], "assignedResource", &present()),
    )
    rules(object) {
        match (&selector, &assigned_resource) {
            (Some(RuleSelector::Exact), Some(None)) => {
                object.error("assignedResource", "is required for the selector EXACT");
            }
            (Some(RuleSelector::Own | RuleSelector::Any), Some(Some(_))) => {
                object.error("assignedResource", "requires the selector EXACT");
            }
            (Some(_) | None, _) => {}
        }
    }
}

const OWN: &str = RuleSelector::Own.as_str();
const ANY: &str = RuleSelector::Any.as_str();
const EXACT: &str = RuleSelector::Exact.as_str();

request_body! {
    /// The LLM of a rule.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub(crate) struct AssignedResource {
        kind: ResourceKind,
        #[serde(rename = "resourceId")]
        resource_id: ConfigId,
    }
}

names! {
    /// The kind of the resource of a rule.
    pub(crate) enum ResourceKind {
        Llm = "LLM",
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
        /// Call the model.
        ExecuteLlm = "EXECUTE_LLM",
    }
}

names! {
    /// The LLMs to which a rule applies.
    pub(crate) enum RuleSelector {
        Own = "OWN",
        Any = "ANY",
        /// The LLM in `assignedResource`. If one rule has it, all have it, and each operation is given for
        /// the same LLMs, at most 100.
        Exact = "EXACT",
    }
}

/// What the rules in a request narrow a key to.
pub(crate) struct Ceiling {
    pub(crate) rights: BTreeSet<Right>,
    /// The LLMs of rules with the selector EXACT.
    pub(crate) configs: Option<BTreeSet<ConfigId>>,
}

impl ValueSchema for Ceiling {
    fn value_schema(components: &mut Components) -> RefOr<Schema> {
        list(CeilingRule::value_schema(components)).min_items(Some(1)).into()
    }
}

impl FromJson for Ceiling {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        let rules: Vec<CeilingRule> = member.list("must be a list of objects")?;
        member.check(Self::from_rules(&rules))
    }
}

impl Ceiling {
    /// What the rules allow, or why a key cannot be narrowed to it: a key has one list of LLMs for all of its
    /// rights.
    fn from_rules(rules: &[CeilingRule]) -> Result<Self, String> {
        let rights = rules.iter().filter_map(CeilingRule::right).collect();
        let exact: BTreeSet<_> =
            rules.iter().filter_map(|rule| Some((rule.operation.as_str(), rule.config()?))).collect();
        if exact.is_empty() {
            return Ok(Self { rights, configs: None });
        }
        if rules.iter().any(|rule| rule.config().is_none()) {
            return Err("must not combine the selector EXACT with others; issue a key for each".to_owned());
        }
        let operations: BTreeSet<_> = exact.iter().map(|(operation, _)| operation).collect();
        let configs: BTreeSet<_> = exact.iter().map(|(_, config)| *config).collect();
        if exact.len() != operations.len() * configs.len() {
            return Err("must give each operation for the same LLMs; issue a key for each set".to_owned());
        }
        if configs.len() > TokenScope::CONFIGS_LIMIT {
            let (limit, count) = (TokenScope::CONFIGS_LIMIT, configs.len());
            return Err(format!("must name at most {limit} LLMs, but names {count}"));
        }
        Ok(Self { rights, configs: Some(configs) })
    }
}

impl CeilingRule {
    /// The right of the rule; every rule has one. A right to the LLMs of any user includes the user's own. A
    /// rule for one LLM does not say who owns it, so its right is that to the LLMs of any user.
    fn right(&self) -> Option<Right> {
        let selector = match self.selector {
            RuleSelector::Own => OWN,
            RuleSelector::Any | RuleSelector::Exact => ANY,
        };
        format!("{}_{selector}", self.operation.as_str()).parse().ok()
    }

    const fn config(&self) -> Option<ConfigId> {
        match &self.assigned_resource {
            Some(resource) => Some(resource.resource_id),
            None => None,
        }
    }

    /// The rule of a right; `None` for a right that this API has no operation for.
    fn for_right(right: Right) -> Option<Self> {
        let names = Right::ALIASES.iter().filter(|(_, named)| *named == right).map(|(name, _)| *name);
        names.chain([right.as_str()]).find_map(|name| {
            let (operation, selector) = name.rsplit_once('_')?;
            let (operation, selector) = (operation.parse().ok()?, selector.parse().ok()?);
            Some(Self { operation, selector, assigned_resource: None })
        })
    }

    /// The rule of a right to one LLM; `None` for a right to the user's own, which no rule combines with one.
    fn for_config(right: Right, config: ConfigId) -> Option<Self> {
        let Self { operation, selector, assigned_resource: _ } = Self::for_right(right)?;
        match selector {
            RuleSelector::Any => Some(Self {
                operation,
                selector: RuleSelector::Exact,
                assigned_resource: Some(AssignedResource { kind: ResourceKind::Llm, resource_id: config }),
            }),
            RuleSelector::Own | RuleSelector::Exact => None,
        }
    }
}

/// The rights to these configurations, or to all, as rules; `None` if no rules can express them.
pub(crate) fn rules(
    rights: &BTreeSet<Right>,
    configs: Option<&BTreeSet<ConfigId>>,
) -> Option<Vec<CeilingRule>> {
    let Some(configs) = configs else {
        return rights.iter().map(|right| CeilingRule::for_right(*right)).collect();
    };
    let pairs = rights.iter().flat_map(|right| configs.iter().map(move |config| (*right, *config)));
    let rules: Vec<_> =
        pairs.map(|(right, config)| CeilingRule::for_config(right, config)).collect::<Option<_>>()?;
    // Without rules, a key would seem to have no rights because of an empty list of either.
    (!rules.is_empty()).then_some(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(number: u128) -> ConfigId {
        ConfigId::new(uuid::Uuid::from_u128(number))
    }

    fn exact(operation: RuleOperation, number: u128) -> CeilingRule {
        let resource = AssignedResource { kind: ResourceKind::Llm, resource_id: config(number) };
        CeilingRule { operation, selector: RuleSelector::Exact, assigned_resource: Some(resource) }
    }

    #[test]
    fn rules_of_every_llm_right_convert_back() {
        for right in Right::ALL
            .iter()
            .filter(|right| right.as_str().ends_with("_LLM_OWN") || right.as_str().ends_with("_LLM_ANY"))
        {
            let [rule] = rules(&[*right].into(), None).unwrap().try_into().unwrap();
            assert_eq!(rule.right(), Some(*right));
        }
    }

    #[test]
    fn rules_of_other_rights_do_not_exist() {
        for right in [Right::ReadMetrics, Right::ReadUserAny, Right::CallWorkspaceLlm, Right::ReadAudit] {
            assert_eq!(rules(&[right].into(), None), None, "{right}");
        }
    }

    #[test]
    fn right_of_every_rule_exists() {
        for operation in RuleOperation::ALL {
            for selector in RuleSelector::ALL {
                let rule = CeilingRule { operation, selector, assigned_resource: None };
                assert!(rule.right().is_some(), "{rule:?}");
            }
        }
    }

    #[test]
    fn exact_rules_of_same_llms_convert_back() {
        let sent: Vec<_> = [RuleOperation::ReadLlm, RuleOperation::ExecuteLlm]
            .into_iter()
            .flat_map(|operation| [exact(operation, 1), exact(operation, 2)])
            .collect();
        let Ceiling { rights, configs } = Ceiling::from_rules(&sent).unwrap();
        assert_eq!(rights, [Right::ReadLlmAny, Right::CallLlmAny].into());
        assert_eq!(configs, Some([config(1), config(2)].into()));
        assert_eq!(rules(&rights, configs.as_ref()), Some(sent));
    }

    #[test]
    fn exact_rules_of_different_llms_are_refused() {
        let own = CeilingRule {
            operation: RuleOperation::ReadLlm,
            selector: RuleSelector::Own,
            assigned_resource: None,
        };
        let (read, execute) = (RuleOperation::ReadLlm, RuleOperation::ExecuteLlm);
        let too_many = (0..=100).map(|number| exact(read, number)).collect();
        for (sent, message) in [
            (vec![exact(read, 1), own], "combine"),
            (vec![exact(read, 1), exact(execute, 2)], "same LLMs"),
            (vec![exact(read, 1), exact(read, 2), exact(execute, 2)], "same LLMs"),
            (too_many, "at most 100 LLMs, but names 101"),
        ] {
            let refused = Ceiling::from_rules(&sent).err().unwrap();
            assert!(refused.contains(message), "{refused}");
        }
    }

    #[test]
    fn rights_that_no_exact_rule_expresses_have_no_rules() {
        let listed = BTreeSet::from([config(1)]);
        for right in [Right::ReadLlmOwn, Right::CallWorkspaceLlm, Right::ReadMetrics] {
            assert_eq!(rules(&[right].into(), Some(&listed)), None, "{right}");
        }
        assert_eq!(rules(&[Right::ReadLlmAny].into(), Some(&[].into())), None);
    }
}
