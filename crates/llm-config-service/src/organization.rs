//! The users of the organisation: create, list, change, delete.

use llm_config_core::access::{Action, Actor, Decision, OrgRole, UserAction, decide};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_core::user::{Email, PersonName};
use llm_config_store::{NewUser, Tx, User, UserChange};

use crate::delete_config::not_in_use;
use crate::update_config::Parsed;
use crate::{Error, Service, Session};

const ADMINISTRATORS_ONLY: &str =
    "this needs the role ADMINISTRATORS in the organization, and no role involved above one's own";

const HANDS_OUT_NO_MORE: &str = "this needs the role ADMINISTRATORS in the organization, no role involved \
                                 above one's own, and, to give a role with more rights, a token that is not \
                                 narrowed and does not expire";

/// A new user.
#[derive(Clone, Debug)]
pub struct CreateUser {
    /// The e-mail address.
    pub email: Email,
    /// The first name.
    pub first_name: PersonName,
    /// The last name.
    pub last_name: PersonName,
    /// The role in the organisation.
    pub role: OrgRole,
}

/// A change of a user; what is `None` stays.
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
    /// Makes a user. The user has no token yet.
    pub async fn create_user(
        &self,
        session: &Session,
        CreateUser { email, first_name, last_name, role }: CreateUser,
    ) -> Result<User, Error> {
        let new = NewUser { email, username: None, first_name, last_name, role };
        let caller = session.caller.clone();
        let id = self.store.new_principal_id();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                if decide(&actor, &Action::CreateUser(new.role)) != Decision::Allow {
                    return Err(Error::Denied(HANDS_OUT_NO_MORE));
                }
                Ok(tx.create_user(id, &new, &caller)?)
            })
            .await
    }

    /// The users that the caller sees, by e-mail address.
    pub async fn list_users(&self, session: &Session) -> Result<Vec<User>, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let mut shown = Vec::new();
                for user in tx.list_users()? {
                    let subject = tx.target_user(&actor, &user)?;
                    if decide(&actor, &Action::User(UserAction::Read, subject)) == Decision::Allow {
                        shown.push(user);
                    }
                }
                Ok(shown)
            })
            .await
    }

    /// Changes a user's name or role.
    pub async fn update_user(
        &self,
        session: &Session,
        id: PrincipalId,
        change: Parsed<UpdateUser>,
    ) -> Result<User, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_user_for_update(id)?;
                let actor = tx.actor(&caller)?;
                let current = allowed(tx, &actor, found, UserAction::Update)?;
                let UpdateUser { first_name, last_name, role } =
                    change.as_ref().map_err(Clone::clone)?.clone();
                let change = UserChange { first_name, last_name, role };
                if let Some(role) = change.role.filter(|role| *role != current.role) {
                    let subject = tx.target_user(&actor, &current)?;
                    if decide(&actor, &Action::ChangeRole(subject, role)) != Decision::Allow {
                        return Err(Error::Denied(HANDS_OUT_NO_MORE));
                    }
                }
                if change.first_name.is_none() && change.last_name.is_none() && change.role.is_none() {
                    return Ok(current);
                }
                keeping_an_owner_able(tx, |tx| Ok(tx.update_user(&current, &change, &caller)?))
            })
            .await
    }

    /// Deletes a user who owns no configuration, with their tokens and memberships.
    pub async fn delete_user(&self, session: &Session, id: PrincipalId) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_user_for_update(id)?;
                let actor = tx.actor(&caller)?;
                let current = allowed(tx, &actor, found, UserAction::Delete)?;
                not_in_use(tx, &actor, Scope::Owner(id))?;
                keeping_an_owner_able(tx, |tx| Ok(tx.delete_user(&current, &caller)?))
            })
            .await
    }
}

fn allowed(tx: &mut Tx<'_>, actor: &Actor, found: Option<User>, verb: UserAction) -> Result<User, Error> {
    let user = found.ok_or(Error::NotFound("user"))?;
    let subject = tx.target_user(actor, &user)?;
    match decide(actor, &Action::User(verb, subject)) {
        Decision::Allow => Ok(user),
        Decision::Deny => Err(Error::Denied(ADMINISTRATORS_ONLY)),
        Decision::Hide => Err(Error::NotFound("user")),
    }
}

/// Carries out a change of people or tokens unless it takes from the owners their last token with
/// which everything can be done. The caller has locked out other such changes.
pub(crate) fn keeping_an_owner_able<T>(
    tx: &mut Tx<'_>,
    change: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let was_able = tx.has_active_owner()?;
    let changed = change(tx)?;
    if was_able && !tx.has_active_owner()? {
        return Err(Error::LastOwner);
    }
    Ok(changed)
}
