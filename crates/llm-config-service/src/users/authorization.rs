//! Authorisation of use cases on users.

use llm_config_core::access::{Action, Actor, UserAction};
use llm_config_store::{Tx, User};

use crate::error::Error;
use crate::policy::authorize;

/// The sentence for an actor who may not create a user or give a role.
pub(super) const NEEDS_TO_GRANT: &str = "this needs the role ADMINISTRATORS in the organization, and no role \
                                         above one's own may be involved; a token that is restricted or \
                                         expires cannot grant a role with more rights";

/// The user that was found, if the actor may do `action` to them.
pub(super) fn authorized_user(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: Option<User>,
    action: UserAction,
) -> Result<User, Error> {
    let needs = match action {
        UserAction::Read => "reading this user needs the right READ_USER_ANY",
        UserAction::Update | UserAction::Delete => {
            "this needs the role ADMINISTRATORS in the organization, and no role above one's own may be involved"
        }
    };
    let user = found.ok_or(Error::NotFound("user"))?;
    let target = tx.target_user(actor, &user)?;
    authorize(actor, &Action::User(action, target), "user", needs)?;
    Ok(user)
}
