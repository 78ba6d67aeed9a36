//! The schedule of background checks: due times, and leases that assign each check to one server.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use llm_config_core::endpoint::Endpoint;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::configs::parse_scope;
use crate::database::backend::AnyConnection;
use crate::database::schema::{check_schedule, llm_configs};
use crate::error::StoreError;
use crate::row::{Row, skip_corrupt};
use crate::transaction::{Lock, Tx};

/// The maximum number of configurations that are enrolled at once.
const ENROL_LIMIT: i64 = 200;

/// A configuration whose background check is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCheck {
    /// The configuration.
    pub config: ConfigId,
    /// Its owner or workspace.
    pub scope: Scope,
    /// The address that the check calls.
    pub endpoint: Endpoint,
}

impl Tx<'_> {
    /// Enrols new configurations, at most 200: the first check of each is due within `interval`, at a time
    /// derived from its id, so that not all are due at once. A changed `interval` applies to a configuration
    /// from its next check on.
    ///
    /// A due time or the end of a lease further away than twice the period was written by a clock that was
    /// ahead, or with a longer `interval`. Such a lease has ended, and such a check is due now.
    pub fn enrol_checks(&mut self, interval: Duration, lease: Duration) -> Result<(), StoreError> {
        self.lock(&Lock::Schedule)?;
        let (now, latest_due, latest_end) =
            (self.now.as_micros(), latest(self.now, interval), latest(self.now, lease));
        let too_long = check_schedule::table.filter(check_schedule::lease_until.gt(latest_end));
        let ended = (check_schedule::holder.eq(None::<String>), check_schedule::lease_until.eq(None::<i64>));
        diesel::update(too_long).set(ended).execute(self.conn)?;
        let is_free = check_schedule::lease_until.is_null().or(check_schedule::lease_until.le(now));
        let too_late = check_schedule::table.filter(check_schedule::due_at.gt(latest_due)).filter(is_free);
        diesel::update(too_late).set(check_schedule::due_at.eq(now)).execute(self.conn)?;
        for id in self.find_not_enrolled()? {
            let due_at = after(self.now, first_delay(&id, interval));
            let row = (check_schedule::config_id.eq(id), check_schedule::due_at.eq(due_at));
            diesel::insert_into(check_schedule::table).values(row).execute(self.conn)?;
        }
        Ok(())
    }

    /// At most `limit` configurations whose background check is due and that no server has claimed, longest
    /// overdue first. Rows whose scope or endpoint cannot be read are left out.
    pub fn due_checks(&mut self, limit: u32) -> Result<Vec<DueCheck>, StoreError> {
        let now = self.now.as_micros();
        let rows: Vec<(String, Option<String>, Option<String>, String)> = check_schedule::table
            .inner_join(llm_configs::table)
            .filter(check_schedule::due_at.le(now))
            .filter(check_schedule::lease_until.is_null().or(check_schedule::lease_until.le(now)))
            .order((check_schedule::due_at, check_schedule::config_id))
            .limit(i64::from(limit))
            .select((
                llm_configs::id,
                llm_configs::owner_id,
                llm_configs::workspace_id,
                llm_configs::endpoint,
            ))
            .load(self.conn)?;
        Ok(skip_corrupt(rows, |(id, owner, workspace, endpoint)| {
            let row = Row { table: "llm_configs", id: &id };
            let endpoint = row.required("endpoint", Endpoint::from_stored(&endpoint).ok())?;
            let (config, scope) = parse_scope((id, owner, workspace))?;
            Ok(DueCheck { config, scope, endpoint })
        }))
    }

    /// Claims a configuration whose background check is due. No other server can claim it until `lease` has
    /// passed or the check is [finished](Tx::finish_scheduled_check). `holder` is a name that is unique among
    /// the servers. Returns `false` if it is not due any more: another server has claimed or finished it, or
    /// it was deleted. The clocks of all servers should agree: to one that is ahead, leases end early.
    pub fn claim_due_check(
        &mut self,
        holder: &str,
        lease: Duration,
        config: ConfigId,
    ) -> Result<bool, StoreError> {
        let (now, until) = (self.now.as_micros(), after(self.now, micros(lease)));
        let still_due = check_schedule::table
            .find(config.to_string())
            .filter(check_schedule::due_at.le(now))
            .filter(check_schedule::lease_until.is_null().or(check_schedule::lease_until.le(now)));
        let lease = (check_schedule::holder.eq(holder), check_schedule::lease_until.eq(until));
        Ok(diesel::update(still_due).set(lease).execute(self.conn)? == 1)
    }

    /// Ends the lease of `holder`; the next check is due at `next_due`. Returns `false` and changes nothing
    /// if `holder` no longer has the lease: another server claimed it, or the configuration was deleted.
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

    fn find_not_enrolled(&mut self) -> Result<Vec<String>, StoreError> {
        #[derive(QueryableByName)]
        struct ConfigIdRow {
            #[diesel(sql_type = Text)]
            id: String,
        }
        const MISSING: &str = "SELECT id FROM llm_configs c WHERE NOT EXISTS \
                               (SELECT 1 FROM check_schedule s WHERE s.config_id = c.id) ORDER BY id LIMIT";
        let rows: Vec<ConfigIdRow> = match &mut *self.conn {
            // Locked, because the deletion of one configuration before its row is inserted would fail the
            // whole claim.
            AnyConnection::Postgres(conn) => {
                diesel::sql_query(format!("{MISSING} $1 FOR KEY SHARE OF c SKIP LOCKED"))
                    .bind::<BigInt, _>(ENROL_LIMIT)
                    .load(conn)?
            }
            AnyConnection::Sqlite(conn) => {
                diesel::sql_query(format!("{MISSING} ?")).bind::<BigInt, _>(ENROL_LIMIT).load(conn)?
            }
        };
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

/// The delay of the first check in microseconds: a fixed fraction of `interval` for each id.
fn first_delay(id: &str, interval: Duration) -> i64 {
    let digest: [u8; 32] = Sha256::digest(id).into();
    let (part, _) = digest.split_at(4);
    let fraction = part.iter().fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
    // The fraction has 32 bits; the product of it and a long interval needs more than 64.
    let offset = (i128::from(micros(interval)) * i128::from(fraction)) >> 32;
    i64::try_from(offset).unwrap_or(i64::MAX)
}

fn after(time: Timestamp, micros: i64) -> i64 {
    time.as_micros().saturating_add(micros)
}

/// The latest end of a wait of this period that a clock close to this one can have set.
fn latest(time: Timestamp, period: Duration) -> i64 {
    after(time, micros(period).saturating_mul(2))
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_delay_of_consecutive_ids_covers_the_whole_interval() {
        const HOUR: Duration = Duration::from_hours(1);
        let mut tenths = [0_usize; 10];
        for n in 0..2000_u128 {
            let id = uuid::Uuid::from_u128(n).to_string();
            let offset = first_delay(&id, HOUR);
            assert_eq!(offset, first_delay(&id, HOUR), "{id}");
            tenths[usize::try_from(offset * 10 / micros(HOUR)).unwrap()] += 1;
        }
        assert!(tenths.iter().all(|count| (140..260).contains(count)), "{tenths:?}");
    }

    #[test]
    fn first_delay_of_extreme_intervals_is_in_range() {
        for n in 0..20_u128 {
            let id = uuid::Uuid::from_u128(n).to_string();
            assert_eq!(first_delay(&id, Duration::ZERO), 0);
            assert!((0..i64::MAX).contains(&first_delay(&id, Duration::MAX)));
            assert!((0..2).contains(&first_delay(&id, Duration::from_micros(2))));
        }
    }
}
