//! The limits of model calls in this process: how many at once, how many in a minute, and how many bytes of
//! their bodies in memory.

mod counted_bytes;
mod shutdown;

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use foldhash::HashMap;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use llm_config_core::caller::Identity;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_gateway::error::GatewayError;

use super::times::CallTimes;
use crate::counts::Counts;
use counted_bytes::CountedBytes;
use shutdown::Shutdown;

pub use shutdown::CutSignal;

/// The limits, as errors name them.
const CALLS_OF_SERVER: &str = "this server already has as many running calls as it may have";
const CALLS_OF_TOKEN: &str = "this token already has as many running calls as it may have";
const CALLS_OF_USER: &str = "the tokens of this user already have as many running calls as they may have";
const CALLS_OF_CONFIG: &str = "the configuration already has as many running calls as it may have";
const RATE_OF_TOKEN: &str = "the limit of calls per minute of this token is reached";
const RATE_OF_USER: &str = "the limit of calls per minute of this user is reached";
const RATE_OF_CONFIG: &str = "the limit of calls per minute of this configuration is reached";
const BYTES_OF_USER: &str = "the request bodies of this user's running calls are too large together";

/// The limits of model calls. Each holds in one process; replicas count by themselves.
#[derive(Clone, Copy, Debug)]
pub struct CallSlotLimits {
    /// The maximum number of calls that run at once.
    pub calls: usize,
    /// The maximum number of calls of one token that run at once.
    pub calls_of_token: usize,
    /// The maximum number of calls of one user that run at once, over all their tokens.
    pub calls_of_user: usize,
    /// The maximum number of calls of one configuration that run at once; `None` for no limit.
    pub calls_of_config: Option<usize>,
    /// The maximum number of calls of one token in a minute; `None` for no limit.
    pub rate_of_token: Option<NonZeroU32>,
    /// The maximum number of calls of one user in a minute, over all their tokens; `None` for no limit.
    pub rate_of_user: Option<NonZeroU32>,
    /// The maximum number of calls of one configuration in a minute; `None` for no limit.
    pub rate_of_config: Option<NonZeroU32>,
    /// The maximum size of a request body, in bytes.
    pub body: u64,
    /// The maximum size of all request bodies in memory together, in bytes. One user may have a quarter.
    pub bodies: u64,
    /// The maximum number of models in one list.
    pub models: usize,
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
            models: 10_000,
            times: CallTimes::default(),
        }
    }
}

/// The calls that run, and their bodies.
pub(crate) struct CallSlots {
    limits: CallSlotLimits,
    shutdown: Shutdown,
    running: Mutex<Running>,
    rate_of_token: Option<DefaultKeyedRateLimiter<Identity>>,
    rate_of_user: Option<DefaultKeyedRateLimiter<PrincipalId>>,
    rate_of_config: Option<DefaultKeyedRateLimiter<ConfigId>>,
}

/// Totals, and counts by key. A key without bytes is removed.
#[derive(Default)]
struct Running {
    calls: usize,
    of_token: Counts<Identity>,
    of_user: Counts<PrincipalId>,
    of_config: Counts<ConfigId>,
    bodies: u64,
    bodies_of_user: HashMap<PrincipalId, u64>,
}

impl CallSlots {
    pub(crate) fn new(limits: CallSlotLimits) -> Self {
        Self {
            limits,
            shutdown: Shutdown::default(),
            running: Mutex::default(),
            rate_of_token: limits.rate_of_token.map(limiter),
            rate_of_user: limits.rate_of_user.map(limiter),
            rate_of_config: limits.rate_of_config.map(limiter),
        }
    }

    /// No calls begin after `delay`, and those that run are cut `timeout` later.
    pub(crate) fn stop(&self, delay: Duration, timeout: Duration) {
        self.shutdown.begin(delay, timeout);
    }

    /// Whether the process has begun to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.shutdown.has_begun()
    }

    /// Takes a slot for one call of a token.
    pub(crate) fn take(self: &Arc<Self>, caller: Identity) -> Result<CallSlot, GatewayError> {
        if self.shutdown.refuses_calls() {
            return Err(GatewayError::Unavailable { retry_after: GatewayError::RETRY_AFTER });
        }
        let user = caller.principal();
        charge(self.rate_of_token.as_ref(), &caller, RATE_OF_TOKEN)?;
        charge(self.rate_of_user.as_ref(), &user, RATE_OF_USER)?;
        let mut running = self.running();
        if running.calls >= self.limits.calls {
            return Err(limited(CALLS_OF_SERVER, GatewayError::RETRY_AFTER));
        }
        if running.of_token.of(&caller) >= self.limits.calls_of_token {
            return Err(limited(CALLS_OF_TOKEN, GatewayError::RETRY_AFTER));
        }
        if running.of_user.of(&user) >= self.limits.calls_of_user {
            return Err(limited(CALLS_OF_USER, GatewayError::RETRY_AFTER));
        }
        running.calls += 1;
        running.of_token.add(caller, 1);
        running.of_user.add(user, 1);
        drop(running);
        let arrived = CountedBytes::none(Arc::clone(self), user);
        Ok(CallSlot { slots: Arc::clone(self), caller, config: None, arrived, in_flight: None })
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
    /// What has arrived of the body.
    arrived: CountedBytes,
    /// The whole body, until the provider responds.
    in_flight: Option<Arc<CountedBytes>>,
}

impl CallSlot {
    /// What tells the call when it is cut, because the process stops.
    #[must_use]
    pub fn cut_signal(&self) -> CutSignal {
        self.slots.shutdown.signal()
    }

    /// The maximum size of a request body, in bytes.
    #[must_use]
    pub fn body_limit(&self) -> u64 {
        self.slots.limits.body
    }

    /// The maximum number of models in one list.
    pub(super) fn most_models(&self) -> usize {
        self.slots.limits.models
    }

    /// The time limits of the call.
    #[must_use]
    pub fn times(&self) -> CallTimes {
        self.slots.limits.times
    }

    /// Counts bytes of the body as they arrive.
    pub fn add_bytes(&mut self, bytes: u64) -> Result<(), GatewayError> {
        self.arrived.add(bytes)
    }

    /// The whole body, whose bytes were counted. It counts until the provider responds, and longer if its
    /// last part is dropped later: a connection to a provider that does not read may hold that when the call
    /// is over.
    pub fn count_body(&mut self, body: Bytes) -> Bytes {
        let counted = Arc::new(self.arrived.take());
        self.in_flight = Some(Arc::clone(&counted));
        CountedBytes::count_with(counted, body)
    }

    /// The provider has responded, or will not.
    pub(crate) fn release_body(&mut self) {
        self.in_flight = None;
    }

    /// Counts the call for its configuration too.
    pub(crate) fn bind(&mut self, config: ConfigId) -> Result<(), GatewayError> {
        charge(self.slots.rate_of_config.as_ref(), &config, RATE_OF_CONFIG)?;
        let mut running = self.slots.running();
        if self.slots.limits.calls_of_config.is_some_and(|limit| running.of_config.of(&config) >= limit) {
            return Err(limited(CALLS_OF_CONFIG, GatewayError::RETRY_AFTER));
        }
        running.of_config.add(config, 1);
        drop(running);
        self.config = Some(config);
        Ok(())
    }
}

impl Drop for CallSlot {
    fn drop(&mut self) {
        let mut running = self.slots.running();
        running.calls = running.calls.saturating_sub(1);
        running.of_token.remove(&self.caller, 1);
        running.of_user.remove(&self.caller.principal(), 1);
        if let Some(config) = self.config {
            running.of_config.remove(&config, 1);
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
mod tests;
