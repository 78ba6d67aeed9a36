//! Removal of sessions and links that have ended.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use llm_config_core::id::PrincipalId;

use crate::cache::Dependency;
use crate::database::schema::{sessions, tokens};
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::transaction::Tx;

/// The most sessions whose users one call looks up.
const LIMIT: i64 = 500;

/// The condition that a session has expired at `now`, was last seen at least `idle` before, or further ahead
/// than `idle`, which is of a wrong clock.
macro_rules! ended {
    ($now:expr, $idle:expr) => {
        sessions::last_seen_at
            .le($now.minus($idle).as_micros())
            .or(sessions::last_seen_at.gt($now.plus($idle).as_micros()))
            .or(tokens::expires_at.le($now.as_micros()).assume_not_null())
    };
}

impl Store {
    /// Deletes, in small transactions, sessions that have expired or were last seen at least `idle` ago, and
    /// links that have expired. Returns whether more may be left.
    pub async fn prune_sessions(&self, idle: Duration) -> Result<bool, StoreError> {
        let (users, has_more) = self.read(move |tx| tx.users_with_ended_sessions(idle)).await?;
        for user in users {
            self.write(move |tx| {
                tx.lock_sessions(user)?;
                tx.delete_ended_sessions(user, idle)
            })
            .await?;
        }
        self.write(move |tx| {
            tx.delete_expired_login_links()?;
            Ok(has_more)
        })
        .await
    }
}

impl Tx<'_> {
    fn users_with_ended_sessions(
        &mut self,
        idle: Duration,
    ) -> Result<(BTreeSet<PrincipalId>, bool), StoreError> {
        let users: Vec<String> = sessions::table
            .inner_join(tokens::table)
            .filter(ended!(self.now, idle))
            .select(tokens::user_id)
            .limit(LIMIT)
            .load(self.conn)?;
        let has_more = i64::try_from(users.len()).is_ok_and(|count| count >= LIMIT);
        let parse = |id: &String| Row { table: "tokens", id }.parse("user_id", id);
        Ok((users.iter().map(parse).collect::<Result<_, _>>()?, has_more))
    }

    /// Deletes the sessions of a user that have expired or were last seen at least `idle` ago.
    /// [`Tx::lock_sessions`] comes first.
    pub fn delete_ended_sessions(&mut self, user: PrincipalId, idle: Duration) -> Result<(), StoreError> {
        let ids: Vec<String> = sessions::table
            .inner_join(tokens::table)
            .filter(tokens::user_id.eq(user.to_string()))
            .filter(ended!(self.now, idle))
            .select(sessions::token_id)
            .load(self.conn)?;
        let deleted = ids.iter().map(|id| Row { table: "sessions", id }.parse("token_id", id));
        for id in deleted.collect::<Result<Vec<_>, _>>()? {
            self.invalidate(Dependency::Token(id));
        }
        diesel::delete(tokens::table.filter(tokens::id.eq_any(ids))).execute(self.conn)?;
        Ok(())
    }
}
