//! Authorisation of use cases on users.

use llm_config_core::access::{Action, Actor, OrgRole, UserAction};
use llm_config_store::{Tx, User};

use crate::error::Error;
use crate::policy::{authorize, denied, is_allowed, require_recent_sign_in};
use crate::session::Session;

/// The sentence for an actor who may not create a user or give a role.
pub(super) const GRANT_REQUIREMENT: &str = "\
    this requires the organisation role ADMINISTRATORS or OWNER, and neither the user nor the new role may \
    rank above the caller; a token that is narrowed or expires cannot grant a role with more rights";

/// The user that was found, if the actor may do `action` to them.
pub(super) fn authorized_user(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: Option<User>,
    action: UserAction,
) -> Result<User, Error> {
    let requirement = match action {
        UserAction::Read => "reading this user requires the right READ_USER_ANY",
        UserAction::Update | UserAction::Delete => {
            "this requires the organisation role ADMINISTRATORS or OWNER, and the user may not rank above \
             the caller"
        }
    };
    let user = found.ok_or(Error::NotFound("user"))?;
    let target = tx.target_user(actor, &user)?;
    authorize(actor, &Action::User(action, target), "user", requirement)?;
    Ok(user)
}

/// Succeeds if the actor may give `role` to `user`, whom they may update. Otherwise `Denied`, never
/// `NotFound`: an actor who may update a user knows that they exist. `RecentSignInRequired` if the session of
/// a browser is too old.
pub(super) fn authorize_role_change(
    tx: &mut Tx<'_>,
    session: &Session,
    actor: &Actor,
    user: &User,
    role: OrgRole,
) -> Result<(), Error> {
    let action = Action::ChangeRole(tx.target_user(actor, user)?, role);
    if !is_allowed(actor, &action) {
        return Err(denied(actor, &action, GRANT_REQUIREMENT));
    }
    require_recent_sign_in(session, tx.now())
}
