//! The facts that the access policy reads, as they are now.

use llm_config_core::access::{Actor, OrgRole, Subject};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::token::Ceiling;

use crate::error::StoreError;
use crate::tokens::TokenText;
use crate::transaction::{Lock, Tx};
use crate::users::User;

/// How long a chain of tokens issued by tokens may be.
pub(crate) const CHAIN_LIMIT: usize = 8;

impl Tx<'_> {
    /// Who presents `text`; `None` for an unknown, inactive or expired token, or one whose
    /// issuer is.
    pub fn authenticate(&mut self, text: &TokenText) -> Result<Option<(Identity, Actor)>, StoreError> {
        let Some(token) = self.find_token_by_text(text)? else { return Ok(None) };
        let identity = Identity::Token { id: token.id, holder: token.holder };
        match self.actor_of(&identity) {
            Ok(actor) => Ok(Some((identity, actor))),
            Err(StoreError::CallerGone) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The caller with the rights that he has now. In a write, they stay as they are until the
    /// transaction ends. `CallerGone` if he may not act any more.
    pub fn actor(&mut self, caller: &Caller) -> Result<Actor, StoreError> {
        self.actor_of(&caller.identity)
    }

    fn actor_of(&mut self, identity: &Identity) -> Result<Actor, StoreError> {
        let (id, ceiling) = match identity {
            Identity::Operator => return Ok(Actor::operator()),
            Identity::User(id) => (*id, Ceiling::default()),
            Identity::Token { id, holder } => (*holder, self.usable_ceiling(*id, *holder)?),
        };
        let user = self.find_user(id)?.ok_or(StoreError::CallerGone)?;
        let memberships = self.memberships_of(&id.to_string())?.into_iter().collect();
        Ok(Actor { id, role: user.role, memberships, ceiling })
    }

    /// What a token is narrowed to, if it and all tokens that it falls with are usable.
    fn usable_ceiling(&mut self, id: TokenId, holder: PrincipalId) -> Result<Ceiling, StoreError> {
        let mut next = Some(id);
        let mut ceiling = None;
        for _ in 0..CHAIN_LIMIT {
            let Some(id) = next else { break };
            let id = id.to_string();
            self.lock(&Lock::ForShare("tokens", &id))?;
            let token = self.read_token(&id)?.ok_or(StoreError::CallerGone)?;
            let is_his = ceiling.is_some() || token.holder == holder;
            if !is_his || !token.is_usable(self.now) {
                return Err(StoreError::CallerGone);
            }
            next = token.parent;
            ceiling.get_or_insert(token.ceiling);
        }
        match (next, ceiling) {
            (None, Some(ceiling)) => Ok(ceiling),
            _ => Err(StoreError::CallerGone),
        }
    }

    /// Whether a token may issue others: not at the end of a chain that is as long as one may be.
    pub fn may_issue_tokens(&mut self, id: TokenId) -> Result<bool, StoreError> {
        let mut next = Some(id);
        for _ in 0..CHAIN_LIMIT - 1 {
            let Some(id) = next else { return Ok(true) };
            next = self.read_token(&id.to_string())?.and_then(|token| token.parent);
        }
        Ok(next.is_none())
    }

    /// `user` as the object of one of `actor`'s actions.
    pub fn subject(&mut self, actor: &Actor, user: &User) -> Result<Subject, StoreError> {
        self.subject_of(actor, user.id, user.role)
    }

    fn subject_of(&mut self, actor: &Actor, id: PrincipalId, role: OrgRole) -> Result<Subject, StoreError> {
        let one = match actor.role {
            OrgRole::Workspaces => None,
            OrgRole::User | OrgRole::Billing | OrgRole::Administrators | OrgRole::Owner => Some(actor.id),
        };
        Ok(Subject { id, role, shares_workspace: self.shares_workspace(one, id)? })
    }
}
