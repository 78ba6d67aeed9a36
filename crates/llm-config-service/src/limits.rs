//! Rate limits: of calls to providers, per caller and per configuration, and of invalid tokens and login
//! links, per address.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use llm_config_core::id::{ConfigId, PrincipalId};

use crate::client_network::ClientNetwork;
use crate::error::Error;
use crate::limit_metrics::LimitMetrics;

/// Checks of one configuration: ten at once, then one every six seconds.
const CHECKS_OF_A_CONFIG: RateLimit = RateLimit { burst: 10, period: Duration::from_secs(6) };
/// Checks by one caller: sixty at once, then one a second.
const CHECKS_BY_A_CALLER: RateLimit = RateLimit { burst: 60, period: Duration::from_secs(1) };
/// Pings of one configuration, and by one caller: two full streams at once, then two a second.
const PINGS: RateLimit = RateLimit { burst: 200, period: Duration::from_millis(500) };

/// Failed sign-ins from one address: ten at once, then one every six seconds.
const FAILED_SIGN_INS: RateLimit = RateLimit { burst: 10, period: Duration::from_secs(6) };
/// Requests with an invalid token from one address: a thousand at once, then twenty a second. More than
/// sign-ins, because programs go on with a token that has expired.
const INVALID_TOKENS: RateLimit = RateLimit { burst: 1000, period: Duration::from_millis(50) };

/// A token bucket.
#[derive(Clone, Copy, Debug)]
struct RateLimit {
    /// How many calls may be made at once.
    burst: u32,
    /// How long it takes until one more call is allowed.
    period: Duration,
}

/// The rate limiters of this process. Each replica counts by itself.
pub(crate) struct Limits {
    checks_of_config: Keyed<ConfigId>,
    checks_by_caller: Keyed<PrincipalId>,
    pings_of_config: Keyed<ConfigId>,
    pings_by_caller: Keyed<PrincipalId>,
    failed_sign_ins: Keyed<u16>,
    invalid_tokens: Keyed<u16>,
    /// Chooses the bucket of an address. Random, so that clients cannot choose addresses that share one.
    addresses: RandomState,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            checks_of_config: Keyed::new(CHECKS_OF_A_CONFIG),
            checks_by_caller: Keyed::new(CHECKS_BY_A_CALLER),
            pings_of_config: Keyed::new(PINGS),
            pings_by_caller: Keyed::new(PINGS),
            failed_sign_ins: Keyed::new(FAILED_SIGN_INS),
            invalid_tokens: Keyed::new(INVALID_TOKENS),
            addresses: RandomState::new(),
        }
    }
}

impl Limits {
    /// Charges a check to its caller, and to its configuration if it is stored.
    pub(crate) fn check(&self, caller: PrincipalId, config: Option<ConfigId>) -> Result<(), Error> {
        self.checks_by_caller.take(&caller, 1)?;
        config.map_or(Ok(()), |config| self.checks_of_config.take(&config, 1))
    }

    /// Charges `count` pings to their caller and their configuration, all or none.
    pub(crate) fn pings(&self, caller: PrincipalId, config: ConfigId, count: u32) -> Result<(), Error> {
        self.pings_by_caller.take(&caller, count)?;
        self.pings_of_config.take(&config, count)
    }

    /// The error of a sign-in that has failed with `error`: an invalid token or link is charged to the
    /// address, and is `TooManyInvalid` above the limit. A valid one is never refused, whatever the address
    /// sent.
    pub(crate) fn failed_sign_in(
        &self,
        address: Option<IpAddr>,
        error: Error,
        metrics: &LimitMetrics,
    ) -> Error {
        self.failed((&self.failed_sign_ins, "failed_sign_ins"), address, error, metrics)
    }

    /// The same of a request whose token was not accepted.
    pub(crate) fn failed_authentication(
        &self,
        address: Option<IpAddr>,
        error: Error,
        metrics: &LimitMetrics,
    ) -> Error {
        self.failed((&self.invalid_tokens, "invalid_tokens"), address, error, metrics)
    }

