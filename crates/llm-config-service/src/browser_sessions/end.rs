//! Ends sessions: the caller's own, another one, or all of a user.

use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_store::SessionEnd;

use super::authorization::authorize_end;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

/// What an error calls a session.
const OBJECT: &str = "session";

impl Service {
    /// Ends the session of the caller, which needs no right. Succeeds if it has ended already. `NotFound` if
    /// the caller has none: an access token is not revoked.
    pub async fn sign_out(&self, session: &Session) -> Result<(), Error> {
        let (id, caller) = (session.browser_session()?, session.caller.clone());
        let user = caller.identity.principal();
        self.store
            .write(move |tx| {
                tx.lock_sessions(user)?;
                match tx.find_session(id)? {
                    Some(found) => Ok(tx.end_session(&found, SessionEnd::SignOut, &caller)?),
                    None => Ok(()),
                }
            })
            .await
    }

    /// Ends all sessions of a user, that of the caller included, and the login links of the user. Returns
    /// how many sessions ended. Access tokens remain.
    pub async fn sign_out_everywhere(&self, session: &Session, user: PrincipalId) -> Result<usize, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                tx.lock_sessions(user)?;
                let actor = tx.actor(&caller)?;
                authorize_end(tx, &actor, user)?;
                let sessions = tx.list_sessions(user)?;
                for found in &sessions {
                    tx.end_session(found, SessionEnd::SignOutEverywhere, &caller)?;
                }
                tx.delete_login_links(user)?;
                Ok(sessions.len())
            })
            .await
    }

    /// Ends one session.
    pub async fn end_browser_session(&self, session: &Session, id: TokenId) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_session(id)?.ok_or(Error::NotFound(OBJECT))?;
                tx.lock_sessions(found.user)?;
                let actor = tx.actor(&caller)?;
                match authorize_end(tx, &actor, found.user) {
                    // The existence of the user is hidden, so the existence of the session is hidden too.
                    Err(Error::NotFound(_)) => return Err(Error::NotFound(OBJECT)),
                    other => other?,
                };
                // It may have ended before it was locked.
                let found = tx.find_session(id)?.ok_or(Error::NotFound(OBJECT))?;
                Ok(tx.end_session(&found, SessionEnd::Ended, &caller)?)
            })
            .await
    }
}
