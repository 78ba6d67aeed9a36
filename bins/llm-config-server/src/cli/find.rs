//! Users and workspaces, as somebody at the command line names them.

use std::fmt;
use std::str::FromStr;

use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::text::{DisplayName, TextError};
use llm_config_core::user::{Email, EmailError};
use llm_config_store::{Tx, User, Workspace};

use super::failure::Failure;

/// A user by e-mail address or id.
#[derive(Clone, Debug)]
pub(crate) enum WhichUser {
    /// The e-mail address.
    Email(Email),
    /// The user's id.
    Id(PrincipalId),
}

/// A workspace by name or id.
#[derive(Clone, Debug)]
pub(crate) struct WhichWorkspace {
    name: DisplayName,
    /// What was given, where it can be an id.
    id: Option<WorkspaceId>,
}

impl FromStr for WhichUser {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        // No id is an e-mail address: it has no `@`.
        text.parse().map(Self::Id).or_else(|_| Email::from_stored(text).map(Self::Email))
    }
}

impl FromStr for WhichWorkspace {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Ok(Self { name: DisplayName::from_stored(text)?, id: text.parse().ok() })
    }
}

impl fmt::Display for WhichUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(email) => email.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}

/// The user who was named. In a write, they stay as they are until the transaction ends.
pub(crate) fn user(tx: &mut Tx<'_>, which: &WhichUser) -> Result<User, Failure> {
    let id = id_of(tx, which)?;
    tx.find_user(id)?.ok_or_else(|| no_user(which))
}

/// As [`user`], for a command that changes or deletes them.
pub(crate) fn user_for_update(tx: &mut Tx<'_>, which: &WhichUser) -> Result<User, Failure> {
    let id = id_of(tx, which)?;
    tx.find_user_for_update(id)?.ok_or_else(|| no_user(which))
}

fn id_of(tx: &mut Tx<'_>, which: &WhichUser) -> Result<PrincipalId, Failure> {
    match which {
        WhichUser::Id(id) => Ok(*id),
        WhichUser::Email(email) => {
            tx.find_user_by_email(email)?.map(|user| user.id).ok_or_else(|| no_user(which))
        }
    }
}

fn no_user(which: &WhichUser) -> Failure {
    Failure::new(format!("there is no user `{which}`; `user list` shows all"))
}

/// The workspace that was named. In a write, it stays as it is until the transaction ends.
pub(crate) fn workspace(tx: &mut Tx<'_>, which: &WhichWorkspace) -> Result<Workspace, Failure> {
    if let Some(id) = which.id
        && let Some(found) = tx.find_workspace(id)?
    {
        return Ok(found);
    }
    let key = which.name.uniqueness_key();
    let mut named = tx.list_workspaces()?;
    named.retain(|it| it.name.uniqueness_key() == key);
    let none = || Failure::new(format!("there is no workspace `{}`; `workspace list` shows all", which.name));
    match &named[..] {
        [] => Err(none()),
        [one] => tx.find_workspace(one.id)?.ok_or_else(none),
        several => {
            let ids: Vec<_> = several.iter().map(|it| it.id.to_string()).collect();
            let (count, ids) = (several.len(), ids.join(", "));
            Err(Failure::new(format!(
                "{count} workspaces are named `{}`; give the id of one: {ids}",
                which.name
            )))
        }
    }
}
