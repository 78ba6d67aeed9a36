//! Lists tokens and returns one.

use llm_config_core::access::{TokenAction, VisiblePrincipals, visible_token_holders};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_store::Token;

use super::authorization::{authorize_holder, authorized_token};
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

/// The filter of a list of tokens.
#[derive(Debug, Default)]
pub struct ListTokens {
    /// The holder.
    pub holder: Option<PrincipalId>,
}

impl Service {
    /// The tokens that the caller may see, oldest first.
    pub async fn list_tokens(&self, session: &Session, filter: ListTokens) -> Result<Vec<Token>, Error> {
        let actor = session.actor.clone();
        let holder = match (visible_token_holders(&actor), filter.holder) {
            (VisiblePrincipals::None, _) => return Ok(Vec::new()),
            (VisiblePrincipals::Only(own), Some(other)) if own != other => return Ok(Vec::new()),
            (VisiblePrincipals::Only(own), _) => Some(own),
            (VisiblePrincipals::All, holder) => holder,
        };
        self.store
            .read(move |tx| {
                let mut visible = Vec::new();
                for token in tx.list_tokens(holder)? {
                    match authorize_holder(tx, &actor, token.holder, TokenAction::List) {
                        Ok(()) => visible.push(token),
                        // The holder ranks above the caller, or the caller may not see them.
                        Err(Error::Denied(_) | Error::NotFound(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(visible)
            })
            .await
    }

    /// The token of that id.
    pub async fn token(&self, session: &Session, id: TokenId) -> Result<Token, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let found = tx.find_token(id)?;
                authorized_token(tx, &actor, found, TokenAction::List)
            })
            .await
    }
}
