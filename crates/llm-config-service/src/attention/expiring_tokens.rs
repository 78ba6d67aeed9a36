//! Tokens that expire soon.

use std::sync::Arc;

use llm_config_core::access::{Actor, VisiblePrincipals, visible_token_holders};
use llm_config_store::{Token, Tx};

use super::{AttentionList, LISTED};
use crate::configs::emails;
use crate::error::Error;
use crate::tokens::{Holders, soon_until};

/// How many tokens are read at once.
const CHUNK: u16 = 100;

/// A token that expires soon.
#[derive(Debug)]
pub struct ExpiringToken {
    /// The token.
    pub token: Token,
    /// The e-mail address of its holder, for callers who may read that user.
    pub holder_email: Option<String>,
}

/// The tokens that the actor may list, can be used, and expire soon.
pub(super) fn find(tx: &mut Tx<'_>, actor: &Arc<Actor>) -> Result<AttentionList<ExpiringToken>, Error> {
    let holder = match visible_token_holders(actor) {
        VisiblePrincipals::None => return Ok(AttentionList::new(Vec::new())),
        VisiblePrincipals::Only(own) => Some(own),
        VisiblePrincipals::All => None,
    };
    let until = soon_until(tx.now());
    let mut holders = Holders::new(Arc::clone(actor));
    let (mut found, mut after, mut is_complete) = (Vec::new(), None, false);
    while found.len() <= usize::from(LISTED) && !is_complete {
        let page = tx.expiring_tokens(holder, until, after, CHUNK)?;
        (after, is_complete) = (page.next, page.next.is_none());
        for token in page.tokens {
            if holders.may_list(tx, token.holder)? {
                found.push(token);
            }
        }
    }
    let listed = AttentionList::new(found);
    let holders: Vec<_> = listed.first.iter().map(|token| token.holder).collect();
    let emails = emails(tx, actor, &holders)?;
    Ok(listed.map(|token| ExpiringToken { holder_email: emails.get(&token.holder).cloned(), token }))
}
