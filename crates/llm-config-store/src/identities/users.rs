//! Users, who hold tokens and own configurations.

use diesel::prelude::*;
use llm_config_core::access::{OrgRole, adds_rights};
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{Revision, Stamp};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_core::user::{Email, PersonName, Username};

use crate::cache::Dependency;
use crate::database::backend::AnyConnection;
use crate::database::schema::{llm_configs, users};
use crate::error::StoreError;
use crate::identities::user::User;
use crate::row::{Row, skip_corrupt};
use crate::transaction::{Lock, Tx, get_shared};
use crate::unique_keys::{self, KeyScope, UserEmails};

/// A new user.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The e-mail address, which is unique regardless of case.
    pub email: Email,
    /// The username.
    pub username: Option<Username>,
    /// The first name.
    pub first_name: PersonName,
    /// The last name.
    pub last_name: PersonName,
    /// The role in the organisation.
    pub role: OrgRole,
}

/// A change of a user; fields that are `None` do not change.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// The first name.
    pub first_name: Option<PersonName>,
    /// The last name.
    pub last_name: Option<PersonName>,
    /// The role in the organisation.
    pub role: Option<OrgRole>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
pub(crate) struct UserRow {
    id: String,
    email: String,
    email_key: String,
    username: Option<String>,
    first_name: String,
    last_name: String,
    org_role: String,
    revision: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
    updated_by: String,
}

impl UserRow {
    pub(crate) fn into_user(self) -> Result<User, StoreError> {
        let row = Row { table: "users", id: &self.id };
        Ok(User {
            id: row.parse("id", &self.id)?,
            email: row.parse_with("email", &self.email, Email::from_stored)?,
            username: row.parse_optional_with("username", self.username.as_deref(), Username::from_stored)?,
            first_name: row.parse_with("first_name", &self.first_name, PersonName::from_stored)?,
            last_name: row.parse_with("last_name", &self.last_name, PersonName::from_stored)?,
            role: row.parse("org_role", &self.org_role)?,
            revision: Revision::new(self.revision),
            created: row.stamp("created_by", self.created_at, &self.created_by)?,
            updated: row.stamp("updated_by", self.updated_at, &self.updated_by)?,
        })
    }
}

