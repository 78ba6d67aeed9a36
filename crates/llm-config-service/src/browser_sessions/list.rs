//! Lists sessions.

use llm_config_core::id::PrincipalId;

use super::authorization::authorize_list;
use super::session::BrowserSession;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// The sessions of a user that have not ended, oldest first; of the caller if `user` is `None`. At most
    /// fifty: a user has no more.
    pub async fn list_browser_sessions(
        &self,
        session: &Session,
        user: Option<PrincipalId>,
    ) -> Result<Vec<BrowserSession>, Error> {
        let (actor, caller, times) = (session.actor.clone(), session.caller.clone(), self.session_times);
        let user = user.unwrap_or(actor.id);
        self.store
            .read(move |tx| {
                let role = authorize_list(tx, &actor, user)?.role;
                let (now, mut sessions) = (tx.now(), tx.list_sessions(user)?);
                sessions.retain(|session| times.permits(session, role, now));
                let listed = sessions.into_iter();
                Ok(listed.map(|session| BrowserSession::new(session, &times, role, &caller)).collect())
            })
            .await
    }
}
