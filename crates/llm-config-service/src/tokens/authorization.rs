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
    authorize(actor, &Action::Tokens(action, target), "user", requirement(action, holder == actor.id))
}

/// Whether the actor may list the tokens of `holder`.
pub(crate) fn may_list_tokens(tx: &mut Tx<'_>, actor: &Actor, holder: PrincipalId) -> Result<bool, Error> {
    match authorize_holder(tx, actor, holder, TokenAction::List) {
        Ok(()) => Ok(true),
        // The holder ranks above the caller, or the caller may not see them.
        Err(Error::Denied(_) | Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
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
        // The existence of the holder is hidden, so the existence of the token is hidden too.
        Err(Error::NotFound(_)) => Err(Error::NotFound("API key")),
        Err(error) => Err(error),
    }
}

/// The sentence for an actor who may not do `action`. For tokens of other users, the sentence names the right
/// and the rank.
const fn requirement(action: TokenAction, is_own: bool) -> &'static str {
    match (action, is_own) {
        (TokenAction::Issue, true) => {
            "issuing an API key to the caller's own user requires the right ISSUE_TOKEN_OWN"
        }
        (TokenAction::Issue, false) => {
            "issuing an API key for this user requires the right ISSUE_TOKEN_ANY, and a role \
             not below the role of the user"
        }
        (TokenAction::List, true) => "reading the caller's own API keys requires the right LIST_TOKENS_OWN",
        (TokenAction::List, false) => {
            "reading this user's API keys requires the right LIST_TOKENS_ANY, and a role \
             not below the role of the user"
        }
        (TokenAction::Update, true) => {
            "changing the caller's own API keys requires the right UPDATE_TOKEN_OWN"
        }
        (TokenAction::Update, false) => {
            "changing this user's API keys requires the right UPDATE_TOKEN_ANY, and a role \
             not below the role of the user"
        }
        (TokenAction::Revoke, true) => {
            "revoking the caller's own API keys requires the right REVOKE_TOKEN_OWN"
        }
        (TokenAction::Revoke, false) => {
            "revoking this user's API keys requires the right REVOKE_TOKEN_ANY, and a role \
             not below the role of the user"
        }
    }
}
