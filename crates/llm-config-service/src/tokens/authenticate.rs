//! Authenticates a caller by a token.

use std::net::IpAddr;

use llm_config_store::{Authenticated, TokenText};

use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// The identity of a token's holder, with its current rights.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, Error> {
        let token = TokenText::parse(token).ok_or(Error::Unauthenticated)?;
        let found = self.store.authenticate(&token).await?;
        found.ok_or(Error::Unauthenticated)
    }

    /// The same for a client at `address`. After too many invalid tokens from there, another invalid one is
    /// `TooManyInvalid` instead of `Unauthenticated`. A valid one is never refused.
    pub async fn authenticate_from(
        &self,
        address: Option<IpAddr>,
        token: &str,
    ) -> Result<Authenticated, Error> {
        let authenticated = self.authenticate(token).await;
        authenticated.map_err(|error| self.limits.failed_authentication(address, error, &self.limit_metrics))
    }

    /// Whether a session is as true now as a new one would be. If not, authenticate again.
    #[must_use]
    pub fn is_current(&self, session: &Session) -> bool {
        session.basis.as_ref().is_some_and(|rights| self.store.has_rights(rights))
    }
}
