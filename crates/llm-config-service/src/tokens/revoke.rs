//! Revokes a token.

use llm_config_core::access::TokenAction;
use llm_config_core::caller::Caller;
use llm_config_core::id::TokenId;
use llm_config_store::{Token, Tx, User};

use super::authorization::authorized_token;
use crate::error::Error;
use crate::policy::ensure_active_owner;
use crate::service::Service;
use crate::session::Session;

/// The tokens that a revocation ended.
pub struct RevokedTokens {
    /// The revoked token, as it was before the revocation.
    pub token: Token,
    /// The holder of the token.
    pub holder: User,
    /// The tokens that were issued by using the token, directly or through other tokens.
    pub descendants: Vec<TokenId>,
}

impl Service {
    /// Revokes a token for good, and every token that was issued by using it.
    pub async fn revoke_token(&self, session: &Session, id: TokenId) -> Result<(), Error> {
        let caller = session.caller.clone();
        let revoked = self.store.write(move |tx| revoke(tx, &caller, id)).await?;
        self.forget_token_count(revoked.holder);
        Ok(())
    }

    /// As [`revoke_token`](Self::revoke_token), and returns the revoked tokens. Reads all tokens.
    pub async fn revoke_and_list_tokens(
        &self,
        session: &Session,
        id: TokenId,
    ) -> Result<RevokedTokens, Error> {
        let caller = session.caller.clone();
        let revoked = self
            .store
            .write(move |tx| {
                // Before the list is read, so that no token is issued until the transaction ends.
                tx.lock_identities()?;
                let descendants = descendants(&tx.list_tokens(None)?, id);
                let token = revoke(tx, &caller, id)?;
                let holder = tx.find_user(token.holder)?.ok_or(Error::NotFound("user"))?;
                Ok::<_, Error>(RevokedTokens { token, holder, descendants })
            })
            .await?;
        self.forget_token_count(revoked.holder.id);
        Ok(revoked)
    }
}

fn revoke(tx: &mut Tx<'_>, caller: &Caller, id: TokenId) -> Result<Token, Error> {
    tx.lock_identities()?;
    let found = tx.find_token(id)?;
    let actor = tx.actor(caller)?;
    let current = authorized_token(tx, &actor, found, TokenAction::Revoke)?;
    ensure_active_owner(tx, caller, |tx| Ok(tx.revoke_token(&current, caller)?))?;
    Ok(current)
}

/// The tokens that were issued by using a token, the tokens that were issued by using those, and so on.
fn descendants(all: &[Token], id: TokenId) -> Vec<TokenId> {
    let mut issuers = vec![id];
    let mut next = 0;
    while let Some(&issuer) = issuers.get(next) {
        let children = all.iter().filter(|token| token.parent == Some(issuer));
        issuers.extend(children.map(|token| token.id));
        next += 1;
    }
    issuers.split_off(1)
}
