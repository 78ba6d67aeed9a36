//! The access policy: one pure function over facts that the caller supplies.
//!
//! ```
//! use llm_config_core::access::{Action, Actor, ConfigAction, Decision, OrgRole, decide};
//! use llm_config_core::id::{ConfigId, PrincipalId};
//! use llm_config_core::scope::Scope;
//!
//! let ada = PrincipalId::new(uuid::Uuid::from_u128(1));
//! let bob = PrincipalId::new(uuid::Uuid::from_u128(2));
//! let actor = Actor::new(ada, OrgRole::User);
//!
//! let config = ConfigId::new(uuid::Uuid::from_u128(3));
//! let read = |owner| Action::Config(ConfigAction::Read, Scope::Owner(owner), config);
//! assert_eq!(decide(&actor, &read(ada)), Decision::Allow);
//! assert_eq!(decide(&actor, &read(bob)), Decision::Deny);
//! ```

mod action;
mod decide;
mod required_rights;
mod right;
mod role;
mod role_rights;
mod token_scope;
mod visible;

pub use action::{
    Action, Actor, ConfigAction, Decision, TargetUser, TokenAction, UserAction, WorkspaceAction,
};
pub use decide::{decide, exceeds, is_outside_configs, missing_right};
pub use right::{Right, UnknownRight};
pub use role::{OrgRole, UnknownRole, WorkspaceRole};
pub use role_rights::adds_rights;
pub use token_scope::TokenScope;
pub use visible::{
    VisiblePrincipals, VisibleWorkspaces, config_workspaces_with, owners_with, visible_config_workspaces,
    visible_owners, visible_token_holders, visible_workspaces,
};
