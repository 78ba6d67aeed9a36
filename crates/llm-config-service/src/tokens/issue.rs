//! Issues a token.

use std::collections::BTreeSet;
use std::sync::Arc;

use llm_config_core::access::{Action, Actor, ConfigAction, TokenAction, TokenScope, exceeds, missing_right};
use llm_config_core::caller::Identity;
use llm_config_core::config::Labels;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::{ConfigId, PrincipalId, TokenId};
use llm_config_core::scope::Scope;
use llm_config_store::{NewToken, Token, TokenText, Tx};

use super::authorization::authorize_holder;
use crate::error::{Error, MissingReference};
use crate::policy::{is_allowed, require_recent_sign_in};
use crate::quotas::limit::QuotaReached;
use crate::service::Service;
use crate::session::Session;

/// A new token.
#[derive(Clone, Debug, Default)]
pub struct IssueToken {
    /// The id, if the caller chose one.
    pub id: Option<TokenId>,
    /// The holder of the token; by default the caller.
    pub holder: Option<PrincipalId>,
    /// Labels.
    pub labels: Labels,
    /// The rights, workspaces, configurations and time that the token is narrowed to. A part that is not
    /// narrowed is taken from the caller's token.
    pub token_scope: TokenScope,
}

/// A token that was just issued.
pub struct Issued {
    /// The token as it is stored.
    pub token: Token,
    /// The secret text, which is not stored and cannot be read again.
    pub text: Arc<TokenText>,
}

/// The id and the text of a token that is to be stored. Generated outside of the transaction, which may be
/// repeated.
pub(crate) struct NewTokenText {
    pub(crate) id: TokenId,
    pub(crate) text: Arc<TokenText>,
}

impl Service {
    /// Issues a token to the caller, or to a user who does not rank above them. A token that is issued by
    /// using another token has no more rights, workspaces or configurations and no later expiry than the
    /// other token. A revocation of the other token also revokes the new token.
    ///
    /// A token that is issued in the session of a browser is a child of the token that was used to sign in,
    /// or of none after a login link, so that it does not end with the session. `RecentSignInRequired` if the
    /// session is older than ten minutes.
    ///
    /// `Malformed` with the field `configs` if the token would be narrowed to more than
    /// [`TokenScope::CONFIGS_LIMIT`] configurations, or to one that does not exist, and with the field
    /// `workspaces` if to more than [`TokenScope::WORKSPACES_LIMIT`] workspaces. `QuotaReached` if the holder
    /// has as many tokens as they may have.
    pub async fn issue_token(&self, session: &Session, request: IssueToken) -> Result<Issued, Error> {
        let session = session.clone();
        let new = self.new_token_text(request.id);
        let holder = request.holder.unwrap_or(session.actor.id);
        let quota = self.token_quota(&session, holder).await?;
        let text = Arc::clone(&new.text);
        let token = self
            .store
            .write(move |tx| {
                let actor = tx.actor(&session.caller)?;
                new.issue(tx, &session, &actor, holder, quota, &request)
            })
            .await?;
        self.delete_expired_tokens(holder).await;
        Ok(Issued { token, text })
    }

    /// A new text for a token, and an id unless the caller chose one.
    pub(crate) fn new_token_text(&self, id: Option<TokenId>) -> NewTokenText {
        let id = id.unwrap_or_else(|| self.store.new_token_id());
        NewTokenText { id, text: Arc::new(TokenText::generate()) }
    }
}

impl NewTokenText {
    /// Stores the token for `holder` if the actor may issue it.
    pub(crate) fn issue(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        actor: &Actor,
        holder: PrincipalId,
        quota: Result<(), QuotaReached>,
        request: &IssueToken,
    ) -> Result<Token, Error> {
        let IssueToken { labels, token_scope, id: _, holder: _ } = request;
        match authorize_holder(tx, actor, holder, TokenAction::Issue) {
            Err(Error::NotFound(_)) => return Err(Error::Missing(MissingReference::Holder)),
            other => other?,
        }
        let token_scope = actor.token_scope.or_inherited(token_scope.clone());
        if exceeds(actor, holder, &token_scope) {
            return Err(Error::Denied(
                "a token cannot issue a token with more rights, workspaces or configurations, or a later \
                 expiry"
                    .to_owned(),
            ));
        }
        require_recent_sign_in(session, tx.now())?;
        let caller = &session.caller;
        let parent = match caller.identity {
            Identity::Token { id, .. } => tx.issuer(id)?,
            Identity::User(_) | Identity::Operator => None,
        };
        if let Some(parent) = parent
            && !tx.may_issue_tokens(parent)?
        {
            return Err(Error::Denied(
                "this token cannot issue tokens, because the chain of tokens that issued it is too long"
                    .to_owned(),
            ));
        }
        require_few_workspaces(&token_scope)?;
        require_configs(tx, holder, &token_scope)?;
        quota?;
        let new = NewToken { holder, parent, labels: labels.clone(), token_scope };
        Ok(tx.create_token(self.id, &self.text, &new, caller)?)
    }
}

/// Succeeds if the token is not narrowed to too many workspaces, each of which costs at every use.
fn require_few_workspaces(token_scope: &TokenScope) -> Result<(), Error> {
    let limit = TokenScope::WORKSPACES_LIMIT;
    match token_scope.workspaces.as_ref().map(BTreeSet::len).filter(|count| *count > limit) {
        Some(count) => {
            let message = format_args!("must have at most {limit} entries, but has {count}");
            Err(FieldErrors::<String>::one("workspaces", message).into())
        }
        None => Ok(()),
    }
}

/// Succeeds if the configurations that a token is narrowed to exist, are not too many, and the token permits
/// an action on each. Any other list is refused now, because the mistake would otherwise show only when the
/// token is used. An id that does not exist would give nothing even if a configuration gets it later.
fn require_configs(tx: &mut Tx<'_>, holder: PrincipalId, token_scope: &TokenScope) -> Result<(), Error> {
    const FIELD: &str = "configs";
    let Some(listed) = &token_scope.configs else { return Ok(()) };
    let (limit, count) = (TokenScope::CONFIGS_LIMIT, listed.len());
    if count > limit {
        let message = format_args!("must have at most {limit} entries, but has {count}");
        return Err(FieldErrors::<String>::one(FIELD, message).into());
    }
    let scopes = tx.config_scopes(listed)?;
    let mut errors = FieldErrors::<String>::default();
    for id in listed.iter().filter(|id| !scopes.contains_key(id)) {
        errors.add(FIELD, format!("must be ids of configurations that exist: {id} is not"));
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let actor = tx.actor_with(holder, token_scope.clone())?;
    for (id, scope) in scopes {
        let permits = |action| is_allowed(&actor, &Action::Config(action, scope, id));
        if !ConfigAction::ALL.into_iter().filter(|action| action.is_on_existing()).any(permits) {
            errors.add(FIELD, uncovered_message(&actor, id, scope));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
}

/// The message about a configuration on which the token `actor` would permit nothing.
fn uncovered_message(actor: &Actor, id: ConfigId, scope: Scope) -> String {
    let is_in = |listed: &BTreeSet<_>| matches!(scope, Scope::Workspace(id) if listed.contains(&id));
    if !actor.token_scope.workspaces.as_ref().is_none_or(is_in) {
        return format!("must be in the workspaces that the token is narrowed to: {id} is not");
    }
    match missing_right(actor, &Action::Config(ConfigAction::Call, scope, id)) {
        Some(right) => {
            format!("must be covered by the rights of the token: {id} requires one such as {right}")
        }
        None => format!("must be configurations on which the holder of the token has a right: {id} is not"),
    }
}
