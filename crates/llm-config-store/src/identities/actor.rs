//! Actors: the current facts about a caller, on which the access policy decides.

use std::sync::Arc;

use llm_config_core::access::{
    Action, Actor, Decision, OrgRole, TargetUser, TokenAction, TokenScope, decide,
};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;

use crate::cache::{Authenticated, Dependency};
use crate::error::StoreError;
use crate::identities::users::User;
use crate::tokens::{HashedToken, Token};
use crate::transaction::{KnownActor, Tx};

/// The maximum length of a chain of tokens in which each is issued with the one before.
const MAX_CHAIN: usize = 8;

/// What an actor was computed from.
#[derive(Default)]
struct Basis {
    dependencies: Vec<Dependency>,
    /// When the first of the tokens expires.
    expires_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Authenticates a token, and returns what the result depends on. `None` if the token, or a token in its
    /// chain of issuers, is unknown, inactive or expired.
    pub(crate) fn authenticate(
        &mut self,
        token: &HashedToken,
    ) -> Result<Option<(Authenticated, Vec<Dependency>)>, StoreError> {
        let Some(token) = self.find_token_by_hash(token)? else { return Ok(None) };
        let identity = Identity::Token { id: token.id, holder: token.holder };
        let mut basis = Basis::default();
        match self.actor_of(&identity, &mut basis) {
            Ok(actor) => {
                let Basis { dependencies, expires_at } = basis;
                let actor = Arc::new(actor);
                Ok(Some((Authenticated { identity, actor, expires_at }, dependencies)))
            }
            Err(StoreError::CallerGone) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The caller with their current rights. In a write transaction, locks these against changes. Fails with
    /// `CallerGone` if the user or the token is no longer valid.
    pub fn actor(&mut self, caller: &Caller) -> Result<Actor, StoreError> {
        if let Some(known) = self.known_actors.find(&caller.identity, self.now) {
            return Ok(known);
        }
        let mut basis = Basis::default();
        let actor = self.actor_of(&caller.identity, &mut basis)?;
        if !self.effects.changes_identities {
            let (identity, expires_at) = (caller.identity, basis.expires_at);
            self.known_actors.add(KnownActor { identity, expires_at, actor: actor.clone() });
        }
        Ok(actor)
    }

    fn actor_of(&mut self, identity: &Identity, basis: &mut Basis) -> Result<Actor, StoreError> {
        let (id, token_scope) = match identity {
            Identity::Operator => return Ok(Actor::operator()),
            Identity::User(id) => (*id, TokenScope::default()),
            Identity::Token { id, holder } => (*holder, self.usable_token_scope(*id, *holder, basis)?),
        };
        basis.dependencies.push(Dependency::User(id));
        let user = self.find_user(id)?.ok_or(StoreError::CallerGone)?;
        let memberships = self.memberships_of(&id.to_string())?.into_iter().collect();
        Ok(Actor { id, role: user.role, memberships, token_scope })
    }

    /// The scope of a token, if it and all tokens in its chain of issuers are usable and the holder of each
    /// may still issue the next one.
    fn usable_token_scope(
        &mut self,
        id: TokenId,
        holder: PrincipalId,
        basis: &mut Basis,
    ) -> Result<TokenScope, StoreError> {
        let token = self.usable_token(id, basis)?;
        if token.holder != holder {
            return Err(StoreError::CallerGone);
        }
        let token_scope = token.token_scope.clone();
        let mut child = token;
        for _ in 1..MAX_CHAIN {
            let Some(parent) = child.parent else { return Ok(token_scope) };
            let parent = self.usable_token(parent, basis)?;
            if parent.holder != child.holder {
                let holders = [parent.holder, child.holder].map(Dependency::User);
                basis.dependencies.extend(holders);
                if !self.may_still_issue(&parent, child.holder)? {
                    return Err(StoreError::CallerGone);
                }
            }
            child = parent;
        }
        if child.parent.is_none() { Ok(token_scope) } else { Err(StoreError::CallerGone) }
    }

    fn usable_token(&mut self, id: TokenId, basis: &mut Basis) -> Result<Token, StoreError> {
        basis.dependencies.push(Dependency::Token(id));
        let token = self.read_token_shared(&id.to_string())?.filter(|token| token.is_usable(self.now));
        let token = token.ok_or(StoreError::CallerGone)?;
        basis.expires_at = [basis.expires_at, token.token_scope.expires_at].into_iter().flatten().min();
        Ok(token)
    }

    /// Whether the holder of `issuer` may currently issue a token to `holder`. So a former administrator
    /// keeps no rights through tokens that they issued to others.
    fn may_still_issue(&mut self, issuer: &Token, holder: PrincipalId) -> Result<bool, StoreError> {
        let role_of = |tx: &mut Self, id| Ok::<_, StoreError>(tx.find_user(id)?.map(|user| user.role));
        let (Some(issuer_role), Some(role)) = (role_of(self, issuer.holder)?, role_of(self, holder)?) else {
            return Ok(false);
        };
        let actor =
            Actor { token_scope: issuer.token_scope.clone(), ..Actor::new(issuer.holder, issuer_role) };
        let target = TargetUser { id: holder, role, shares_workspace: false };
        Ok(decide(&actor, &Action::Tokens(TokenAction::Issue, target)) == Decision::Allow)
    }

    /// Whether an owner has an unrestricted token that does not expire (an expiring token cannot grant
    /// rights). Without one, only the command line can restore rights.
    pub fn has_active_owner(&mut self) -> Result<bool, StoreError> {
        for owner in self.list_owners()? {
            for token in self.list_tokens(Some(owner.id))? {
                if token.token_scope != TokenScope::default() {
                    continue;
                }
                match self.usable_token_scope(token.id, owner.id, &mut Basis::default()) {
                    Ok(_) => return Ok(true),
                    Err(StoreError::CallerGone) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(false)
    }

    /// Whether a token may issue others: `false` at the end of a chain of the maximum length.
    pub fn may_issue_tokens(&mut self, id: TokenId) -> Result<bool, StoreError> {
        let mut next = Some(id);
        for _ in 0..MAX_CHAIN - 1 {
            let Some(id) = next else { return Ok(true) };
            next = self.read_token(&id.to_string())?.and_then(|token| token.parent);
        }
        Ok(next.is_none())
    }

    /// `user` as the target of an action by `actor`.
    pub fn target_user(&mut self, actor: &Actor, user: &User) -> Result<TargetUser, StoreError> {
        let shares_workspace = match actor.role {
            // The policy does not use the fact for these roles.
            OrgRole::Owner | OrgRole::Administrators | OrgRole::Billing => false,
            OrgRole::Workspaces => !self.memberships_of(&user.id.to_string())?.is_empty(),
            OrgRole::User => {
                let memberships = self.memberships_of(&user.id.to_string())?;
                memberships.iter().any(|(workspace, _)| actor.memberships.contains_key(workspace))
            }
        };
        Ok(TargetUser { id: user.id, role: user.role, shares_workspace })
    }
}
