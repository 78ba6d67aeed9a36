//! The scopes that a use case by id accepts.

use llm_config_core::scope::Scope;

/// The scopes that a request by id may address. To each vendor API, configurations of the other scope do not
/// exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeFilter {
    /// Configurations of workspaces.
    Workspaces,
    /// Configurations of owners.
    Owners,
    /// Configurations of both scopes.
    All,
}

impl ScopeFilter {
    pub(super) const fn includes(self, scope: &Scope) -> bool {
        match (self, scope) {
            (Self::All, _) | (Self::Workspaces, Scope::Workspace(_)) | (Self::Owners, Scope::Owner(_)) => {
                true
            }
            (Self::Workspaces, Scope::Owner(_)) | (Self::Owners, Scope::Workspace(_)) => false,
        }
    }

    /// The noun for a configuration in the errors of the API that has this filter.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Owners => "LLM",
            Self::Workspaces | Self::All => "configuration",
        }
    }
}
