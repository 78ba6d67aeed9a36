//! The first start.

use llm_config_core::caller::Caller;
use llm_config_core::id::PrincipalId;

use super::{Error, Service};

/// What came of asking to be the first.
pub enum Initialization {
    /// The caller is: here are the root user and the token, once.
    Done {
        /// The root user.
        user: PrincipalId,
        /// The token's text.
        token: std::sync::Arc<llm_config_store::TokenText>,
    },
    /// Somebody was before.
    AlreadyDone,
}

impl Service {
    /// Hands out the root token, once, if the server was started to wait for this.
    ///
    /// `is_local` says whether the request surely comes from this machine itself and was not
    /// brought about by a web page or a proxy; others are refused while there is a token to hand
    /// out.
    pub async fn initialize(&self, caller: &Caller, is_local: bool) -> Result<Initialization, Error> {
        let has_root = self.store.read(|tx| Ok::<_, Error>(tx.has_root()?)).await?;
        if has_root || !self.waits_for_init {
            return Ok(Initialization::AlreadyDone);
        }
        if !is_local {
            return Err(Error::Denied(
                "initialisation is only for direct requests from this machine: to a loopback address or `localhost`, \
                 without Origin, Forwarded, X-Forwarded-* or Via",
            ));
        }
        Ok(match self.store.create_root(caller).await? {
            Some((user, token)) => Initialization::Done { user: user.id, token },
            None => Initialization::AlreadyDone,
        })
    }
}
