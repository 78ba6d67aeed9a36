//! The rights that an action requires.

use super::action::{Action, Actor, ConfigAction, TokenAction, UserAction, WorkspaceAction};
use super::right::Right;
use crate::scope::Scope;

/// The right that `action` requires.
pub(super) fn required(actor: &Actor, action: &Action) -> Right {
    match action {
        Action::Configs(action, scope) | Action::Config(action, scope, _) => match scope {
            Scope::Owner(owner) => owner_config_right(*action, *owner == actor.id),
            Scope::Workspace(_) => workspace_config_right(*action),
        },
        Action::CreateWorkspace => Right::CreateWorkspace,
        Action::Workspace(WorkspaceAction::Read, _) => Right::ReadWorkspace,
        Action::Workspace(WorkspaceAction::Rename, _) => Right::RenameWorkspace,
        Action::Workspace(WorkspaceAction::Delete, _) => Right::DeleteWorkspace,
        Action::Workspace(WorkspaceAction::ManageMembers, _) | Action::GrantMembership { .. } => {
            Right::ManageMembers
        }
        Action::CreateUser(_) => Right::CreateUser,
        Action::User(UserAction::Read, target) if target.id == actor.id => Right::ReadUserOwn,
        Action::User(UserAction::Read, _) => Right::ReadUserAny,
        Action::User(UserAction::Update, target) if target.id == actor.id => Right::UpdateUserOwn,
        Action::User(UserAction::Update, _) => Right::UpdateUserAny,
        Action::User(UserAction::Delete, _) => Right::DeleteUser,
        Action::ChangeRole(..) => Right::ChangeRole,
        Action::Tokens(action, holder) => token_right(*action, holder.id == actor.id),
        Action::ReadAudit => Right::ReadAudit,
        Action::ReadKeyState => Right::ReadKeyState,
        Action::RotateKeys => Right::RotateKeys,
        Action::ReadMetrics => Right::ReadMetrics,
    }
}

/// A second right that `action` requires. Storing a configuration for another owner reveals whether that
/// owner has an equal one, secret included, so it also requires the right to read.
pub(super) fn additional(actor: &Actor, action: &Action) -> Option<Right> {
    match action {
        Action::Configs(ConfigAction::Create | ConfigAction::Update, Scope::Owner(owner))
        | Action::Config(ConfigAction::Create | ConfigAction::Update, Scope::Owner(owner), _)
            if *owner != actor.id =>
        {
            Some(Right::ReadLlmAny)
        }
        Action::Configs(..)
        | Action::Config(..)
        | Action::CreateWorkspace
        | Action::Workspace(..)
        | Action::GrantMembership { .. }
        | Action::CreateUser(_)
        | Action::User(..)
        | Action::ChangeRole(..)
        | Action::Tokens(..)
        | Action::ReadAudit
        | Action::ReadKeyState
        | Action::RotateKeys
        | Action::ReadMetrics => None,
    }
}

const fn owner_config_right(action: ConfigAction, is_own: bool) -> Right {
    match (action, is_own) {
        (ConfigAction::Create, true) => Right::CreateLlmOwn,
        (ConfigAction::Create, false) => Right::CreateLlmAny,
        (ConfigAction::Read, true) => Right::ReadLlmOwn,
        (ConfigAction::Read, false) => Right::ReadLlmAny,
        (ConfigAction::List, true) => Right::ListLlmOwn,
        (ConfigAction::List, false) => Right::ListLlmAny,
        (ConfigAction::Update, true) => Right::UpdateLlmOwn,
        (ConfigAction::Update, false) => Right::UpdateLlmAny,
        (ConfigAction::Delete, true) => Right::DeleteLlmOwn,
        (ConfigAction::Delete, false) => Right::DeleteLlmAny,
        (ConfigAction::Ping, true) => Right::PingLlmOwn,
        (ConfigAction::Ping, false) => Right::PingLlmAny,
        (ConfigAction::Call, true) => Right::CallLlmOwn,
        (ConfigAction::Call, false) => Right::CallLlmAny,
    }
}

const fn workspace_config_right(action: ConfigAction) -> Right {
    match action {
        ConfigAction::Create => Right::CreateWorkspaceLlm,
        ConfigAction::Read => Right::ReadWorkspaceLlm,
        ConfigAction::List => Right::ListWorkspaceLlm,
        ConfigAction::Update => Right::UpdateWorkspaceLlm,
        ConfigAction::Delete => Right::DeleteWorkspaceLlm,
        ConfigAction::Ping => Right::PingWorkspaceLlm,
        ConfigAction::Call => Right::CallWorkspaceLlm,
    }
}

const fn token_right(action: TokenAction, is_own: bool) -> Right {
    match (action, is_own) {
        (TokenAction::Issue, true) => Right::IssueTokenOwn,
        (TokenAction::Issue, false) => Right::IssueTokenAny,
        (TokenAction::List, true) => Right::ListTokensOwn,
        (TokenAction::List, false) => Right::ListTokensAny,
        (TokenAction::Update, true) => Right::UpdateTokenOwn,
        (TokenAction::Update, false) => Right::UpdateTokenAny,
        (TokenAction::Revoke, true) => Right::RevokeTokenOwn,
        (TokenAction::Revoke, false) => Right::RevokeTokenAny,
    }
}
