//! A configuration that does not work, or whose state is not known.

use llm_config_core::id::ConfigId;
use llm_config_core::provider::Provider;
use llm_config_core::text::DisplayName;
use llm_config_providers::Reason;
use llm_config_store::{FailingConfig, LastCheck};

use crate::configs::{NamedScope, ScopeNames};

/// A configuration that does not work, or whose state is not known.
#[derive(Debug)]
pub struct AttentionConfig {
    /// The id.
    pub id: ConfigId,
    /// The name.
    pub name: DisplayName,
    /// The owner or workspace, with its name for callers who may read it.
    pub scope: NamedScope,
    /// The provider.
    pub provider: Provider,
    /// The last check.
    pub last_check: LastCheck,
    /// The problem and the remedy, in one sentence; `None` for a reason of another version of this program.
    pub hint: Option<&'static str>,
}

impl AttentionConfig {
    pub(super) fn new(found: FailingConfig, names: &ScopeNames) -> Self {
        let FailingConfig { id, name, scope, provider, last_check } = found;
        let code = last_check.verdict.reason.as_str();
        let reason = Reason::ALL.iter().find(|reason| reason.as_str() == code);
        Self {
            id,
            name,
            scope: names.named(scope),
            provider,
            hint: reason.map(|reason| reason.hint()),
            last_check,
        }
    }
}
