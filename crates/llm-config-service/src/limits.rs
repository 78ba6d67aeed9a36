//! How often providers may be called, and on whose behalf.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use llm_config_core::id::{ConfigId, PrincipalId};

use crate::Error;

/// Checks of one configuration: ten at once, then one every six seconds.
const CHECKS_OF_A_CONFIG: Pace = Pace { at_once: 10, every: Duration::from_secs(6) };
/// Checks by one caller: sixty at once, then one a second.
const CHECKS_BY_A_CALLER: Pace = Pace { at_once: 60, every: Duration::from_secs(1) };
/// Pings of one configuration, and by one caller: two full streams at once, then two a second.
const PINGS: Pace = Pace { at_once: 200, every: Duration::from_millis(500) };

/// How often something may happen.
#[derive(Clone, Copy, Debug)]
struct Pace {
    at_once: u32,
    every: Duration,
}

/// Counts calls to providers, in this process.
pub(crate) struct Limits {
    checks_of_config: Keyed<ConfigId>,
    checks_by_caller: Keyed<PrincipalId>,
    pings_of_config: Keyed<ConfigId>,
    pings_by_caller: Keyed<PrincipalId>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            checks_of_config: Keyed::new(CHECKS_OF_A_CONFIG),
            checks_by_caller: Keyed::new(CHECKS_BY_A_CALLER),
            pings_of_config: Keyed::new(PINGS),
            pings_by_caller: Keyed::new(PINGS),
        }
    }
}

impl Limits {
    /// Counts a check; one of something that is not stored counts for its caller only.
    pub(crate) fn check(&self, caller: PrincipalId, config: Option<ConfigId>) -> Result<(), Error> {
        self.checks_by_caller.take(&caller, 1)?;
        config.map_or(Ok(()), |config| self.checks_of_config.take(&config, 1))
    }

    /// Counts `count` pings, all or none.
    pub(crate) fn pings(&self, caller: PrincipalId, config: ConfigId, count: u32) -> Result<(), Error> {
        self.pings_by_caller.take(&caller, count)?;
        self.pings_of_config.take(&config, count)
    }
}

/// One pace for each of many.
struct Keyed<K: Clone + Eq + Hash>(DefaultKeyedRateLimiter<K>);

impl<K: Clone + Eq + Hash> Keyed<K> {
    /// From how many keys on those are forgotten that have their whole pace again.
    const CROWD: usize = 10_000;

    fn new(Pace { at_once, every }: Pace) -> Self {
        let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        Self(RateLimiter::keyed(quota.allow_burst(at_once)))
    }

    fn take(&self, key: &K, count: u32) -> Result<(), Error> {
        if self.0.len() > Self::CROWD {
            self.0.retain_recent();
        }
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        match self.0.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(too_early)) => {
                Err(Error::TooMany { retry_after: too_early.wait_time_from(DefaultClock::default().now()) })
            }
            // More than is ever allowed at once: callers are held below that.
            Err(_) => Err(Error::TooMany { retry_after: Duration::from_mins(1) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_does_not_use_up_the_pace_of_another() {
        let keyed = Keyed::new(Pace { at_once: 2, every: Duration::from_hours(1) });
        assert!(keyed.take(&"a", 1).is_ok());
        assert!(keyed.take(&"a", 1).is_ok());
        let Err(Error::TooMany { retry_after }) = keyed.take(&"a", 1) else { panic!("a third") };
        assert!(retry_after > Duration::from_secs(3500), "{retry_after:?}");
        assert!(keyed.take(&"b", 2).is_ok());
    }

    #[test]
    fn many_at_once_are_all_or_none() {
        let keyed = Keyed::new(Pace { at_once: 3, every: Duration::from_hours(1) });
        assert!(keyed.take(&"a", 2).is_ok());
        assert!(keyed.take(&"a", 2).is_err());
        assert!(keyed.take(&"a", 1).is_ok());
        assert!(keyed.take(&"b", 4).is_err());
    }
}
