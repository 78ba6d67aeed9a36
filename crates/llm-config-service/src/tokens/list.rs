//! Lists tokens and returns one.

use std::collections::BTreeMap;

use llm_config_core::access::{Actor, TokenAction, VisiblePrincipals, visible_token_holders};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_store::{Position, Token, Tx};

use super::authorization::{authorize_holder, authorized_token};
use super::state::TokenState;
use crate::error::Error;
use crate::paging::PageRequest;
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
#[derive(Debug, Default)]
pub struct TokenList {
    /// The tokens, oldest first.
    pub tokens: Vec<Token>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<String>,
}

impl Service {
    /// The tokens that the caller may see, oldest first.
    pub async fn list_tokens(&self, session: &Session, filter: ListTokens) -> Result<Vec<Token>, Error> {
        let listed = self.listed_tokens(session, filter, Position::START, usize::MAX).await?;
        Ok(listed.0)
    }

    /// A page of the tokens that the caller may see, oldest first. Each page is decided anew.
    pub async fn list_tokens_page(
        &self,
        session: &Session,
        filter: ListTokens,
        page: &PageRequest,
    ) -> Result<TokenList, Error> {
        let ListTokens { holder, state } = &filter;
        let holder = holder.map(|holder| holder.to_string()).unwrap_or_default();
        let list = ["tokens", &holder, state.map_or("", TokenState::as_str)];
        let start = self.page_start(&list, page.cursor.as_ref())?;
        let limit = page.limit.get().into();
        let (tokens, next) = self.listed_tokens(session, filter, start, limit).await?;
        Ok(TokenList { tokens, next: self.next_cursor(&list, next) })
    }

    async fn listed_tokens(
        &self,
        session: &Session,
        filter: ListTokens,
        start: Position,
        limit: usize,
    ) -> Result<(Vec<Token>, Option<Position>), Error> {
        let actor = session.actor.clone();
        let ListTokens { holder, state } = filter;
        let holder = match (visible_token_holders(&actor), holder) {
            (VisiblePrincipals::None, _) => return Ok((Vec::new(), None)),
            (VisiblePrincipals::Only(own), Some(other)) if own != other => return Ok((Vec::new(), None)),
            (VisiblePrincipals::Only(own), _) => Some(own),
            (VisiblePrincipals::All, holder) => holder,
        };
        self.store
            .read(move |tx| {
                let mut holders = Holders { actor, decided: BTreeMap::new() };
                let (mut listed, mut last, mut after) = (Vec::new(), start, Some(start));
                while let Some(position) = after {
                    let page = tx.list_tokens_after(holder, position, CHUNK)?;
                    after = page.next;
                    for (position, token) in page.tokens {
                        let matches = state.is_none_or(|state| TokenState::at(&token, tx.now()) == state);
                        if !matches || !holders.may_list(tx, token.holder)? {
                            continue;
                        }
                        if listed.len() == limit {
                            return Ok((listed, Some(last)));
                        }
                        last = position;
                        listed.push(token);
                    }
                }
                Ok((listed, None))
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
struct Holders {
    actor: Actor,
    decided: BTreeMap<PrincipalId, bool>,
}

impl Holders {
    fn may_list(&mut self, tx: &mut Tx<'_>, holder: PrincipalId) -> Result<bool, Error> {
        if let Some(decided) = self.decided.get(&holder) {
            return Ok(*decided);
        }
        let decided = match authorize_holder(tx, &self.actor, holder, TokenAction::List) {
            Ok(()) => true,
            // The holder ranks above the caller, or the caller may not see them.
            Err(Error::Denied(_) | Error::NotFound(_)) => false,
            Err(error) => return Err(error),
        };
        self.decided.insert(holder, decided);
        Ok(decided)
    }
}
