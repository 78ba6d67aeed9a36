//! The time for which pings of a caller hold slots. It is charged afterwards, because the duration is not
//! known before.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::HashMap;
use llm_config_core::id::PrincipalId;
use tokio::time::Instant;

use crate::error::Error;

/// How many slots a caller may hold on average.
const SLOTS: u32 = 2;

/// The time that they may hold slots at once, before the average counts.
const BURST: Duration = Duration::from_mins(10);

/// Above this number of callers, those who owe nothing are removed.
const CALLERS: usize = 10_000;

/// For each caller, when their pings are paid for.
#[derive(Debug, Default)]
pub(crate) struct HeldTime(Mutex<HashMap<PrincipalId, Instant>>);

/// The time of a ping that has a slot. Charged when this is dropped, also if the caller has gone.
#[derive(Debug)]
pub(crate) struct HeldSlot<'a> {
    held: &'a HeldTime,
    caller: PrincipalId,
    since: Instant,
}

impl HeldTime {
    /// Fails with `TooMany` if the caller's earlier pings have held slots for longer than they may.
    pub(crate) fn require_credit(&self, caller: PrincipalId, now: Instant) -> Result<(), Error> {
        let Some(paid_at) = self.accounts().get(&caller).copied() else { return Ok(()) };
        match paid_at.saturating_duration_since(now).checked_sub(BURST / SLOTS) {
            None | Some(Duration::ZERO) => Ok(()),
            Some(retry_after) => Err(Error::TooMany { retry_after }),
        }
    }

    /// The caller holds a slot from now on.
    pub(crate) fn hold(&self, caller: PrincipalId) -> HeldSlot<'_> {
        HeldSlot { held: self, caller, since: Instant::now() }
    }

    fn charge(&self, caller: PrincipalId, held: Duration, now: Instant) {
        let mut accounts = self.accounts();
        if accounts.len() > CALLERS {
            accounts.retain(|_, paid_at| *paid_at > now);
        }
        let paid_at = accounts.entry(caller).or_insert(now);
        *paid_at = (*paid_at).max(now) + held / SLOTS;
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<PrincipalId, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HeldSlot<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        self.held.charge(self.caller, now.duration_since(self.since), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn require_credit_beyond_burst_is_refused_until_the_average_is_met() {
        let (held, now) = (HeldTime::default(), Instant::now());
        let [slow, fast] = [1, 2].map(|n| PrincipalId::new(uuid::Uuid::from_u128(n)));
        for _ in 0..10 {
            held.charge(slow, Duration::from_mins(1), now);
            assert!(held.require_credit(slow, now).is_ok());
        }
        held.charge(slow, Duration::from_mins(1), now);
        let Err(Error::TooMany { retry_after }) = held.require_credit(slow, now) else { panic!("no credit") };
        assert_eq!(retry_after, Duration::from_secs(30));
        assert!(held.require_credit(fast, now).is_ok());
        assert!(held.require_credit(slow, now + retry_after).is_ok());
    }

    #[test]
    fn charge_of_many_callers_forgets_those_who_owe_nothing() {
        let (held, now) = (HeldTime::default(), Instant::now());
        for n in 0..=CALLERS {
            held.charge(PrincipalId::new(uuid::Uuid::from_u128(n as u128)), Duration::from_secs(2), now);
        }
        let caller = PrincipalId::new(uuid::Uuid::from_u128(u128::MAX));
        held.charge(caller, Duration::from_secs(2), now + Duration::from_secs(2));
        assert_eq!(held.accounts().len(), 1);
    }
}
