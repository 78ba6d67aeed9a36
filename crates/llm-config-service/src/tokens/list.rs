//! Lists tokens and returns one.

use std::collections::BTreeMap;
use std::sync::Arc;

use llm_config_core::access::{Actor, TokenAction, VisiblePrincipals, visible_token_holders};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;
use llm_config_store::{Position, Token, Tx};

use super::authorization::{authorized_token, may_list_tokens};
use super::state::TokenState;
use crate::error::Error;
use crate::paging::{CursorText, PageRequest};
use crate::service::Service;
use crate::session::Session;

/// How many rows are read at once.
const CHUNK: u16 = 500;

/// The filter of a list of tokens. All conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct ListTokens {
    /// The holder.
    pub holder: Option<PrincipalId>,
    /// The state at the time of the request.
    pub state: Option<TokenState>,
}

/// A page of tokens.
#[derive(Debug)]
pub struct TokenList {
    /// The tokens, oldest first.
    pub tokens: Vec<Token>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<CursorText>,
    /// The time at which the states of the tokens were judged.
    pub at: Timestamp,
}

/// Tokens before their page gets a cursor.
struct Listed {
    tokens: Vec<Token>,
    next: Option<Position>,
    at: Timestamp,
}

impl Listed {
    const fn none(at: Timestamp) -> Self {
        Self { tokens: Vec::new(), next: None, at }
    }
}

impl Service {
    /// The tokens that the caller may see, oldest first: a page, or all. Each page is decided anew.
    pub async fn list_tokens(
        &self,
        session: &Session,
        filter: ListTokens,
        page: Option<&PageRequest>,
    ) -> Result<TokenList, Error> {
        let ListTokens { holder, state } = &filter;
        let holder = holder.map(|holder| holder.to_string()).unwrap_or_default();
        let list = ["tokens", &holder, state.map_or("", TokenState::as_str)];
        let start = self.page_start(&list, page.and_then(|page| page.cursor.as_ref()))?;
        let limit = page.map(|page| page.limit.get().into());
        let Listed { tokens, next, at } = self.listed_tokens(session, filter, start, limit).await?;
        Ok(TokenList { tokens, next: self.next_cursor(&list, next), at })
    }

    async fn listed_tokens(
        &self,
        session: &Session,
        filter: ListTokens,
        start: Position,
        limit: Option<usize>,
    ) -> Result<Listed, Error> {
        let actor = session.actor.clone();
        let ListTokens { holder, state } = filter;
        let holder = match (visible_token_holders(&actor), holder) {
            (VisiblePrincipals::None, _) => return Ok(Listed::none(self.now())),
            (VisiblePrincipals::Only(own), Some(other)) if own != other => {
                return Ok(Listed::none(self.now()));
            }
            (VisiblePrincipals::Only(own), _) => Some(own),
            (VisiblePrincipals::All, holder) => holder,
        };
        self.store
            .read(move |tx| {
                let mut holders = Holders::new(actor);
                let (mut listed, mut last, mut after) = (Listed::none(tx.now()), start, Some(start));
                while let Some(position) = after {
                    let page = tx.list_tokens_after(holder, position, CHUNK)?;
                    after = page.next;
                    for (position, token) in page.tokens {
                        let matches = state.is_none_or(|state| TokenState::at(&token, listed.at) == state);
                        if !matches || !holders.may_list(tx, token.holder)? {
                            continue;
                        }
                        if Some(listed.tokens.len()) == limit {
                            listed.next = Some(last);
                            return Ok(listed);
                        }
                        last = position;
                        listed.tokens.push(token);
                    }
                }
                Ok(listed)
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

/// The holders whose tokens the actor may list, each decided once.
pub(crate) struct Holders {
    actor: Arc<Actor>,
    decided: BTreeMap<PrincipalId, bool>,
}

impl Holders {
    pub(crate) const fn new(actor: Arc<Actor>) -> Self {
        Self { actor, decided: BTreeMap::new() }
    }

    /// Whether the actor may list the tokens of `holder`.
    pub(crate) fn may_list(&mut self, tx: &mut Tx<'_>, holder: PrincipalId) -> Result<bool, Error> {
        if let Some(decided) = self.decided.get(&holder) {
            return Ok(*decided);
        }
        let decided = may_list_tokens(tx, &self.actor, holder)?;
        self.decided.insert(holder, decided);
        Ok(decided)
    }
}
