//! Keeps a session from ending as idle.

use std::time::Duration;

use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

/// The precision of activity that the user states: a repetition within a second changes nothing.
const PRECISION: Duration = Duration::from_secs(1);

impl Service {
    /// Counts as activity of the caller's session, now. `Unauthenticated` if the session has ended,
    /// `NotFound` if the caller has none.
    pub async fn extend_browser_session(&self, session: &Session) -> Result<(), Error> {
        let id = session.browser_session()?;
        let idle = self.session_times.idle_of(session.actor.role);
        let lives = self.store.write(move |tx| tx.touch_session(id, idle, PRECISION)).await?;
        if lives { Ok(()) } else { Err(Error::Unauthenticated) }
    }
}
