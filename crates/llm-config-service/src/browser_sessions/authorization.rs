//! Authorisation of use cases on sessions: the rights are those on the tokens of the user.

use llm_config_core::access::{Action, Actor, TokenAction};
use llm_config_core::id::PrincipalId;
use llm_config_store::{Tx, User};

use crate::error::Error;
use crate::policy::authorize;

/// The user, if the actor may list their sessions.
pub(super) fn authorize_list(tx: &mut Tx<'_>, actor: &Actor, user: PrincipalId) -> Result<User, Error> {
    let requirement = if user == actor.id {
        "listing the caller's own sessions requires the right LIST_TOKENS_OWN"
    } else {
        "listing the sessions of this user requires the right LIST_TOKENS_ANY, and a role not below the role \
         of the user"
    };
    authorized_user(tx, actor, user, TokenAction::List, requirement)
}

/// The user, if the actor may end their sessions.
pub(super) fn authorize_end(tx: &mut Tx<'_>, actor: &Actor, user: PrincipalId) -> Result<User, Error> {
    let requirement = if user == actor.id {
        "ending the caller's other sessions requires the right REVOKE_TOKEN_OWN"
    } else {
        "ending sessions of this user requires the right REVOKE_TOKEN_ANY, and a role not below the role of \
         the user"
    };
    authorized_user(tx, actor, user, TokenAction::Revoke, requirement)
}

fn authorized_user(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: PrincipalId,
    action: TokenAction,
    requirement: &str,
) -> Result<User, Error> {
    let user = tx.find_user(user)?.ok_or(Error::NotFound("user"))?;
    let target = tx.target_user(actor, &user)?;
    authorize(actor, &Action::Tokens(action, target), "user", requirement)?;
    Ok(user)
}
