//! To list, read, change and revoke access tokens.

use llm_config_core::access::{Actor, TokenAction, VisiblePrincipals, exceeds, visible_token_holders};
use llm_config_core::config::Labels;
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::patch::LabelPatch;
use llm_config_store::{Token, TokenChange, TokenStatus, Tx};

use crate::issue_token::may;
use crate::organization::keeping_an_owner_able;
use crate::update_config::Parsed;
use crate::{Error, Service, Session};

/// Which tokens to list.
#[derive(Debug, Default)]
pub struct ListTokens {
    /// Only those of this user.
    pub holder: Option<PrincipalId>,
}

/// What happens to the labels of a token.
pub type LabelChange = LabelPatch<Labels>;

/// A change of a token.
#[derive(Clone, Debug, Default)]
pub struct UpdateToken {
    /// Its labels.
    pub labels: LabelChange,
    /// On or off.
    pub status: Option<TokenStatus>,
}

impl Service {
    /// The tokens that the caller sees, oldest first.
    pub async fn list_tokens(&self, session: &Session, request: ListTokens) -> Result<Vec<Token>, Error> {
        let actor = session.actor.clone();
        let holder = match (visible_token_holders(&actor), request.holder) {
            (VisiblePrincipals::None, _) => return Ok(Vec::new()),
            (VisiblePrincipals::Only(own), Some(other)) if own != other => return Ok(Vec::new()),
            (VisiblePrincipals::Only(own), _) => Some(own),
            (VisiblePrincipals::All, holder) => holder,
        };
        self.store
            .read(move |tx| {
                let mut shown = Vec::new();
                for token in tx.list_tokens(holder)? {
                    // Those of users above the caller are not shown to them.
                    match may(tx, &actor, token.holder, TokenAction::List) {
                        Ok(()) => shown.push(token),
                        Err(Error::Denied(_) | Error::NotFound(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(shown)
            })
            .await
    }

    /// One token.
    pub async fn token(&self, session: &Session, id: TokenId) -> Result<Token, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let found = tx.find_token(id)?;
                allowed(tx, &actor, found, TokenAction::List)
            })
            .await
    }

    /// Changes the labels of a token, or switches it off or on.
    pub async fn update_token(
        &self,
        session: &Session,
        id: TokenId,
        change: Parsed<UpdateToken>,
    ) -> Result<Token, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                tx.lock_identities()?;
                let found = tx.find_token(id)?;
                let actor = tx.actor(&caller)?;
                let current = allowed(tx, &actor, found, TokenAction::Update)?;
                let change = change.as_ref().map_err(Clone::clone)?;
                // Switching a token on is issuing it again.
                let switches_on = change.status == Some(TokenStatus::Active);
                if switches_on && exceeds(&actor, current.holder, &current.token_scope) {
                    return Err(Error::Denied("a token cannot switch on one that exceeds it"));
                }
                let change = TokenChange { labels: labels(&current, &change.labels)?, status: change.status };
                keeping_an_owner_able(tx, |tx| Ok(tx.update_token(&current, &change, &caller)?))
            })
            .await
    }

    /// Revokes a token for good, and every token that it issued.
    pub async fn revoke_token(&self, session: &Session, id: TokenId) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                tx.lock_identities()?;
                let found = tx.find_token(id)?;
                let actor = tx.actor(&caller)?;
                let current = allowed(tx, &actor, found, TokenAction::Revoke)?;
                keeping_an_owner_able(tx, |tx| Ok(tx.revoke_token(&current, &caller)?))
            })
            .await
    }
}

fn allowed(tx: &mut Tx<'_>, actor: &Actor, found: Option<Token>, verb: TokenAction) -> Result<Token, Error> {
    let token = found.ok_or(Error::NotFound("API key"))?;
    match may(tx, actor, token.holder, verb) {
        Ok(()) => Ok(token),
        Err(Error::NotFound(_)) => Err(Error::NotFound("API key")),
        Err(error) => Err(error),
    }
}

fn labels(current: &Token, change: &LabelChange) -> Result<Option<Labels>, Error> {
    match change {
        LabelPatch::Keep => Ok(None),
        LabelPatch::Replace(labels) => Ok(Some(labels.clone())),
        LabelPatch::Merge(added) => match current.labels.merged(added) {
            Ok(labels) => Ok(Some(labels)),
            Err(error) => Err(Error::Invalid(FieldErrors::one(Field::Labels, error))),
        },
    }
}
