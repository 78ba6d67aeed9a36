//! Login links: each signs a user in once.

use std::time::Duration;

use diesel::dsl::not;
use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;

use super::text::LoginCode;
use crate::database::schema::login_links;
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::Tx;

/// How far ahead of this server's clock a link may have been created, because the clocks of servers differ a
/// little. A later time is of a wrong clock.
const AHEAD: Duration = Duration::from_mins(5);

/// The condition that a link has not expired at `now`, and was not created far ahead of it.
macro_rules! valid {
    ($now:expr) => {
        login_links::expires_at
            .gt($now.as_micros())
            .and(login_links::created_at.le($now.plus(AHEAD).as_micros()))
    };
}

impl Tx<'_> {
    /// Stores a link of `user`. Of its code only a hash is stored. Fails with `ForeignKey` if the user does
    /// not exist.
    pub fn create_login_link(
        &mut self,
        code: &LoginCode,
        user: PrincipalId,
        expires_at: Timestamp,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let row = (
            login_links::hash.eq(code.hash(&self.context.tokens)),
            login_links::user_id.eq(user.to_string()),
            login_links::created_at.eq(self.now.as_micros()),
            login_links::expires_at.eq(expires_at.as_micros()),
        );
        diesel::insert_into(login_links::table).values(row).execute(self.conn)?;
        self.append_event(&Event::new(EventKind::LoginLinkCreated, AuditObject::User(user), caller.clone()))
    }

    /// The user of a link that was not used and has not expired.
    pub fn login_link_user(&mut self, code: &LoginCode) -> Result<Option<PrincipalId>, StoreError> {
        // Only who knows the key can choose a hash, so a comparison by the database reveals nothing.
        let link = login_links::table.find(code.hash(&self.context.tokens)).filter(valid!(self.now));
        let user: Option<String> = link.select(login_links::user_id).get_result(self.conn).optional()?;
        let row = Row { table: "login_links", id: "" };
        row.parse_optional("user_id", user.as_deref())
    }

    /// Uses a link up. Returns whether it could be used: of two transactions that use one link, only the
    /// first one gets `true`.
    pub fn use_login_link(&mut self, code: &LoginCode) -> Result<bool, StoreError> {
        let link = login_links::table.find(code.hash(&self.context.tokens)).filter(valid!(self.now));
        Ok(diesel::delete(link).execute(self.conn)? == 1)
    }

    /// Deletes all links of a user.
    pub fn delete_login_links(&mut self, user: PrincipalId) -> Result<(), StoreError> {
        let links = login_links::table.filter(login_links::user_id.eq(user.to_string()));
        diesel::delete(links).execute(self.conn)?;
        Ok(())
    }

    /// Deletes the links that have expired.
    pub fn delete_expired_login_links(&mut self) -> Result<(), StoreError> {
        let expired = login_links::table.filter(not(valid!(self.now)));
        diesel::delete(expired).execute(self.conn)?;
        Ok(())
    }
}
