//! Authenticates a caller by a token.

use llm_config_store::{Authenticated, TokenText};

use crate::error::Error;
use crate::service::Service;

impl Service {
    /// The identity of a token's holder, with its current rights.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, Error> {
        let token = TokenText::parse(token).ok_or(Error::Unauthenticated)?;
        let found = self.store.authenticate(&token).await?;
        found.ok_or(Error::Unauthenticated)
    }
}
