//! Authorisation of use cases on tokens.

use llm_config_core::access::{Action, Actor, TokenAction};
use llm_config_core::id::PrincipalId;
use llm_config_store::{Token, Tx};

use crate::error::Error;
use crate::policy::authorize;

/// Succeeds if the actor may do `action` to the tokens of `holder`.
pub(super) fn authorize_holder(
    tx: &mut Tx<'_>,
    actor: &Actor,
    holder: PrincipalId,
    action: TokenAction,
) -> Result<(), Error> {
    let user = tx.find_user(holder)?.ok_or(Error::NotFound("user"))?;
    let target = tx.target_user(actor, &user)?;
    authorize(actor, &Action::Tokens(action, target), "user", needs(action, holder == actor.id))
}

/// The token that was found, if the actor may do `action` to it.
pub(super) fn authorized_token(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: Option<Token>,
    action: TokenAction,
) -> Result<Token, Error> {
    let token = found.ok_or(Error::NotFound("API key"))?;
    match authorize_holder(tx, actor, token.holder, action) {
        Ok(()) => Ok(token),
        // The holder's existence is hidden, so the token's is too.
        Err(Error::NotFound(_)) => Err(Error::NotFound("API key")),
        Err(error) => Err(error),
    }
}

/// The sentence for an actor who may not do `action`: for tokens of others it names the right and the rank.
const fn needs(action: TokenAction, is_own: bool) -> &'static str {
    match (action, is_own) {
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
