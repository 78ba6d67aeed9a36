//! A scope with the name of its owner or workspace.

use llm_config_core::scope::Scope;

/// A scope with the name of its owner or workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedScope {
    /// The scope.
    pub scope: Scope,
    /// The owner's e-mail address or the workspace's name; `None` if it cannot be decoded, or if the caller
    /// may not read it.
    pub name: Option<String>,
}
