//! Looks up users, workspaces and configurations by id, e-mail address or name.

use std::fmt;
use std::str::FromStr;

use llm_config_core::id::{ConfigId, PrincipalId, WorkspaceId};
use llm_config_core::text::{DisplayName, TextError};
use llm_config_core::user::{Email, EmailError};
use llm_config_service::{Error, ScopeFilter};
use llm_config_store::{User, Workspace};

use super::command_error::CommandError;
use super::operator_session::OperatorSession;

/// The sentence for a database without a root user, and so without users.
pub(crate) const NO_USERS: &str = "\
there are no users yet; the first is created by `POST /v1/system/init` while a server waits for it \
(`--wait-for-init`), else by the start of a server";

/// A user, by e-mail address or id.
#[derive(Clone, Debug)]
pub(crate) enum UserSelector {
    /// The e-mail address.
    Email(Email),
    /// The user's id.
    Id(PrincipalId),
}

/// A workspace, by name or id.
#[derive(Clone, Debug)]
pub(crate) struct WorkspaceSelector {
    name: DisplayName,
    /// The id, if the text is an id.
    id: Option<WorkspaceId>,
}

/// A configuration, by name or id.
#[derive(Clone, Debug)]
pub(crate) struct ConfigSelector {
    name: DisplayName,
    /// The id, if the text is an id.
    id: Option<ConfigId>,
}

impl FromStr for ConfigSelector {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Ok(Self { name: DisplayName::from_stored(text)?, id: text.parse().ok() })
    }
}

impl FromStr for UserSelector {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        // An id is never an e-mail address: it has no `@`.
        text.parse().map(Self::Id).or_else(|_| Email::from_stored(text).map(Self::Email))
    }
}

impl FromStr for WorkspaceSelector {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Ok(Self { name: DisplayName::from_stored(text)?, id: text.parse().ok() })
    }
}

impl fmt::Display for UserSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(email) => email.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}

impl OperatorSession {
    /// The selected user.
    pub(crate) async fn user(&self, selector: &UserSelector) -> Result<User, CommandError> {
        let found = match selector {
            UserSelector::Id(id) => self.service.user(&self.session, *id).await,
            UserSelector::Email(email) => self.service.user_by_email(&self.session, email.clone()).await,
        };
        match found {
            Err(Error::NotFound(_)) if !self.service.has_root().await? => {
                Err(CommandError::not_found(NO_USERS))
            }
            Err(Error::NotFound(_)) => {
                let key = match selector {
                    UserSelector::Id(_) => "id",
                    UserSelector::Email(_) => "e-mail address",
                };
                Err(CommandError::not_found(format!(
                    "no user has the {key} `{selector}`; `user list` shows all users"
                )))
            }
            other => Ok(other?),
        }
    }

    /// The id of the selected configuration. An id takes precedence over a name.
    pub(crate) async fn config(&self, selector: &ConfigSelector) -> Result<ConfigId, CommandError> {
        if let Some(id) = selector.id {
            match self.service.config(&self.session, ScopeFilter::All, id).await {
                Err(Error::NotFound(_)) => {}
                found => return Ok(found?.id),
            }
        }
        let name = &selector.name;
        let named = self.service.configs_named(&self.session, name).await?;
        match named.as_slice() {
            [] => Err(CommandError::not_found(format!(
                "no configuration has the id or name `{name}`; `config list` shows all configurations"
            ))),
            [id] => Ok(*id),
            ids => {
                let (count, ids): (usize, Vec<_>) =
                    (ids.len(), ids.iter().map(ToString::to_string).collect());
                Err(CommandError::usage(format!(
                    "{count} configurations have the name `{name}`; use an id instead: {}",
                    ids.join(", ")
                )))
            }
        }
    }

    /// The selected workspace. An id takes precedence over a name.
    pub(crate) async fn workspace(&self, selector: &WorkspaceSelector) -> Result<Workspace, CommandError> {
        if let Some(id) = selector.id {
            match self.service.workspace(&self.session, id).await {
                Err(Error::NotFound(_)) => {}
                found => return Ok(found?.workspace),
            }
        }
        let name = &selector.name;
        let mut named = self.service.workspaces_named(&self.session, name).await?;
        match (named.pop(), named.len()) {
            (None, _) => Err(CommandError::not_found(format!(
                "no workspace has the id or name `{name}`; `workspace list` shows all workspaces"
            ))),
            (Some(workspace), 0) => Ok(workspace),
            (Some(last), others) => {
                let ids: Vec<_> =
                    named.iter().chain([&last]).map(|workspace| workspace.id.to_string()).collect();
                let (count, ids) = (others + 1, ids.join(", "));
                Err(CommandError::usage(format!(
                    "{count} workspaces have the name `{name}`; use an id instead: {ids}"
                )))
            }
        }
    }
}
