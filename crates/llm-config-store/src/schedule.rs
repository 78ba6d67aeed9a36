//! Which configurations are due for a background check, and which server makes it: leases.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use llm_config_core::id::ConfigId;
use llm_config_core::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::backend::AnyConnection;
use crate::error::StoreError;
use crate::row::{Row, readable};
use crate::schema::check_schedule;
use crate::transaction::{Lock, Tx};

/// How many configurations one claim enrols at most; the others wait for the next.
const ENROLLED: i64 = 200;

impl Tx<'_> {
    /// Claims at most `limit` configurations whose background check is due, those that wait
    /// longest first. Until `lease` is over, or the check is
    /// [finished](Tx::finish_scheduled_check), nobody else gets them; `holder` is a name that no
    /// other server has.
    ///
    /// Configurations that no claim saw before are enrolled: the first check of each is due
    /// within `every`, at a moment that its id decides, so that they are not all due at once.
    /// Another `every` counts for a configuration from its next check on. All servers should have
    /// the same time: one that is ahead sees leases end early.
    pub fn claim_due_checks(
        &mut self,
        holder: &str,
        every: Duration,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<ConfigId>, StoreError> {
        self.lock(&Lock::Schedule)?;
        self.enrol(every)?;
        let (now, until) = (self.now.as_micros(), after(self.now, micros(lease)));
        let is_free = || check_schedule::lease_until.is_null().or(check_schedule::lease_until.le(now));
        let due: Vec<String> = check_schedule::table
            .filter(check_schedule::due_at.le(now))
            .filter(is_free())
            .order((check_schedule::due_at, check_schedule::config_id))
            .limit(i64::from(limit))
            .select(check_schedule::config_id)
            .load(self.conn)?;
        let mut claimed = Vec::new();
        for id in due {
            // Asked again: it may have been deleted meanwhile, or finished by a late holder.
            let still_due =
                check_schedule::table.find(&id).filter(check_schedule::due_at.le(now)).filter(is_free());
            let lease = (check_schedule::holder.eq(holder), check_schedule::lease_until.eq(until));
            if diesel::update(still_due).set(lease).execute(self.conn)? == 1 {
                claimed.push(id);
            }
        }
        let parse = |id: String| Row { table: "check_schedule", id: &id }.parse("config_id", &id);
        Ok(readable(claimed, parse))
    }

    /// Ends the lease of `holder`; the next check is due at `next_due`. `false`, and nothing
    /// changed, where `holder` holds it no more: another server claimed it, or the configuration is gone.
    pub fn finish_scheduled_check(
        &mut self,
        config: ConfigId,
        holder: &str,
        next_due: Timestamp,
    ) -> Result<bool, StoreError> {
        let held = check_schedule::table.find(config.to_string()).filter(check_schedule::holder.eq(holder));
        let free = (
            check_schedule::due_at.eq(next_due.as_micros()),
            check_schedule::holder.eq(None::<String>),
            check_schedule::lease_until.eq(None::<i64>),
        );
        Ok(diesel::update(held).set(free).execute(self.conn)? == 1)
    }

    fn enrol(&mut self, every: Duration) -> Result<(), StoreError> {
        for id in self.not_enrolled()? {
            let due_at = after(self.now, spread(&id, every));
            let row = (check_schedule::config_id.eq(id), check_schedule::due_at.eq(due_at));
            diesel::insert_into(check_schedule::table).values(row).execute(self.conn)?;
        }
        Ok(())
    }

    fn not_enrolled(&mut self) -> Result<Vec<String>, StoreError> {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = Text)]
            id: String,
        }
        const MISSING: &str = "SELECT id FROM llm_configs c WHERE NOT EXISTS \
                               (SELECT 1 FROM check_schedule s WHERE s.config_id = c.id) ORDER BY id LIMIT";
        let found: Vec<Found> = match &mut *self.conn {
            // One that is deleted before its row refers to it would end the claim of all others.
            AnyConnection::Postgres(conn) => {
                diesel::sql_query(format!("{MISSING} $1 FOR KEY SHARE OF c SKIP LOCKED"))
                    .bind::<BigInt, _>(ENROLLED)
                    .load(conn)?
            }
            AnyConnection::Sqlite(conn) => {
                diesel::sql_query(format!("{MISSING} ?")).bind::<BigInt, _>(ENROLLED).load(conn)?
            }
        };
        Ok(found.into_iter().map(|it| it.id).collect())
    }
}

/// How much later than at once: below `every`, and for one id always the same part of it.
fn spread(id: &str, every: Duration) -> i64 {
    let digest: [u8; 32] = Sha256::digest(id).into();
    let (part, _) = digest.split_at(4);
    let part = part.iter().fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
    // Of 2^32 parts, in a wider type than a long interval leaves room for.
    let offset = (i128::from(micros(every)) * i128::from(part)) >> 32;
    i64::try_from(offset).unwrap_or(i64::MAX)
}

fn after(moment: Timestamp, micros: i64) -> i64 {
    moment.as_micros().saturating_add(micros)
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_follow_each_other_are_spread_over_the_whole_interval() {
        const HOUR: Duration = Duration::from_hours(1);
        let mut tenths = [0_usize; 10];
        for n in 0..2000_u128 {
            let id = uuid::Uuid::from_u128(n).to_string();
            let offset = spread(&id, HOUR);
            assert_eq!(offset, spread(&id, HOUR), "{id}");
            tenths[usize::try_from(offset * 10 / micros(HOUR)).unwrap()] += 1;
        }
        assert!(tenths.iter().all(|it| (140..260).contains(it)), "{tenths:?}");
    }

    #[test]
    fn no_interval_is_too_short_or_too_long() {
        for n in 0..20_u128 {
            let id = uuid::Uuid::from_u128(n).to_string();
            assert_eq!(spread(&id, Duration::ZERO), 0);
            assert!((0..i64::MAX).contains(&spread(&id, Duration::MAX)));
            assert!((0..2).contains(&spread(&id, Duration::from_micros(2))));
        }
    }
}
