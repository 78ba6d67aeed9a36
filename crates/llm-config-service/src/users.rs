//! To look users up.

use llm_config_core::access::{Action, Decision, UserAction, decide};
use llm_config_core::id::PrincipalId;
use llm_config_core::user::Email;
use llm_config_store::{Tx, User};

use crate::{Error, Service, Session};

impl Service {
    /// The caller.
    pub async fn me(&self, session: &Session) -> Result<User, Error> {
        self.user(session, session.actor.id).await
    }

    /// A user by id.
    pub async fn user(&self, session: &Session, id: PrincipalId) -> Result<User, Error> {
        let session = session.clone();
        self.store
            .read(move |tx| {
                let user = tx.find_user(id)?;
                visible(tx, &session, user)
            })
            .await
    }

    /// A user by e-mail address, without regard to case.
    pub async fn user_by_email(&self, session: &Session, email: Email) -> Result<User, Error> {
        let session = session.clone();
        self.store
            .read(move |tx| {
                let user = tx.find_user_by_email(&email)?;
                visible(tx, &session, user)
            })
            .await
    }
}

fn visible(tx: &mut Tx<'_>, session: &Session, user: Option<User>) -> Result<User, Error> {
    let user = user.ok_or(Error::NotFound("user"))?;
    let subject = tx.target_user(&session.actor, &user)?;
    match decide(&session.actor, &Action::User(UserAction::Read, subject)) {
        Decision::Allow => Ok(user),
        Decision::Deny => Err(Error::Denied("reading this user needs the right READ_USER_ANY")),
        Decision::Hide => Err(Error::NotFound("user")),
    }
}
