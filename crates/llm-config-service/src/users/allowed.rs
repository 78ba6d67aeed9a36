//! What a caller may do with users, so that a program offers nothing that is refused.

use llm_config_core::access::{Action, OrgRole, TargetUser, UserAction};
use llm_config_store::User;

use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// What a caller may do with a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedUserActions {
    /// Change the user's name.
    pub update: bool,
    /// Delete the user.
    pub delete: bool,
    /// The roles that the user may get, the present one included, in ascending rank.
    pub roles: Vec<OrgRole>,
}

impl Service {
    /// What the caller may do with a user whom they may read, by the rights that they had at authentication.
    /// Each use case decides again.
    #[must_use]
    pub fn allowed_user_actions(&self, session: &Session, user: &User) -> AllowedUserActions {
        // Whether both share a workspace matters to reading only.
        let target = TargetUser { id: user.id, role: user.role, shares_workspace: false };
        let may = |action| is_allowed(&session.actor, &action);
        let may_give = |role: &OrgRole| *role == user.role || may(Action::ChangeRole(target, *role));
        AllowedUserActions {
            update: may(Action::User(UserAction::Update, target)),
            delete: may(Action::User(UserAction::Delete, target)),
            roles: OrgRole::ALL.iter().copied().filter(may_give).collect(),
        }
    }

    /// The roles of the users whom the caller may create, in ascending rank, by the rights that they had at
    /// authentication.
    #[must_use]
    pub fn creatable_roles(&self, session: &Session) -> Vec<OrgRole> {
        let may_create = |role: &OrgRole| is_allowed(&session.actor, &Action::CreateUser(*role));
        OrgRole::ALL.iter().copied().filter(may_create).collect()
    }
}
