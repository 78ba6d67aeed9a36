//! The first start.

use std::sync::Arc;

use llm_config_core::caller::Caller;
use llm_config_core::id::PrincipalId;
use llm_config_store::TokenText;

use crate::bootstrap::Attempt;
use crate::{Arrival, Error, PeerUser, Service};

/// What came of asking to be the first.
pub enum Initialization {
    /// The caller is: here are the root user and the token, once.
    Done {
        /// The root user.
        user: PrincipalId,
        /// The token's text.
        token: Arc<TokenText>,
    },
    /// There is a root user already, or the server does not wait for one to be asked for.
    AlreadyDone,
    /// This request needs the code, and sent none.
    CodeNeeded,
    /// This request needs the code, and sent a wrong one.
    CodeWrong {
        /// How many attempts are left.
        left: u8,
    },
    /// This request needs a code, but none is taken until the server is started again.
    CodeEnded,
}

impl Service {
    /// Hands out the root token, once, if the server was started to wait for this.
    ///
    /// It takes the code, or a request that is surely that of a program of the server's own user on
    /// this machine. `peer_user` finds out whose the client's end of the connection is; it reads
    /// files, and only where the answer depends on it.
    pub async fn initialize(
        &self,
        caller: &Caller,
        arrival: Arrival,
        code: Option<&str>,
        peer_user: impl FnOnce() -> Option<PeerUser> + Send + 'static,
    ) -> Result<Initialization, Error> {
        let has_root = self.has_root().await?;
        if has_root {
            // Another server may have been asked.
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
                // The code is also gone when another request has used it meanwhile.
                Attempt::Ended if self.has_root().await? => return Ok(Initialization::AlreadyDone),
                Attempt::Ended => return Ok(Initialization::CodeEnded),
            }
        }
        let made = self.store.create_root(caller).await?;
        self.bootstrap.close();
        Ok(match made {
            Some((user, token)) => Initialization::Done { user: user.id, token },
            None => Initialization::AlreadyDone,
        })
    }

    async fn has_root(&self) -> Result<bool, Error> {
        self.store.read(|tx| Ok(tx.has_root()?)).await
    }
}
