//! Authorisation: turns decisions of the access policy into errors.

use std::time::Duration;

use llm_config_core::access::{Action, Actor, Decision, decide, is_outside_configs, missing_right};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::time::Timestamp;
use llm_config_store::Tx;

use crate::error::Error;
use crate::session::Session;

/// Succeeds if the policy allows `action`.
///
/// Otherwise `NotFound(object)` if the existence of the object is hidden from the actor, or else `Denied`.
/// The text of `Denied` is `requirement`, or says how the actor's token is narrowed.
pub(crate) fn authorize(
    actor: &Actor,
    action: &Action,
    object: &'static str,
    requirement: &str,
) -> Result<(), Error> {
    match decide(actor, action) {
        Decision::Allow => Ok(()),
        Decision::Deny => Err(denied(actor, action, requirement)),
        Decision::Hide => Err(Error::NotFound(object)),
    }
}

/// Whether the policy allows `action`.
pub(crate) fn is_allowed(actor: &Actor, action: &Action) -> bool {
    decide(actor, action) == Decision::Allow
}

/// The `Denied` of an action that the policy does not allow.
pub(crate) fn denied(actor: &Actor, action: &Action, requirement: &str) -> Error {
    // Where the user's role is not the obstacle, a sentence about roles would mislead.
    if is_outside_configs(actor, action) {
        return Error::Denied("the token is narrowed to other configurations".to_owned());
    }
    match missing_right(actor, action) {
        Some(right) => Error::Denied(format!("the token lacks the right {right}")),
        None => Error::Denied(requirement.to_owned()),
    }
}

/// Succeeds only for the operator: no right in the policy permits `use_case` to a user.
pub(crate) fn require_operator(caller: &Caller, use_case: &str) -> Result<(), Error> {
    match caller.identity {
        Identity::Operator => Ok(()),
        Identity::Token { .. } | Identity::User(_) => {
            Err(Error::Denied(format!("{use_case} is reserved to the operator's command line")))
        }
    }
}

/// How old the session of a browser may be that changes who has access.
const RECENT_SIGN_IN: Duration = Duration::from_mins(10);

/// Succeeds unless the caller is a browser that signed in more than ten minutes before `now`, or by a wrong
/// clock more than ten minutes ahead. So an unlocked browser, or a stolen cookie, gives no access that
/// outlasts the session.
pub(crate) fn require_recent_sign_in(session: &Session, now: Timestamp) -> Result<(), Error> {
    match session.signed_in_at {
        Some(at) if now > at.plus(RECENT_SIGN_IN) || at > now.plus(RECENT_SIGN_IN) => {
            Err(Error::RecentSignInRequired)
        }
        Some(_) | None => Ok(()),
    }
}

/// Runs a change of users or tokens. `LastOwner` if the change removes the last token that gives an owner
/// every right.
///
/// The transaction must already hold the lock on identities. The operator is exempt: the command line can
/// issue another token.
pub(crate) fn ensure_active_owner<T>(
    tx: &mut Tx<'_>,
    caller: &Caller,
    change: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    match caller.identity {
        Identity::Operator => change(tx),
        Identity::Token { .. } | Identity::User(_) => {
            let had_active_owner = tx.has_active_owner()?;
            let changed = change(tx)?;
            if had_active_owner && !tx.has_active_owner()? {
                return Err(Error::LastOwner);
            }
            Ok(changed)
        }
    }
}
