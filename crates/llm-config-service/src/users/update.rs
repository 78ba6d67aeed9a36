//! Changes a user's name or role.

use llm_config_core::access::{OrgRole, UserAction};
use llm_config_core::id::PrincipalId;
use llm_config_core::user::PersonName;
use llm_config_store::{User, UserChange};

use super::authorization::{authorize_role_change, authorized_user};
use crate::error::{Error, Parsed};
use crate::policy::ensure_active_owner;
use crate::service::Service;
use crate::session::Session;

/// A change of a user; `None` keeps the current value.
#[derive(Clone, Debug, Default)]
pub struct UpdateUser {
    /// The first name.
    pub first_name: Option<PersonName>,
    /// The last name.
    pub last_name: Option<PersonName>,
    /// The role in the organisation.
    pub role: Option<OrgRole>,
}

impl Service {
    /// Changes a user's name or role. `RecentSignInRequired` if the session of a browser is older than ten
    /// minutes and the role changes.
    pub async fn update_user(
        &self,
        session: &Session,
        id: PrincipalId,
        change: Parsed<UpdateUser>,
    ) -> Result<User, Error> {
        let session = session.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_user_for_update(id)?;
                let actor = tx.actor(&session.caller)?;
                let current = authorized_user(tx, &actor, found, UserAction::Update)?;
                let UpdateUser { first_name, last_name, role } = change.clone()?;
                if let Some(role) = role.filter(|role| *role != current.role) {
                    authorize_role_change(tx, &session, &actor, &current, role)?;
                }
                if first_name.is_none() && last_name.is_none() && role.is_none() {
                    return Ok(current);
                }
                let change = UserChange { first_name, last_name, role };
                let caller = &session.caller;
                ensure_active_owner(tx, caller, |tx| Ok(tx.update_user(&current, &change, caller)?))
            })
            .await
    }

    /// Gives a user that role. Changes nothing if the user already has the role. `RecentSignInRequired` as
    /// for [`update_user`](Self::update_user).
    pub async fn set_role(&self, session: &Session, id: PrincipalId, role: OrgRole) -> Result<User, Error> {
        let session = session.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_user_for_update(id)?;
                let actor = tx.actor(&session.caller)?;
                let current = authorized_user(tx, &actor, found, UserAction::Update)?;
                if current.role == role {
                    return Ok(current);
                }
                authorize_role_change(tx, &session, &actor, &current, role)?;
                let change = UserChange { role: Some(role), ..UserChange::default() };
                let caller = &session.caller;
                ensure_active_owner(tx, caller, |tx| Ok(tx.update_user(&current, &change, caller)?))
            })
            .await
    }
}
