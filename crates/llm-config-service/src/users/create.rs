//! Creates a user.

use std::sync::Arc;

use llm_config_core::access::{Action, Actor, OrgRole};
use llm_config_core::id::PrincipalId;
use llm_config_core::user::{Email, PersonName, Username};
use llm_config_store::{NewUser, TokenText, Tx, User};

use super::authorization::GRANT_REQUIREMENT;
use crate::error::Error;
use crate::policy::{authorize, require_recent_sign_in};
use crate::service::Service;
use crate::session::Session;
use crate::tokens::IssueToken;

/// A new user.
#[derive(Clone, Debug)]
pub struct CreateUser {
    /// The e-mail address.
    pub email: Email,
    /// A short name.
    pub username: Option<Username>,
    /// The first name.
    pub first_name: PersonName,
    /// The last name.
    pub last_name: PersonName,
    /// The role in the organisation.
    pub role: OrgRole,
}

impl Service {
    /// Creates a user without a token. `RecentSignInRequired` if the session of a browser is older than ten
    /// minutes and the role is not USER.
    pub async fn create_user(&self, session: &Session, request: CreateUser) -> Result<User, Error> {
        let session = session.clone();
        let (id, new) = (self.store.new_principal_id(), NewUser::from(request));
        self.store
            .write(move |tx| {
                let actor = tx.actor(&session.caller)?;
                create(tx, &session, &actor, id, &new)
            })
            .await
    }

    /// Creates a user and issues to them a token that is not narrowed. Returns the token's text, which cannot
    /// be read again.
    pub async fn create_user_with_token(
        &self,
        session: &Session,
        request: CreateUser,
    ) -> Result<(User, Arc<TokenText>), Error> {
        let session = session.clone();
        let (id, new) = (self.store.new_principal_id(), NewUser::from(request));
        let token = self.new_token_text(None);
        let text = Arc::clone(&token.text);
        let user = self
            .store
            .write(move |tx| {
                let actor = tx.actor(&session.caller)?;
                let user = create(tx, &session, &actor, id, &new)?;
                // A new user has no token yet.
                let quota = Ok(());
                token.issue(tx, &session, &actor, id, quota, &IssueToken::default())?;
                Ok::<_, Error>(user)
            })
            .await?;
        Ok((user, text))
    }
}

fn create(
    tx: &mut Tx<'_>,
    session: &Session,
    actor: &Actor,
    id: PrincipalId,
    new: &NewUser,
) -> Result<User, Error> {
    authorize(actor, &Action::CreateUser(new.role), "user", GRANT_REQUIREMENT)?;
    if new.role != OrgRole::User {
        require_recent_sign_in(session, tx.now())?;
    }
    Ok(tx.create_user(id, new, &session.caller)?)
}

impl From<CreateUser> for NewUser {
    fn from(request: CreateUser) -> Self {
        let CreateUser { email, username, first_name, last_name, role } = request;
        Self { email, username, first_name, last_name, role }
    }
}
