//! Rights by name: what a token can be narrowed to, and what each action needs.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Action, Actor, TokenVerb, UserVerb, Verb, WorkspaceVerb};
use crate::config::Scope;

macro_rules! rights {
    ($($variant:ident = $name:literal,)*) => {
        /// A right. `Own` is about what belongs to the actor, `Any` about what belongs to any user.
        ///
        /// The names of the rights to owners' configurations are those of the `/v1/llms` API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is the right of that name")]
        pub enum Right {
            $($variant,)*
        }

        impl Right {
            /// Every right.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The right's name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

rights! {
    CreateLlmOwn = "CREATE_LLM_OWN",
    CreateLlmAny = "CREATE_LLM_ANY",
    ReadLlmOwn = "READ_LLM_OWN",
    ReadLlmAny = "READ_LLM_ANY",
    ListLlmOwn = "LIST_LLM_OWN",
    ListLlmAny = "LIST_LLM_ANY",
    UpdateLlmOwn = "UPDATE_LLM_OWN",
    UpdateLlmAny = "UPDATE_LLM_ANY",
    DeleteLlmOwn = "DELETE_LLM_OWN",
    DeleteLlmAny = "DELETE_LLM_ANY",
    PingLlmOwn = "PING_LLM_OWN",
    PingLlmAny = "PING_LLM_ANY",
    CreateWorkspaceLlm = "CREATE_WORKSPACE_LLM",
    ReadWorkspaceLlm = "READ_WORKSPACE_LLM",
    ListWorkspaceLlm = "LIST_WORKSPACE_LLM",
    UpdateWorkspaceLlm = "UPDATE_WORKSPACE_LLM",
    DeleteWorkspaceLlm = "DELETE_WORKSPACE_LLM",
    PingWorkspaceLlm = "PING_WORKSPACE_LLM",
    CreateWorkspace = "CREATE_WORKSPACE",
    ReadWorkspace = "READ_WORKSPACE",
    RenameWorkspace = "RENAME_WORKSPACE",
    DeleteWorkspace = "DELETE_WORKSPACE",
    ManageMembers = "MANAGE_MEMBERS",
    CreateUser = "CREATE_USER",
    ReadUserOwn = "READ_USER_OWN",
    ReadUserAny = "READ_USER_ANY",
    UpdateUserOwn = "UPDATE_USER_OWN",
    UpdateUserAny = "UPDATE_USER_ANY",
    DeleteUser = "DELETE_USER",
    ChangeRole = "CHANGE_ROLE",
    IssueTokenOwn = "ISSUE_TOKEN_OWN",
    IssueTokenAny = "ISSUE_TOKEN_ANY",
    ListTokensOwn = "LIST_TOKENS_OWN",
    ListTokensAny = "LIST_TOKENS_ANY",
    UpdateTokenOwn = "UPDATE_TOKEN_OWN",
    UpdateTokenAny = "UPDATE_TOKEN_ANY",
    RevokeTokenOwn = "REVOKE_TOKEN_OWN",
    RevokeTokenAny = "REVOKE_TOKEN_ANY",
    ReadAudit = "READ_AUDIT",
    ReadKeyState = "READ_KEY_STATE",
    RotateKeys = "ROTATE_KEYS",
    ReadMetrics = "READ_METRICS",
}

impl Right {
    /// The right that `actor` needs for `action`.
    pub(super) fn needed(actor: &Actor, action: &Action) -> Self {
        match action {
            Action::Config(verb, Scope::Owner(owner)) => Self::to_owned_config(*verb, *owner == actor.id),
            Action::Config(verb, Scope::Workspace(_)) => Self::to_workspace_config(*verb),
            Action::CreateWorkspace => Self::CreateWorkspace,
            Action::Workspace(WorkspaceVerb::Read, _) => Self::ReadWorkspace,
            Action::Workspace(WorkspaceVerb::Rename, _) => Self::RenameWorkspace,
            Action::Workspace(WorkspaceVerb::Delete, _) => Self::DeleteWorkspace,
            Action::Workspace(WorkspaceVerb::ManageMembers, _) | Action::GrantMembership { .. } => {
                Self::ManageMembers
            }
            Action::CreateUser(_) => Self::CreateUser,
            Action::User(UserVerb::Read, it) if it.id == actor.id => Self::ReadUserOwn,
            Action::User(UserVerb::Read, _) => Self::ReadUserAny,
            Action::User(UserVerb::Update, it) if it.id == actor.id => Self::UpdateUserOwn,
            Action::User(UserVerb::Update, _) => Self::UpdateUserAny,
            Action::User(UserVerb::Delete, _) => Self::DeleteUser,
            Action::ChangeRole(..) => Self::ChangeRole,
            Action::Tokens(verb, holder) => Self::to_tokens(*verb, holder.id == actor.id),
            Action::ReadAudit => Self::ReadAudit,
            Action::ReadKeyState => Self::ReadKeyState,
            Action::RotateKeys => Self::RotateKeys,
            Action::ReadMetrics => Self::ReadMetrics,
        }
    }

    /// A second right that `actor` needs for `action`. Whether a configuration can be stored for
    /// another owner tells whether that owner has an equal one, secret included, so storing needs
    /// the right to read.
    pub(super) fn also_needed(actor: &Actor, action: &Action) -> Option<Self> {
        match action {
            Action::Config(Verb::Create | Verb::Update, Scope::Owner(owner)) if *owner != actor.id => {
                Some(Self::ReadLlmAny)
            }
            Action::Config(..)
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

    /// For a right to one's own, the same right to anybody's.
    pub(super) const fn to_anybodys(self) -> Option<Self> {
        Some(match self {
            Self::CreateLlmOwn => Self::CreateLlmAny,
            Self::ReadLlmOwn => Self::ReadLlmAny,
            Self::ListLlmOwn => Self::ListLlmAny,
            Self::UpdateLlmOwn => Self::UpdateLlmAny,
            Self::DeleteLlmOwn => Self::DeleteLlmAny,
            Self::PingLlmOwn => Self::PingLlmAny,
            Self::ReadUserOwn => Self::ReadUserAny,
            Self::UpdateUserOwn => Self::UpdateUserAny,
            Self::IssueTokenOwn => Self::IssueTokenAny,
            Self::ListTokensOwn => Self::ListTokensAny,
            Self::UpdateTokenOwn => Self::UpdateTokenAny,
            Self::RevokeTokenOwn => Self::RevokeTokenAny,
            Self::CreateLlmAny
            | Self::ReadLlmAny
            | Self::ListLlmAny
            | Self::UpdateLlmAny
            | Self::DeleteLlmAny
            | Self::PingLlmAny
            | Self::CreateWorkspaceLlm
            | Self::ReadWorkspaceLlm
            | Self::ListWorkspaceLlm
            | Self::UpdateWorkspaceLlm
            | Self::DeleteWorkspaceLlm
            | Self::PingWorkspaceLlm
            | Self::CreateWorkspace
            | Self::ReadWorkspace
            | Self::RenameWorkspace
            | Self::DeleteWorkspace
            | Self::ManageMembers
            | Self::CreateUser
            | Self::ReadUserAny
            | Self::UpdateUserAny
            | Self::DeleteUser
            | Self::ChangeRole
            | Self::IssueTokenAny
            | Self::ListTokensAny
            | Self::UpdateTokenAny
            | Self::RevokeTokenAny
            | Self::ReadAudit
            | Self::ReadKeyState
            | Self::RotateKeys
            | Self::ReadMetrics => return None,
        })
    }

    /// Whether `rights` has this right, or the one to anybody's where this is to one's own.
    pub(super) fn is_among(self, rights: &BTreeSet<Self>) -> bool {
        rights.contains(&self) || self.to_anybodys().is_some_and(|it| rights.contains(&it))
    }

    const fn to_owned_config(verb: Verb, is_own: bool) -> Self {
        match (verb, is_own) {
            (Verb::Create, true) => Self::CreateLlmOwn,
            (Verb::Create, false) => Self::CreateLlmAny,
            (Verb::Read, true) => Self::ReadLlmOwn,
            (Verb::Read, false) => Self::ReadLlmAny,
            (Verb::List, true) => Self::ListLlmOwn,
            (Verb::List, false) => Self::ListLlmAny,
            (Verb::Update, true) => Self::UpdateLlmOwn,
            (Verb::Update, false) => Self::UpdateLlmAny,
            (Verb::Delete, true) => Self::DeleteLlmOwn,
            (Verb::Delete, false) => Self::DeleteLlmAny,
            (Verb::Ping, true) => Self::PingLlmOwn,
            (Verb::Ping, false) => Self::PingLlmAny,
        }
    }

    const fn to_workspace_config(verb: Verb) -> Self {
        match verb {
            Verb::Create => Self::CreateWorkspaceLlm,
            Verb::Read => Self::ReadWorkspaceLlm,
            Verb::List => Self::ListWorkspaceLlm,
            Verb::Update => Self::UpdateWorkspaceLlm,
            Verb::Delete => Self::DeleteWorkspaceLlm,
            Verb::Ping => Self::PingWorkspaceLlm,
        }
    }

    const fn to_tokens(verb: TokenVerb, is_own: bool) -> Self {
        match (verb, is_own) {
            (TokenVerb::Issue, true) => Self::IssueTokenOwn,
            (TokenVerb::Issue, false) => Self::IssueTokenAny,
            (TokenVerb::List, true) => Self::ListTokensOwn,
            (TokenVerb::List, false) => Self::ListTokensAny,
            (TokenVerb::Update, true) => Self::UpdateTokenOwn,
            (TokenVerb::Update, false) => Self::UpdateTokenAny,
            (TokenVerb::Revoke, true) => Self::RevokeTokenOwn,
            (TokenVerb::Revoke, false) => Self::RevokeTokenAny,
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no right's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a right, such as `READ_LLM_OWN`")]
pub struct UnknownRight;

impl FromStr for Right {
    type Err = UnknownRight;

    fn from_str(name: &str) -> Result<Self, UnknownRight> {
        Self::ALL.iter().copied().find(|it| it.as_str() == name).ok_or(UnknownRight)
    }
}
