//! Initialisation: creates the root user and hands out the root token, once.

use std::sync::Arc;

use llm_config_core::caller::Caller;
use llm_config_core::id::PrincipalId;
use llm_config_store::TokenText;

use crate::arrival::{Arrival, PeerUser};
use crate::bootstrap::Attempt;
use crate::error::Error;
use crate::service::Service;

/// The result of a request for initialisation.
pub enum Initialization {
    /// The root user and the root token, which cannot be read again.
    Done {
        /// The root user.
        user: PrincipalId,
        /// The token's text.
        token: Arc<TokenText>,
    },
    /// A root user exists already, or the server was not started to wait for this request.
    AlreadyDone,
    /// The request needs the initialisation code and has none.
    CodeNeeded,
    /// The request needs the initialisation code and has a wrong one.
    CodeWrong {
        /// How many attempts are left.
        left: u8,
    },
    /// The request needs the initialisation code, and the server accepts none until its next start.
    CodeEnded,
}

impl Service {
    /// Creates the root user and hands out the root token, once, if the server was started to wait for this.
    ///
    /// The request needs the initialisation code, unless it comes from a program of the server's own user on
    /// this machine. `peer_user` determines the owner of the client's socket; it reads files, and is called
    /// only if the decision depends on it.
    pub async fn initialize(
        &self,
        caller: &Caller,
        arrival: Arrival,
        code: Option<&str>,
        peer_user: impl FnOnce() -> Option<PeerUser> + Send + 'static,
    ) -> Result<Initialization, Error> {
        let has_root = self.has_root().await?;
        if has_root {
            // Another server may have initialised the database.
            self.bootstrap.close();
        }
        if has_root || !self.bootstrap.is_waiting() {
            return Ok(Initialization::AlreadyDone);
        }
        let peer = if self.bootstrap.may_be_open(arrival) {
            tokio::task::spawn_blocking(peer_user).await.unwrap_or_default()
        } else {
            None
        };
        if !self.bootstrap.is_open(arrival, peer) {
            match self.bootstrap.attempt(code) {
                Attempt::Right => {}
                Attempt::Missing => return Ok(Initialization::CodeNeeded),
                Attempt::Wrong { left } => return Ok(Initialization::CodeWrong { left }),
                // The code is also gone after another request has used it.
                Attempt::Ended if self.has_root().await? => return Ok(Initialization::AlreadyDone),
                Attempt::Ended => return Ok(Initialization::CodeEnded),
            }
        }
        let created = self.store.create_root(caller, TokenText::generate()).await?;
        self.bootstrap.close();
        Ok(match created {
            Some((user, token)) => Initialization::Done { user: user.id, token },
            None => Initialization::AlreadyDone,
        })
    }

    /// Creates the root user with a token that is not narrowed. `None` if a root user was ever created.
    pub async fn create_root(
        &self,
        caller: &Caller,
        token: TokenText,
    ) -> Result<Option<Arc<TokenText>>, Error> {
        Ok(self.store.create_root(caller, token).await?.map(|(_, token)| token))
    }

    /// Whether a root user was ever created.
    pub async fn has_root(&self) -> Result<bool, Error> {
        self.store.read(|tx| Ok(tx.has_root()?)).await
    }
}
