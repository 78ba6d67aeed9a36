//! Authenticates a browser by its cookie.

use llm_config_core::caller::Caller;
use llm_config_store::{Authenticated, AuthenticatedSession, SessionText, User};

use super::session::BrowserSession;
use super::times::SessionTimes;
use crate::error::Error;
use crate::service::Service;

/// The caller of a request of a browser.
#[derive(Clone, Debug)]
pub struct AuthenticatedBrowser {
    /// The identity and the rights, as [`Service::authenticate`] returns them.
    pub authenticated: Authenticated,
    /// The session.
    pub session: BrowserSession,
    /// The user.
    pub user: User,
}

impl Service {
    /// Authenticates a browser by its cookie, and records its activity. `Unauthenticated` for every text that
    /// is not the cookie of a session that has not ended, an access token included.
    pub async fn authenticate_browser(&self, cookie: &str) -> Result<AuthenticatedBrowser, Error> {
        let text = SessionText::parse(cookie).ok_or(Error::Unauthenticated)?;
        let mut found = self.store.authenticate_session(&text).await?.ok_or(Error::Unauthenticated)?;
        if !self.permits(&found) {
            // What another server has just recorded may not be known from memory yet.
            found = self.store.reauthenticate_session(&text).await?.ok_or(Error::Unauthenticated)?;
        }
        if !self.permits(&found) {
            return Err(Error::Unauthenticated);
        }
        let AuthenticatedSession { authenticated, session, user } =
            self.with_recorded_activity(found).await?;
        let caller = Caller::new(authenticated.identity);
        let session = BrowserSession::new(session, &self.session_times, authenticated.actor.role, &caller);
        Ok(AuthenticatedBrowser { authenticated, session, user })
    }

    fn permits(&self, found: &AuthenticatedSession) -> bool {
        self.session_times.permits(&found.session, found.authenticated.actor.role, self.now())
    }

    async fn with_recorded_activity(
        &self,
        mut found: AuthenticatedSession,
    ) -> Result<AuthenticatedSession, Error> {
        let idle = self.session_times.idle_of(found.authenticated.actor.role);
        let (precision, now, id) = (SessionTimes::precision(idle), self.now(), found.session.id);
        if now < found.session.last_seen_at.plus(precision) {
            return Ok(found);
        }
        let touched = self.store.write(move |tx| tx.touch_session(id, idle, precision)).await;
        match touched {
            Ok(true) => found.session.last_seen_at = found.session.last_seen_at.max(now),
            Ok(false) => return Err(Error::Unauthenticated),
            // The session is valid, and the next request tries again.
            Err(error) => tracing::warn!(%error, "the activity of a session cannot be recorded"),
        }
        Ok(found)
    }
}