impl Tx<'_> {
    /// Stores a new user. Fails with `Conflict` if the e-mail address or the id is in use.
    pub fn create_user(
        &mut self,
        id: PrincipalId,
        new: &NewUser,
        caller: &Caller,
    ) -> Result<User, StoreError> {
        let by = caller.identity.principal().to_string();
        let row = UserRow {
            id: id.to_string(),
            email: new.email.to_string(),
            email_key: new.email.uniqueness_key(),
            username: new.username.as_ref().map(ToString::to_string),
            first_name: new.first_name.to_string(),
            last_name: new.last_name.to_string(),
            org_role: new.role.to_string(),
            revision: Revision::FIRST.number(),
            created_at: self.now.as_micros(),
            created_by: by.clone(),
            updated_at: self.now.as_micros(),
            updated_by: by,
        };
        diesel::insert_into(users::table).values(&row).execute(self.conn)?;
        self.invalidate(Dependency::User(id));
        self.append_event(&Event::new(EventKind::UserCreated, AuditObject::User(id), caller.clone()))?;
        row.into_user()
    }

    /// Finds a user. In a write transaction, locks them against changes.
    pub fn find_user(&mut self, id: PrincipalId) -> Result<Option<User>, StoreError> {
        let id = id.to_string();
        let row: Option<UserRow> =
            get_shared!(self, users::table.find(&id).select(UserRow::as_select())).optional()?;
        row.map(UserRow::into_user).transpose()
    }

    /// Fails with `ForeignKey` if `scope` is an owner who does not exist, and else prevents their deletion
    /// until the transaction ends. On SQLite, the foreign key does both.
    pub(crate) fn require_owner(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let (Scope::Owner(owner), AnyConnection::Postgres(_)) = (scope, &*self.conn) else { return Ok(()) };
        // The operator is an actor but no user.
        if *owner != PrincipalId::OPERATOR && self.known_actors.include(*owner) {
            return Ok(());
        }
        match self.roles_of(*owner)? {
            Some(_) => Ok(()),
            None => Err(StoreError::ForeignKey),
        }
    }

    /// Finds a user by e-mail address: by the exact address, or else by its uniqueness key. By the key
    /// alone, one of two users stored under earlier uniqueness rules would not be found.
    pub fn find_user_by_email(&mut self, email: &Email) -> Result<Option<User>, StoreError> {
        let by_address = users::table.filter(users::email.eq(email.as_str())).select(UserRow::as_select());
        let mut row: Option<UserRow> = by_address.first(self.conn).optional()?;
        if row.is_none() {
            let by_key = users::table.filter(users::email_key.eq(email.uniqueness_key()));
            row = by_key.select(UserRow::as_select()).first(self.conn).optional()?;
        }
        row.map(UserRow::into_user).transpose()
    }

    /// Like [`Tx::find_user`], for a use case that changes or deletes the user.
    pub fn find_user_for_update(&mut self, id: PrincipalId) -> Result<Option<User>, StoreError> {
        self.lock(&Lock::Identities)?;
        self.lock(&Lock::ChangeOfRights { user: id })?;
        self.lock(&Lock::ForUpdate { table: "users", id: &id.to_string() })?;
        self.find_user(id)
    }

    /// All users, ordered by e-mail address.
    pub fn list_users(&mut self) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> =
            users::table.order(users::email_key).select(UserRow::as_select()).load(self.conn)?;
        Ok(skip_corrupt(rows, UserRow::into_user))
    }

    /// The users with these ids, in no particular order. Locks nothing; corrupt rows are left out.
    pub fn users_with_ids(&mut self, ids: &[PrincipalId]) -> Result<Vec<User>, StoreError> {
        let ids = ids.iter().map(ToString::to_string);
        let rows: Vec<UserRow> =
            users::table.filter(users::id.eq_any(ids)).select(UserRow::as_select()).load(self.conn)?;
        Ok(skip_corrupt(rows, UserRow::into_user))
    }

    pub(crate) fn list_owners(&mut self) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = users::table
            .filter(users::org_role.eq(OrgRole::Owner.as_str()))
            .select(UserRow::as_select())
            .load(self.conn)?;
        Ok(skip_corrupt(rows, UserRow::into_user))
    }

    /// Changes a user's name or role. Fails with `Stale` if the user was changed since they were read, and
    /// with `LastOwner` if no owner would remain.
    pub fn update_user(
        &mut self,
        current: &User,
        change: &UserChange,
        caller: &Caller,
    ) -> Result<User, StoreError> {
        if change.role.is_some_and(|role| adds_rights(role, current.role)) {
            self.use_reserve();
        }
        let changed = User {
            first_name: change.first_name.as_ref().unwrap_or(&current.first_name).clone(),
            last_name: change.last_name.as_ref().unwrap_or(&current.last_name).clone(),
            role: change.role.unwrap_or(current.role),
            revision: current.revision.next(),
            updated: Stamp { at: self.now.max(current.updated.at), by: caller.identity.principal() },
            ..current.clone()
        };
        self.ensure_owner_remains(current, Some(changed.role))?;
        let row = (
            users::first_name.eq(changed.first_name.to_string()),
            users::last_name.eq(changed.last_name.to_string()),
            users::org_role.eq(changed.role.as_str()),
            users::revision.eq(changed.revision.number()),
            users::updated_at.eq(changed.updated.at.as_micros()),
            users::updated_by.eq(changed.updated.by.to_string()),
        );
        let at_revision =
            users::table.find(current.id.to_string()).filter(users::revision.eq(current.revision.number()));
        if diesel::update(at_revision).set(row).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        self.invalidate(Dependency::User(current.id));
        let mut event = Event::new(EventKind::UserUpdated, AuditObject::User(current.id), caller.clone());
        event.fields.extend(change.first_name.as_ref().map(|_| "first_name"));
        event.fields.extend(change.last_name.as_ref().map(|_| "last_name"));
        event.fields.extend(change.role.map(|_| "role"));
        self.append_event(&event)?;
        Ok(changed)
    }

    /// Deletes a user with their tokens and memberships. Fails with `ForeignKey` if they own configurations,
    /// with `Stale` if they were changed since they were read, and with `LastOwner` if no owner would remain.
    pub fn delete_user(&mut self, user: &User, caller: &Caller) -> Result<(), StoreError> {
        self.use_reserve();
        self.ensure_owner_remains(user, None)?;
        let id = user.id.to_string();
        // Waits for transactions that create a configuration of this owner, and keeps others from it.
        self.lock(&Lock::ChangeOfRights { user: user.id })?;
        self.lock(&Lock::ForUpdate { table: "users", id: &id })?;
        let owned = llm_configs::table.filter(llm_configs::owner_id.eq(&id)).count();
        if owned.get_result::<i64>(self.conn)? > 0 {
            return Err(StoreError::ForeignKey);
        }
        let key: Option<String> =
            users::table.find(&id).select(users::email_key).get_result(self.conn).optional()?;
        let at_revision = users::table.find(&id).filter(users::revision.eq(user.revision.number()));
        if diesel::delete(at_revision).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        // Also for their tokens, which depend on it.
        self.invalidate(Dependency::User(user.id));
        let promoted = match key {
            Some(key) => unique_keys::promote::<UserEmails>(self.conn, &KeyScope::Table, &key)?,
            None => None,
        };
        if let Some(id) = promoted {
            let id = Row { table: "users", id: &id }.parse("id", &id)?;
            self.invalidate(Dependency::User(id));
        }
        self.append_event(&Event::new(EventKind::UserDeleted, AuditObject::User(user.id), caller.clone()))
    }

    /// Fails with `LastOwner` if `user` is the only owner and `new_role` is another role; `None` stands for
    /// deletion. Locks all identities, so that two owners cannot lower each other's role at the same time.
    fn ensure_owner_remains(&mut self, user: &User, new_role: Option<OrgRole>) -> Result<(), StoreError> {
        if user.role != OrgRole::Owner || new_role == Some(OrgRole::Owner) {
            return Ok(());
        }
        self.lock(&Lock::Identities)?;
        let others = users::table
            .filter(users::org_role.eq(OrgRole::Owner.as_str()))
            .filter(users::id.ne(user.id.to_string()))
            .count();
        match others.get_result::<i64>(self.conn)? {
            0 => Err(StoreError::LastOwner),
            _ => Ok(()),
        }
    }
}