    /// Clients without a token choose their addresses, so the number of buckets is fixed: two addresses may
    /// share one of 65,536.
    fn failed(
        &self,
        (limit, label): (&Keyed<u16>, &'static str),
        address: Option<IpAddr>,
        error: Error,
        metrics: &LimitMetrics,
    ) -> Error {
        if !matches!(error, Error::Unauthenticated) {
            return error;
        }
        let bucket = self.addresses.hash_one(address.map(ClientNetwork::from));
        #[expect(clippy::cast_possible_truncation, reason = "some bits of a hash")]
        let Some(retry_after) = limit.wait(&(bucket as u16), 1) else { return error };
        metrics.count(label);
        Error::TooManyInvalid { retry_after }
    }
}

/// A rate limiter with a bucket for each key.
struct Keyed<K: Clone + Eq + Hash>(DefaultKeyedRateLimiter<K>);

impl<K: Clone + Eq + Hash> Keyed<K> {
    /// Above this number of keys, keys with a full bucket are removed.
    const MOST_KEYS: usize = 10_000;

    fn new(RateLimit { burst, period }: RateLimit) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        Self(RateLimiter::keyed(quota.allow_burst(burst)))
    }

    fn take(&self, key: &K, count: u32) -> Result<(), Error> {
        self.wait(key, count).map_or(Ok(()), |retry_after| Err(Error::TooMany { retry_after }))
    }

    /// Takes `count` from the bucket of the key; if it has too few, takes none, and returns how long to wait.
    fn wait(&self, key: &K, count: u32) -> Option<Duration> {
        if self.0.len() > Self::MOST_KEYS {
            self.0.retain_recent();
        }
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        match self.0.check_key_n(key, count) {
            Ok(Ok(())) => None,
            Ok(Err(too_early)) => Some(too_early.wait_time_from(DefaultClock::default().now())),
            // More than the burst, so never allowed. Request parsers keep the count below it.
            Err(_) => Some(Duration::from_mins(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn take_beyond_burst_refuses_this_key_only() {
        let keyed = Keyed::new(RateLimit { burst: 2, period: Duration::from_hours(1) });
        assert!(keyed.take(&"a", 1).is_ok());
        assert!(keyed.take(&"a", 1).is_ok());
        let Err(Error::TooMany { retry_after }) = keyed.take(&"a", 1) else { panic!("a third") };
        assert!(retry_after > Duration::from_secs(3500), "{retry_after:?}");
        assert!(keyed.take(&"b", 2).is_ok());
    }

    #[test]
    fn take_of_many_is_all_or_none() {
        let keyed = Keyed::new(RateLimit { burst: 3, period: Duration::from_hours(1) });
        assert!(keyed.take(&"a", 2).is_ok());
        assert!(keyed.take(&"a", 2).is_err());
        assert!(keyed.take(&"a", 1).is_ok());
        assert!(keyed.take(&"b", 4).is_err());
    }

    #[test]
    fn failed_sign_in_beyond_burst_is_too_many_for_this_address_only() {
        let limits = Limits::default();
        let metrics = LimitMetrics::default();
        let failed_with =
            |address: &str, error| limits.failed_sign_in(Some(address.parse().unwrap()), error, &metrics);
        let failed = |address: &str| failed_with(address, Error::Unauthenticated);
        for n in 0..10 {
            let address = format!("2001:db8::{n}");
            assert!(matches!(failed(&address), Error::Unauthenticated), "{n}");
        }
        assert!(matches!(failed("2001:db8::ffff"), Error::TooManyInvalid { .. }));
        // A bucket is shared with a probability of 1 to 65,536, so not all of these share it.
        let others = ["2001:db8:0:1::", "192.0.2.1", "192.0.2.2"];
        assert!(others.iter().any(|other| matches!(failed(other), Error::Unauthenticated)));
        let other = failed_with("2001:db8::1", Error::Busy);
        assert!(matches!(other, Error::Busy));
    }

    #[test]
    fn invalid_tokens_beyond_burst_are_too_many_and_leave_sign_ins_alone() {
        let limits = Limits::default();
        let address = Some("192.0.2.1".parse().unwrap());
        let metrics = LimitMetrics::default();
        let failed = || limits.failed_authentication(address, Error::Unauthenticated, &metrics);
        let refused = (0..3000).position(|_| matches!(failed(), Error::TooManyInvalid { .. }));
        assert!(refused.is_some_and(|number| number >= 1000), "{refused:?}");
        let signed_in = limits.failed_sign_in(address, Error::Unauthenticated, &metrics);
        assert!(matches!(signed_in, Error::Unauthenticated));
    }
}
