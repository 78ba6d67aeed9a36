//! The limits of model calls in this process: how many at once, how many in a minute, and how many bytes of
//! their bodies in memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use llm_config_core::caller::Identity;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_gateway::error::GatewayError;
use tokio::time::Instant;

use super::times::CallTimes;

/// The time after which a call over a limit of calls at once may be tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The limits, as errors name them.
const CALLS_OF_TOKEN: &str = "this token already has as many running calls as it may have";
const CALLS_OF_USER: &str = "the tokens of this user already have as many running calls as they may have";
const CALLS_OF_CONFIG: &str = "the configuration already has as many running calls as it may have";
const RATE_OF_TOKEN: &str = "the limit of calls per minute of this token is reached";
const RATE_OF_USER: &str = "the limit of calls per minute of this user is reached";
const RATE_OF_CONFIG: &str = "the limit of calls per minute of this configuration is reached";
const BYTES_OF_USER: &str = "the request bodies of this user's running calls are too large together";

/// How long before the end of the process calls are cut, so that their last bytes arrive.
const MARGIN: Duration = Duration::from_secs(1);

/// The limits of model calls. Each holds in one process; replicas count by themselves.
#[derive(Clone, Copy, Debug)]
pub struct CallSlotLimits {
    /// The calls that run at once.
    pub calls: usize,
    /// The calls of one token that run at once.
    pub calls_of_token: usize,
    /// The calls of one user that run at once, over all their tokens.
    pub calls_of_user: usize,
    /// The calls of one configuration that run at once; `None` for no limit.
    pub calls_of_config: Option<usize>,
    /// The calls of one token in a minute; `None` for no limit.
    pub rate_of_token: Option<NonZeroU32>,
    /// The calls of one user in a minute, over all their tokens; `None` for no limit.
    pub rate_of_user: Option<NonZeroU32>,
    /// The calls of one configuration in a minute; `None` for no limit.
    pub rate_of_config: Option<NonZeroU32>,
    /// The maximal size of a request body, in bytes.
    pub body: u64,
    /// The maximal size of all request bodies in memory together, in bytes. One user may have a quarter.
    pub bodies: u64,
    /// The time limits of each call.
    pub times: CallTimes,
}

impl CallSlotLimits {
    /// How many users fill the memory for request bodies together: each may have this part of it.
    pub const USERS_THAT_FILL: u64 = 4;
}

impl Default for CallSlotLimits {
    fn default() -> Self {
        Self {
            calls: 4096,
            calls_of_token: 512,
            calls_of_user: 1024,
            calls_of_config: None,
            rate_of_token: None,
            rate_of_user: None,
            rate_of_config: None,
            body: 32 * 1024 * 1024,
            bodies: 512 * 1024 * 1024,
            times: CallTimes::default(),
        }
    }
}

/// The calls that run, and their bodies.
pub(crate) struct CallSlots {
    limits: CallSlotLimits,
    /// Set when the process begins to stop.
    shutdown: OnceLock<Shutdown>,
    running: Mutex<Running>,
    rate_of_token: Option<DefaultKeyedRateLimiter<Identity>>,
    rate_of_user: Option<DefaultKeyedRateLimiter<PrincipalId>>,
    rate_of_config: Option<DefaultKeyedRateLimiter<ConfigId>>,
}

/// When a process that stops does what.
struct Shutdown {
    /// Calls that begin from then on are refused.
    refuses_from: Instant,
    /// Calls that still run are cut.
    cuts_at: Instant,
}

/// Counts by key. A key with nothing to count is removed.
#[derive(Default)]
struct Running {
    calls: usize,
    of_token: HashMap<Identity, usize>,
    of_user: HashMap<PrincipalId, usize>,
    of_config: HashMap<ConfigId, usize>,
    bodies: u64,
    bodies_of_user: HashMap<PrincipalId, u64>,
}

impl CallSlots {
    pub(crate) fn new(limits: CallSlotLimits) -> Self {
        Self {
            limits,
            shutdown: OnceLock::new(),
            running: Mutex::default(),
            rate_of_token: limits.rate_of_token.map(limiter),
            rate_of_user: limits.rate_of_user.map(limiter),
            rate_of_config: limits.rate_of_config.map(limiter),
        }
    }

    /// No calls begin after `delay`, and those that run are cut `timeout` later.
    pub(crate) fn stop(&self, delay: Duration, timeout: Duration) {
        self.shutdown.get_or_init(|| {
            let refuses_from = Instant::now() + delay;
            Shutdown { refuses_from, cuts_at: refuses_from + timeout.saturating_sub(MARGIN) }
        });
    }

    /// When running calls are cut; `None` before the process begins to stop.
    pub(crate) fn ends_at(&self) -> Option<Instant> {
        self.shutdown.get().map(|shutdown| shutdown.cuts_at)
    }

