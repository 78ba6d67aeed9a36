//! Returns one user, by id or e-mail address.

use llm_config_core::access::{Action, ConfigAction, TokenAction, UserAction, WorkspaceRole};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_core::user::Email;
use llm_config_store::{User, Workspace};

use super::authorization::authorized_user;
use crate::error::Error;
use crate::policy::authorize;
use crate::service::Service;
use crate::session::Session;

/// A user with their memberships, and the numbers of their tokens and configurations.
pub struct UserDetails {
    /// The user.
    pub user: User,
    /// The workspaces that the user is a member of, by name, with the user's role in each.
    pub workspaces: Vec<(Workspace, WorkspaceRole)>,
    /// How many tokens the user holds.
    pub tokens: usize,
    /// How many configurations the user owns.
    pub configurations: i64,
}

impl Service {
    /// The caller's own user.
    pub async fn me(&self, session: &Session) -> Result<User, Error> {
        self.user(session, session.actor.id).await
    }

    /// The user of that id.
    pub async fn user(&self, session: &Session, id: PrincipalId) -> Result<User, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let found = tx.find_user(id)?;
                authorized_user(tx, &actor, found, UserAction::Read)
            })
            .await
    }

    /// The user with that e-mail address, in any case.
    pub async fn user_by_email(&self, session: &Session, email: Email) -> Result<User, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let found = tx.find_user_by_email(&email)?;
                authorized_user(tx, &actor, found, UserAction::Read)
            })
            .await
    }

    /// The user of that id with details. The caller must be allowed to read the user, and to list the user's
    /// tokens and configurations.
    pub async fn user_details(&self, session: &Session, id: PrincipalId) -> Result<UserDetails, Error> {
        const REQUIREMENT: &str = "this requires the rights READ_USER_ANY, LIST_TOKENS_ANY and LIST_LLM_ANY";
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let found = tx.find_user(id)?;
                let user = authorized_user(tx, &actor, found, UserAction::Read)?;
                let target = tx.target_user(&actor, &user)?;
                let scope = Scope::Owner(id);
                authorize(&actor, &Action::Tokens(TokenAction::List, target), "user", REQUIREMENT)?;
                authorize(&actor, &Action::Configs(ConfigAction::List, scope), "user", REQUIREMENT)?;
                let workspaces = tx.workspaces_of(id)?;
                let tokens = tx.list_tokens(Some(id))?.len();
                let configurations = tx.count_configs(scope)?;
                Ok(UserDetails { user, workspaces, tokens, configurations })
            })
            .await
    }
}
