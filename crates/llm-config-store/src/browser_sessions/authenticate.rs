//! Authenticates a browser by its cookie.

use llm_config_core::caller::Identity;

use super::text::SessionText;
use crate::cache::{AuthenticatedSession, Reading};
use crate::error::StoreError;
use crate::store::Store;
use crate::tokens::HashedToken;
use crate::transaction::Tx;

impl Store {
    /// Authenticates a session. Returns `None` if it, or a token in the chain of its issuers, is unknown,
    /// inactive or expired. As old as what [`Store::authenticate`] returns.
    pub async fn authenticate_session(
        &self,
        text: &SessionText,
    ) -> Result<Option<AuthenticatedSession>, StoreError> {
        let cache = &self.inner.context.cache;
        let HashedToken { hash, .. } = text.hashed(&self.inner.context.tokens);
        match cache.session(&hash, self.now()) {
            Some(cached) => Ok(Some(cached)),
            None => self.reauthenticate_session(text).await,
        }
    }

    /// The same from the database. Another server may have recorded activity a moment ago.
    pub async fn reauthenticate_session(
        &self,
        text: &SessionText,
    ) -> Result<Option<AuthenticatedSession>, StoreError> {
        let cache = &self.inner.context.cache;
        let hashed = text.hashed(&self.inner.context.tokens);
        let hash = hashed.hash;
        let reading = cache.coherence.begin_reading();
        let read = self.read(move |tx| tx.authenticate_session(&hashed, reading)).await?;
        if let Some(session) = &read {
            cache.insert_session(hash, session);
        }
        Ok(read)
    }
}

impl Tx<'_> {
    fn authenticate_session(
        &mut self,
        hashed: &HashedToken,
        reading: Reading,
    ) -> Result<Option<AuthenticatedSession>, StoreError> {
        let Some(session) = self.find_session_by_hash(hashed)? else { return Ok(None) };
        let identity = Identity::Token { id: session.id, holder: session.user };
        let Some(authenticated) = self.authenticate_as(identity, reading)? else { return Ok(None) };
        let user = self.find_user(session.user)?;
        Ok(user.map(|user| AuthenticatedSession { authenticated, session, user }))
    }
}
