//! Creates a user.

use std::sync::Arc;

use llm_config_core::access::{Action, Actor, OrgRole, TokenScope};
use llm_config_core::caller::Caller;
use llm_config_core::config::Labels;
use llm_config_core::id::PrincipalId;
use llm_config_core::user::{Email, PersonName, Username};
use llm_config_store::{NewUser, TokenText, Tx, User};

use super::authorization::GRANT_REQUIREMENT;
use crate::error::Error;
use crate::policy::authorize;
use crate::service::Service;
use crate::session::Session;

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
    /// Creates a user without a token.
    pub async fn create_user(&self, session: &Session, request: CreateUser) -> Result<User, Error> {
        let caller = session.caller.clone();
        let (id, new) = (self.store.new_principal_id(), NewUser::from(request));
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                create(tx, &caller, &actor, id, &new)
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
        let caller = session.caller.clone();
        let (id, new) = (self.store.new_principal_id(), NewUser::from(request));
        let token = self.new_token_text(None);
        let text = Arc::clone(&token.text);
        let user = self
            .store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                let user = create(tx, &caller, &actor, id, &new)?;
                token.issue(tx, &caller, &actor, id, &Labels::default(), &TokenScope::default())?;
                Ok::<_, Error>(user)
            })
            .await?;
        Ok((user, text))
    }
}

fn create(
    tx: &mut Tx<'_>,
    caller: &Caller,
    actor: &Actor,
    id: PrincipalId,
    new: &NewUser,
) -> Result<User, Error> {
    authorize(actor, &Action::CreateUser(new.role), "user", GRANT_REQUIREMENT)?;
    Ok(tx.create_user(id, new, caller)?)
}

impl From<CreateUser> for NewUser {
    fn from(request: CreateUser) -> Self {
        let CreateUser { email, username, first_name, last_name, role } = request;
        Self { email, username, first_name, last_name, role }
    }
}