    /// Takes a slot for one call of a token.
    pub(crate) fn take(self: &Arc<Self>, caller: Identity) -> Result<CallSlot, GatewayError> {
        if self.shutdown.get().is_some_and(|shutdown| shutdown.refuses_from <= Instant::now()) {
            return Err(GatewayError::Unavailable { retry_after: RETRY_AFTER });
        }
        let user = caller.principal();
        charge(self.rate_of_token.as_ref(), &caller, RATE_OF_TOKEN)?;
        charge(self.rate_of_user.as_ref(), &user, RATE_OF_USER)?;
        let mut running = self.running();
        if running.calls >= self.limits.calls {
            return Err(GatewayError::Unavailable { retry_after: RETRY_AFTER });
        }
        if count(&running.of_token, &caller) >= self.limits.calls_of_token {
            return Err(limited(CALLS_OF_TOKEN, RETRY_AFTER));
        }
        if count(&running.of_user, &user) >= self.limits.calls_of_user {
            return Err(limited(CALLS_OF_USER, RETRY_AFTER));
        }
        running.calls += 1;
        *running.of_token.entry(caller).or_default() += 1;
        *running.of_user.entry(user).or_default() += 1;
        drop(running);
        Ok(CallSlot { slots: Arc::clone(self), caller, config: None, bytes: 0 })
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permission to run one call. The call has ended when this is dropped.
pub struct CallSlot {
    slots: Arc<CallSlots>,
    caller: Identity,
    config: Option<ConfigId>,
    /// The bytes of the body that are counted.
    bytes: u64,
}

impl CallSlot {
    /// When the call is cut, because the process stops.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        self.slots.ends_at()
    }

    /// The maximal size of a request body, in bytes.
    #[must_use]
    pub fn body_limit(&self) -> u64 {
        self.slots.limits.body
    }

    /// The time limits of the call.
    #[must_use]
    pub fn times(&self) -> CallTimes {
        self.slots.limits.times
    }

    /// Counts bytes of the body as they arrive.
    pub fn add_bytes(&mut self, bytes: u64) -> Result<(), GatewayError> {
        let limits = &self.slots.limits;
        if self.bytes + bytes > limits.body {
            return Err(GatewayError::BodyTooLarge { limit: limits.body });
        }
        let user = self.caller.principal();
        let mut running = self.slots.running();
        let of_user = running.bodies_of_user.get(&user).copied().unwrap_or_default() + bytes;
        if of_user > limits.bodies / CallSlotLimits::USERS_THAT_FILL {
            return Err(limited(BYTES_OF_USER, RETRY_AFTER));
        }
        if running.bodies + bytes > limits.bodies {
            return Err(GatewayError::Unavailable { retry_after: RETRY_AFTER });
        }
        running.bodies += bytes;
        running.bodies_of_user.insert(user, of_user);
        drop(running);
        self.bytes += bytes;
        Ok(())
    }

    /// Counts the call for its configuration too.
    pub(crate) fn bind(&mut self, config: ConfigId) -> Result<(), GatewayError> {
        charge(self.slots.rate_of_config.as_ref(), &config, RATE_OF_CONFIG)?;
        let mut running = self.slots.running();
        let count = running.of_config.entry(config).or_default();
        if self.slots.limits.calls_of_config.is_some_and(|limit| *count >= limit) {
            return Err(limited(CALLS_OF_CONFIG, RETRY_AFTER));
        }
        *count += 1;
        drop(running);
        self.config = Some(config);
        Ok(())
    }

    /// The body has been sent, or will not be.
    pub(crate) fn release_body(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes == 0 {
            return;
        }
        let mut running = self.slots.running();
        running.bodies = running.bodies.saturating_sub(bytes);
        let user = self.caller.principal();
        let left = running.bodies_of_user.get(&user).copied().unwrap_or_default().saturating_sub(bytes);
        if left == 0 {
            running.bodies_of_user.remove(&user);
        } else {
            running.bodies_of_user.insert(user, left);
        }
    }
}

impl Drop for CallSlot {
    fn drop(&mut self) {
        self.release_body();
        let mut running = self.slots.running();
        running.calls = running.calls.saturating_sub(1);
        uncount(&mut running.of_token, &self.caller);
        uncount(&mut running.of_user, &self.caller.principal());
        if let Some(config) = self.config {
            uncount(&mut running.of_config, &config);
        }
    }
}

fn count<K: Eq + Hash>(counts: &HashMap<K, usize>, key: &K) -> usize {
    counts.get(key).copied().unwrap_or_default()
}

fn uncount<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

fn limiter<K: Eq + Hash + Clone>(per_minute: NonZeroU32) -> DefaultKeyedRateLimiter<K> {
    RateLimiter::keyed(Quota::per_minute(per_minute))
}

/// Above this number of keys, keys whose calls lie more than a minute back are removed.
const MOST_KEYS: usize = 10_000;

fn charge<K: Eq + Hash + Clone>(
    limiter: Option<&DefaultKeyedRateLimiter<K>>,
    key: &K,
    what: &str,
) -> Result<(), GatewayError> {
    let Some(limiter) = limiter else { return Ok(()) };
    if limiter.len() > MOST_KEYS {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|too_early| {
        let retry_after = too_early.wait_time_from(DefaultClock::default().now());
        limited(what, retry_after)
    })
}

fn limited(what: &str, retry_after: Duration) -> GatewayError {
    GatewayError::GatewayLimit { retry_after, what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use llm_config_core::id::TokenId;
    use uuid::Uuid;

    use super::*;

    fn slots(limits: CallSlotLimits) -> Arc<CallSlots> {
        Arc::new(CallSlots::new(limits))
    }

    fn token(id: u128, holder: u128) -> Identity {
        Identity::Token {
            id: TokenId::new(Uuid::from_u128(id)),
            holder: PrincipalId::new(Uuid::from_u128(holder)),
        }
    }

    fn config() -> ConfigId {
        ConfigId::new(Uuid::from_u128(9))
    }

    #[track_caller]
    fn is_limited<T>(result: Result<T, GatewayError>, expected: &str) {
        match result {
            Err(GatewayError::GatewayLimit { what, .. }) => assert_eq!(what, expected),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("not limited"),
        }
    }

    #[test]
    fn take_beyond_calls_of_token_refuses_this_token_only() {
        let slots = slots(CallSlotLimits { calls_of_token: 1, ..CallSlotLimits::default() });
        let first = slots.take(token(1, 1)).unwrap();
        is_limited(slots.take(token(1, 1)), CALLS_OF_TOKEN);
        let _other = slots.take(token(2, 1)).unwrap();
        drop(first);
        assert!(slots.take(token(1, 1)).is_ok());
    }

    #[test]
    fn take_beyond_calls_of_user_refuses_all_their_tokens() {
        let slots = slots(CallSlotLimits { calls_of_user: 1, ..CallSlotLimits::default() });
        let _first = slots.take(token(1, 1)).unwrap();
        is_limited(slots.take(token(2, 1)), CALLS_OF_USER);
        assert!(slots.take(token(3, 2)).is_ok());
    }

    #[test]
    fn take_beyond_rate_of_token_is_refused_until_later() {
        let slots = slots(CallSlotLimits { rate_of_token: NonZeroU32::new(2), ..CallSlotLimits::default() });
        assert!(slots.take(token(1, 1)).is_ok() && slots.take(token(1, 1)).is_ok());
        is_limited(slots.take(token(1, 1)), RATE_OF_TOKEN);
        assert!(slots.take(token(2, 1)).is_ok());
    }

    #[test]
    fn bind_beyond_calls_of_config_is_refused() {
        let slots = slots(CallSlotLimits { calls_of_config: Some(1), ..CallSlotLimits::default() });
        let (mut first, mut second) = (slots.take(token(1, 1)).unwrap(), slots.take(token(2, 2)).unwrap());
        first.bind(config()).unwrap();
        is_limited(second.bind(config()), CALLS_OF_CONFIG);
        drop(first);
        assert!(second.bind(config()).is_ok());
    }

    #[test]
    fn bytes_beyond_share_of_user_are_refused_and_released_with_the_slot() {
        let slots = slots(CallSlotLimits { body: 60, bodies: 200, ..CallSlotLimits::default() });
        let mut first = slots.take(token(1, 1)).unwrap();
        first.add_bytes(40).unwrap();
        assert!(matches!(first.add_bytes(21), Err(GatewayError::BodyTooLarge { limit: 60 })));
        let mut second = slots.take(token(2, 1)).unwrap();
        is_limited(second.add_bytes(11), BYTES_OF_USER);
        let mut other = slots.take(token(3, 2)).unwrap();
        other.add_bytes(50).unwrap();
        drop(first);
        assert!(second.add_bytes(50).is_ok());
    }

    #[test]
    fn dropped_slots_leave_no_counts() {
        let slots = slots(CallSlotLimits::default());
        let mut slot = slots.take(token(1, 1)).unwrap();
        slot.add_bytes(5).unwrap();
        slot.bind(config()).unwrap();
        drop(slot);
        let running = slots.running();
        assert!(running.of_token.is_empty() && running.of_user.is_empty() && running.of_config.is_empty());
        assert!((running.calls, running.bodies, running.bodies_of_user.len()) == (0, 0, 0));
    }
}
