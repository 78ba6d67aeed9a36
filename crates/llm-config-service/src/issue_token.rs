//! To issue an access token.

use std::sync::Arc;

use llm_config_core::access::{Action, Actor, Decision, TokenAction, TokenScope, decide, exceeds};
use llm_config_core::caller::Identity;
use llm_config_core::config::Labels;
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_store::{NewToken, Token, TokenText, Tx};

use crate::{Error, MissingReference, Service, Session};

/// A new token.
#[derive(Clone, Debug, Default)]
pub struct IssueToken {
    /// An id that the caller chose.
    pub id: Option<TokenId>,
    /// Whose it will be; the caller's without one.
    pub holder: Option<PrincipalId>,
    /// Labels.
    pub labels: Labels,
    /// What it is narrowed to. What is not narrowed takes over how the caller's own token is.
    pub token_scope: TokenScope,
}

/// What was issued: the only time that the text is there.
pub struct Issued {
    /// The token as it is stored.
    pub token: Token,
    /// Its text.
    pub text: Arc<TokenText>,
}

impl Service {
    /// Issues a token, to the caller or to a user not above them. A token issued with a token
    /// never exceeds it, and falls with it.
    pub async fn issue_token(&self, session: &Session, request: IssueToken) -> Result<Issued, Error> {
        let caller = session.caller.clone();
        let id = request.id.unwrap_or_else(|| self.store.new_token_id());
        let holder = request.holder.unwrap_or(session.actor.id);
        let text = Arc::new(TokenText::generate());
        let stored = Arc::clone(&text);
        let token = self
            .store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                match may(tx, &actor, holder, TokenAction::Issue) {
                    Err(Error::NotFound(_)) => return Err(Error::Missing(MissingReference::Holder)),
                    other => other?,
                }
                let token_scope = actor.token_scope.or_inherited(request.token_scope.clone());
                if exceeds(&actor, holder, &token_scope) {
                    return Err(Error::Denied(
                        "a token cannot issue one that exceeds it in rights, workspaces or expiry",
                    ));
                }
                let parent = match caller.identity {
                    Identity::Token { id, .. } => Some(id),
                    Identity::User(_) | Identity::Operator => None,
                };
                if let Some(parent) = parent
                    && !tx.may_issue_tokens(parent)?
                {
                    return Err(Error::Denied(
                        "this token was issued by too long a chain of tokens to issue another",
                    ));
                }
                let new = NewToken { holder, parent, labels: request.labels.clone(), token_scope };
                Ok(tx.create_token(id, &stored, &new, &caller)?)
            })
            .await?;
        Ok(Issued { token, text })
    }
}

/// Whether the actor may do this to the tokens of `holder`.
pub(crate) fn may(
    tx: &mut Tx<'_>,
    actor: &Actor,
    holder: PrincipalId,
    verb: TokenAction,
) -> Result<(), Error> {
    let user = tx.find_user(holder)?.ok_or(Error::NotFound("user"))?;
    let subject = tx.target_user(actor, &user)?;
    match decide(actor, &Action::Tokens(verb, subject)) {
        Decision::Allow => Ok(()),
        Decision::Deny => Err(Error::Denied(needs(verb, holder == actor.id))),
        Decision::Hide => Err(Error::NotFound("user")),
    }
}

/// What is missing: for another's tokens the right, or the rank.
const fn needs(verb: TokenAction, is_own: bool) -> &'static str {
    match (verb, is_own) {
        (TokenAction::Issue, true) => "issuing an API key for oneself needs the permission ISSUE_TOKEN_OWN",
        (TokenAction::Issue, false) => {
            "issuing an API key for this user needs the permission ISSUE_TOKEN_ANY, and a role not below \
             theirs"
        }
        (TokenAction::List, true) => "reading one's own API keys needs the permission LIST_TOKENS_OWN",
        (TokenAction::List, false) => {
            "reading this user's API keys needs the permission LIST_TOKENS_ANY, and a role not below theirs"
        }
        (TokenAction::Update, true) => "changing one's own API keys needs the permission UPDATE_TOKEN_OWN",
        (TokenAction::Update, false) => {
            "changing this user's API keys needs the permission UPDATE_TOKEN_ANY, and a role not below theirs"
        }
        (TokenAction::Revoke, true) => "revoking one's own API keys needs the permission REVOKE_TOKEN_OWN",
        (TokenAction::Revoke, false) => {
            "revoking this user's API keys needs the permission REVOKE_TOKEN_ANY, and a role not below theirs"
        }
    }
}
