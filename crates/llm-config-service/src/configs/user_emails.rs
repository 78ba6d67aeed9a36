//! E-mail addresses of users, for callers who may read these users.

use std::collections::BTreeMap;

use llm_config_core::access::{Action, Actor, UserAction};
use llm_config_core::id::PrincipalId;
use llm_config_store::Tx;

use crate::error::Error;
use crate::policy::is_allowed;

/// The e-mail addresses of those of the users whom the actor may read.
pub(crate) fn emails(
    tx: &mut Tx<'_>,
    actor: &Actor,
    users: &[PrincipalId],
) -> Result<BTreeMap<PrincipalId, String>, Error> {
    let mut emails = BTreeMap::new();
    for user in tx.users_with_ids(users)? {
        let target = tx.target_user(actor, &user)?;
        if is_allowed(actor, &Action::User(UserAction::Read, target)) {
            emails.insert(user.id, user.email.into());
        }
    }
    Ok(emails)
}
