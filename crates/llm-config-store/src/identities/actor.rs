//! Actors: the current facts about a caller, on which the access policy decides.

use std::sync::Arc;

use llm_config_core::access::{
    Action, Actor, Decision, OrgRole, TargetUser, TokenAction, TokenScope, decide,
};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;

use crate::cache::{Authenticated, Dependency, Reading, RightsBasis};
use crate::error::StoreError;
use crate::identities::user::User;
use crate::tokens::{HashedToken, Token, TokenKind};
use crate::transaction::{KnownActor, Lock, Tx};

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
    /// Authenticates a token in a transaction that has begun after `reading`. `None` if the token, or a token
    /// in its chain of issuers, is unknown, inactive or expired.
    pub(crate) fn authenticate(
        &mut self,
        token: &HashedToken,
        reading: Reading,
    ) -> Result<Option<Authenticated>, StoreError> {
        let Some(token) = self.find_token_by_hash(token)? else { return Ok(None) };
        self.authenticate_as(Identity::Token { id: token.id, holder: token.holder }, reading)
    }

    /// The same for a token that is known to have been presented.
    pub(crate) fn authenticate_as(
        &mut self,
        identity: Identity,
        reading: Reading,
    ) -> Result<Option<Authenticated>, StoreError> {
        let mut basis = Basis::default();
        match self.actor_of(&identity, &mut basis) {
            Ok(actor) => {
                let Basis { dependencies, expires_at } = basis;
                let basis = RightsBasis { dependencies: dependencies.into(), reading, expires_at };
                Ok(Some(Authenticated { identity, actor: Arc::new(actor), basis }))
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
        // What is left of a list of configurations also depends on those, which a use case that shares the
        // commit may delete.
        let depends_on_configs = actor.token_scope.configs.is_some();
        if !self.effects.changes_identities && !depends_on_configs {
            let (identity, expires_at) = (caller.identity, basis.expires_at);
            self.known_actors.add(KnownActor { identity, expires_at, actor: actor.clone() });
        }
        Ok(actor)
    }

    /// The actor that a new token of a user with this scope will be. `CallerGone` if the user does not exist.
    pub fn actor_with(&mut self, holder: PrincipalId, token_scope: TokenScope) -> Result<Actor, StoreError> {
        let roles = self.roles_of(holder)?.ok_or(StoreError::CallerGone)?;
        Ok(Actor { id: holder, role: roles.organization, memberships: roles.workspaces, token_scope })
    }

    fn actor_of(&mut self, identity: &Identity, basis: &mut Basis) -> Result<Actor, StoreError> {
        let (id, roles, token_scope) = match identity {
            Identity::Operator => return Ok(Actor::operator()),
            Identity::User(id) => {
                let roles = self.roles_of(*id)?.ok_or(StoreError::CallerGone)?;
                (*id, roles, TokenScope::default())
            }
            Identity::Token { id, holder } => {
                let found = self.token_and_roles(*id, *holder)?;
                let (kind, token, roles) = found.ok_or(StoreError::CallerGone)?;
                let token_scope = match kind {
                    TokenKind::Api => self.usable_token_scope(token, basis)?,
                    TokenKind::Session => self.scope_of_session(token, basis)?,
                };
                (*holder, roles, token_scope)
            }
        };
        basis.dependencies.push(Dependency::User(id));
        Ok(Actor { id, role: roles.organization, memberships: roles.workspaces, token_scope })
    }

    /// The scope of a session: that of the token that was used to sign in. The end of the session is not part
    /// of it, so a session can give roles, and what it issues can outlive it.
    fn scope_of_session(&mut self, session: Token, basis: &mut Basis) -> Result<TokenScope, StoreError> {
        let session = self.require_usable(session, basis)?;
        let Some(parent) = session.parent else { return Ok(TokenScope::default()) };
        let parent = self.locked_token(parent, session.holder)?;
        let parent = parent.filter(|parent| parent.holder == session.holder).ok_or(StoreError::CallerGone)?;
        self.usable_token_scope(parent, basis)
    }

    /// The scope of a token, if it and all tokens in its chain of issuers are usable and the holder of each
    /// may still issue the next one. Configurations that were deleted are not in it.
    fn usable_token_scope(&mut self, token: Token, basis: &mut Basis) -> Result<TokenScope, StoreError> {
        let token = self.require_usable(token, basis)?;
        let mut token_scope = token.token_scope.clone();
        if let Some(listed) = &mut token_scope.configs {
            basis.dependencies.extend(listed.iter().copied().map(Dependency::Config));
            *listed = self.remaining_configs(token.id)?;
        }
        let mut child = token;
        for _ in 1..MAX_CHAIN {
            let Some(parent) = child.parent else { return Ok(token_scope) };
            let parent = self.locked_token(parent, child.holder)?.ok_or(StoreError::CallerGone)?;
            let parent = self.require_usable(parent, basis)?;
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

    fn require_usable(&self, token: Token, basis: &mut Basis) -> Result<Token, StoreError> {
        if !token.is_usable(self.now) {
            return Err(StoreError::CallerGone);
        }
        basis.dependencies.push(Dependency::Token(token.id));
        basis.expires_at = [basis.expires_at, token.token_scope.expires_at].into_iter().flatten().min();
        Ok(token)
    }

    /// A token. In a write transaction, locks it against changes, unless the rights of its holder,
    /// `locked_user`, are locked already.
    fn locked_token(&mut self, id: TokenId, locked_user: PrincipalId) -> Result<Option<Token>, StoreError> {
        let id = id.to_string();
        let token = self.read_token(&id)?;
        let Some(holder) = token.as_ref().map(|token| token.holder).filter(|holder| *holder != locked_user)
        else {
            return Ok(token);
        };
        self.lock(&Lock::Rights { user: holder })?;
        // Read again: it may have changed before it was locked.
        self.read_token(&id)
    }

    /// Whether the holder of `issuer` may currently issue a token to `holder`. So a former administrator
    /// keeps no rights through tokens that they issued to others.
    fn may_still_issue(&mut self, issuer: &Token, holder: PrincipalId) -> Result<bool, StoreError> {
        let role_of =
            |tx: &mut Self, id| Ok::<_, StoreError>(tx.roles_of(id)?.map(|roles| roles.organization));
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
                match self.usable_token_scope(token, &mut Basis::default()) {
                    Ok(_) => return Ok(true),
                    Err(StoreError::CallerGone) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(false)
    }

    /// The token on which a token hangs that is issued with `id`: a session's parent, so that what it issues
    /// does not end with it, and else the token itself.
    pub fn issuer(&mut self, id: TokenId) -> Result<Option<TokenId>, StoreError> {
        match self.find_session(id)? {
            Some(session) => Ok(session.parent),
            None => Ok(Some(id)),
        }
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
