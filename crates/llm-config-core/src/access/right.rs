//! Rights by name: what a role grants and what a token can be restricted to.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

macro_rules! rights {
    (
        offered { $($offered:ident = $offered_name:literal,)* }
        reserved { $($reserved:ident = $reserved_name:literal,)* }
    ) => {
        /// A right. `Own` rights apply to the actor's own objects, `Any` rights to those of every user.
        ///
        /// The names of the rights to owners' configurations are those of the `/v1/llms` API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is the right of that name")]
        pub enum Right {
            $($offered,)*
            $($reserved,)*
        }

        impl Right {
            /// Every right.
            pub const ALL: &[Self] = &[$(Self::$offered,)* $(Self::$reserved,)*];

            /// The rights that a new token can be narrowed to: those that permit an operation of this
            /// version.
            pub const OFFERED: &[Self] = &[$(Self::$offered,)*];

            /// The right's name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$offered => $offered_name,)*
                    $(Self::$reserved => $reserved_name,)*
                }
            }
        }
    };
}

rights! {
    offered {
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
        CallLlmOwn = "CALL_LLM_OWN",
        CallLlmAny = "CALL_LLM_ANY",
        CreateWorkspaceLlm = "CREATE_WORKSPACE_LLM",
        ReadWorkspaceLlm = "READ_WORKSPACE_LLM",
        ListWorkspaceLlm = "LIST_WORKSPACE_LLM",
        UpdateWorkspaceLlm = "UPDATE_WORKSPACE_LLM",
        DeleteWorkspaceLlm = "DELETE_WORKSPACE_LLM",
        PingWorkspaceLlm = "PING_WORKSPACE_LLM",
        CallWorkspaceLlm = "CALL_WORKSPACE_LLM",
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
        ReadMetrics = "READ_METRICS",
    }
    // The access policy decides about these, but no operation of this version requires them. A right moves up
    // with the first operation that does.
    reserved {
        ReadAudit = "READ_AUDIT",
        ReadKeyState = "READ_KEY_STATE",
        RotateKeys = "ROTATE_KEYS",
    }
}

impl Right {
    /// The rights of an application that only calls models: its holder's own, and those of its holder's
    /// workspaces.
    pub const FOR_CALLS: [Self; 2] = [Self::CallLlmOwn, Self::CallWorkspaceLlm];

    /// Other names that are read. Newer versions of the `/v1/llms` API name the right to call a model
    /// `EXECUTE_LLM`, beside a selector; without one it means the lesser right.
    pub const ALIASES: &[(&str, Self)] = &[
        ("EXECUTE_LLM", Self::CallLlmOwn),
        ("EXECUTE_LLM_OWN", Self::CallLlmOwn),
        ("EXECUTE_LLM_ANY", Self::CallLlmAny),
    ];

    /// The `Any` right that corresponds to an `Own` right; `None` for every other right.
    pub(super) const fn any_variant(self) -> Option<Self> {
        Some(match self {
            Self::CreateLlmOwn => Self::CreateLlmAny,
            Self::ReadLlmOwn => Self::ReadLlmAny,
            Self::ListLlmOwn => Self::ListLlmAny,
            Self::UpdateLlmOwn => Self::UpdateLlmAny,
            Self::DeleteLlmOwn => Self::DeleteLlmAny,
            Self::PingLlmOwn => Self::PingLlmAny,
            Self::CallLlmOwn => Self::CallLlmAny,
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
            | Self::CallLlmAny
            | Self::CreateWorkspaceLlm
            | Self::ReadWorkspaceLlm
            | Self::ListWorkspaceLlm
            | Self::UpdateWorkspaceLlm
            | Self::DeleteWorkspaceLlm
            | Self::PingWorkspaceLlm
            | Self::CallWorkspaceLlm
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

    /// Whether `rights` contains this right, or the `Any` right that corresponds to it.
    pub(super) fn is_among(self, rights: &BTreeSet<Self>) -> bool {
        rights.contains(&self) || self.any_variant().is_some_and(|any| rights.contains(&any))
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name is not the name of a right that a token can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be the name of a right, such as `READ_LLM_OWN`; `docs/team.md` and `token issue --help` list the \
     rights"
)]
pub struct UnknownRight;

impl Right {
    /// Parses a stored name. Tokens of earlier versions may be narrowed to rights that are not offered.
    pub fn from_stored(name: &str) -> Result<Self, UnknownRight> {
        find(Self::ALL, name)
    }
}

/// The name of an offered right, or one of [`Right::ALIASES`].
impl FromStr for Right {
    type Err = UnknownRight;

    fn from_str(name: &str) -> Result<Self, UnknownRight> {
        let alias = Self::ALIASES.iter().find(|(alias, _)| *alias == name);
        alias.map_or_else(|| find(Self::OFFERED, name), |(_, right)| Ok(*right))
    }
}

fn find(rights: &[Right], name: &str) -> Result<Right, UnknownRight> {
    rights.iter().copied().find(|right| right.as_str() == name).ok_or(UnknownRight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_of_reserved_right_is_rejected_but_stored_one_is_read() {
        for right in Right::ALL {
            let is_offered = Right::OFFERED.contains(right);
            assert_eq!(right.as_str().parse::<Right>().is_ok(), is_offered, "{right}");
            assert_eq!(Right::from_stored(right.as_str()), Ok(*right));
        }
        assert_eq!("READ_AUDIT".parse::<Right>(), Err(UnknownRight));
    }

    #[test]
    fn parse_of_alias_is_right_to_call() {
        for (name, expected) in [
            ("EXECUTE_LLM", Ok(Right::CallLlmOwn)),
            ("EXECUTE_LLM_OWN", Ok(Right::CallLlmOwn)),
            ("EXECUTE_LLM_ANY", Ok(Right::CallLlmAny)),
            ("EXECUTE_WORKSPACE_LLM", Err(UnknownRight)),
            ("execute_llm", Err(UnknownRight)),
        ] {
            assert_eq!(name.parse(), expected, "{name}");
            // A right has one name in the database.
            assert_eq!(Right::from_stored(name), Err(UnknownRight), "{name}");
        }
    }
}
