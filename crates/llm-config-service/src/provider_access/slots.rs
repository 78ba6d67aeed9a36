//! Slots for calls to providers. Each caller and each host has a share that it cannot exceed, so that none
//! takes all slots.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use llm_config_core::endpoint::Endpoint;
use llm_config_core::id::PrincipalId;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::counts::Counts;
use crate::error::Error;

/// How many calls to providers run at once. Each holds a connection and, while its host name is resolved, a
/// thread.
const SLOTS: usize = 64;

/// The slots of background checks, so that requests cannot stop these. The loop of background checks runs at
/// most this number of them at once, so they take none here.
pub(crate) const BACKGROUND: usize = 8;

/// The slots for requests.
const REQUESTS: usize = SLOTS - BACKGROUND;

/// The slots that one caller may hold at a time, and those of calls to one host.
const SHARE: usize = SLOTS / 4;

/// The slots that one caller may hold at a time of those to one host: some of its share are left for others,
/// because many callers use the hosts of vendors.
const CALLER_SLOTS_AT_HOST: usize = SHARE - SHARE / 4;

/// How long a call waits for a slot.
const WAIT: Duration = Duration::from_secs(2);

/// When to try again after that. Checks end within ten seconds, most within one.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The host of an endpoint: all its ports count as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Host(String);

impl Host {
    pub(crate) fn new(endpoint: &Endpoint) -> Self {
        let url = endpoint.url();
        Self(url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The limit that a call without a slot has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    Caller,
    Host,
    Server,
}

impl Share {
    /// The label of metrics.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Caller => "provider_calls_of_caller",
            Self::Host => "provider_calls_to_host",
            Self::Server => "provider_calls_of_server",
        }
    }
}

impl From<Share> for Error {
    fn from(_: Share) -> Self {
        Self::TooMany { retry_after: RETRY_AFTER }
    }
}

/// The slots for requests of this process.
#[derive(Default)]
pub(super) struct Slots {
    running: Mutex<Running>,
    /// Tells those that wait that a slot is free.
    released: Notify,
}

/// The slots that are held.
#[derive(Default)]
struct Running {
    requests: usize,
    of_caller: Counts<PrincipalId>,
    to_host: Counts<Host>,
    by_caller_and_host: Counts<(PrincipalId, Host)>,
}

/// A slot that is held.
pub(super) struct Permit<'a> {
    slots: &'a Slots,
    caller: PrincipalId,
    host: Host,
}

impl Slots {
    /// Takes a slot for a call of `caller` to `host`. Waits for one at most two seconds.
    pub(super) async fn take(&self, caller: PrincipalId, host: Host) -> Result<Permit<'_>, Share> {
        let end = Instant::now() + WAIT;
        loop {
            // Listens before it looks, so that it misses no release in between.
            let mut released = pin!(self.released.notified());
            released.as_mut().enable();
            let share = match self.running().add(caller, &host) {
                Ok(()) => return Ok(Permit { slots: self, caller, host }),
                Err(share) => share,
            };
            if timeout_at(end, released).await.is_err() {
                return Err(share);
            }
        }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Counts the call for another host, if its share has room: the endpoint has changed since the slot was
    /// taken.
    pub(super) fn move_to(&mut self, host: Host) -> Result<(), Share> {
        if host == self.host {
            return Ok(());
        }
        let mut running = self.slots.running();
        running.remove(self.caller, &self.host);
        match running.add(self.caller, &host) {
            Ok(()) => self.host = host,
            Err(share) => {
                running.restore(self.caller, &self.host);
                return Err(share);
            }
        }
        drop(running);
        self.slots.released.notify_waiters();
        Ok(())
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.slots.running().remove(self.caller, &self.host);
        self.slots.released.notify_waiters();
    }
}

impl Running {
    fn add(&mut self, caller: PrincipalId, host: &Host) -> Result<(), Share> {
        let at_host_by_caller = self.by_caller_and_host.of(&(caller, host.clone()));
        if self.of_caller.of(&caller) >= SHARE || at_host_by_caller >= CALLER_SLOTS_AT_HOST {
            return Err(Share::Caller);
        }
        if self.to_host.of(host) >= SHARE {
            return Err(Share::Host);
        }
        if self.requests >= REQUESTS {
            return Err(Share::Server);
        }
        self.restore(caller, host);
        Ok(())
    }

    fn restore(&mut self, caller: PrincipalId, host: &Host) {
        self.requests += 1;
        self.of_caller.add(caller, 1);
        self.to_host.add(host.clone(), 1);
        self.by_caller_and_host.add((caller, host.clone()), 1);
    }

    fn remove(&mut self, caller: PrincipalId, host: &Host) {
        self.requests = self.requests.saturating_sub(1);
        self.of_caller.remove(&caller, 1);
        self.to_host.remove(host, 1);
        self.by_caller_and_host.remove(&(caller, host.clone()), 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn caller(number: u128) -> PrincipalId {
        PrincipalId::new(uuid::Uuid::from_u128(number))
    }

    fn host(name: &str) -> Host {
        Host(name.to_owned())
    }

    /// Takes slots that are free now.
    fn take<'s>(slots: &'s Slots, number: usize, of: u128, to: &str) -> Vec<Permit<'s>> {
        let now = |_| slots.take(caller(of), host(to)).now_or_never().expect("a free slot").ok().unwrap();
        (0..number).map(now).collect()
    }

    fn is_free(slots: &Slots, of: u128, to: &str) -> bool {
        slots.take(caller(of), host(to)).now_or_never().is_some()
    }

    #[tokio::test]
    async fn take_beyond_share_of_caller_leaves_slots_for_others() {
        let slots = Slots::default();
        let at_one_host = take(&slots, CALLER_SLOTS_AT_HOST, 1, "a");
        assert!(!is_free(&slots, 1, "a") && is_free(&slots, 2, "a"));
        let elsewhere = take(&slots, SHARE - CALLER_SLOTS_AT_HOST, 1, "b");
        assert!(!is_free(&slots, 1, "c") && is_free(&slots, 2, "c"));
        drop((at_one_host, elsewhere));
        assert!(is_free(&slots, 1, "a"));
        let running = slots.running();
        assert!(running.of_caller.is_empty() && running.to_host.is_empty());
        assert!(running.by_caller_and_host.is_empty() && running.requests == 0);
    }

    #[tokio::test]
    async fn take_beyond_share_of_host_leaves_slots_for_other_hosts() {
        let slots = Slots::default();
        let _held: Vec<_> = (0..4).map(|of| take(&slots, SHARE / 4, of, "a")).collect();
        assert!(!is_free(&slots, 9, "a") && is_free(&slots, 9, "b"));
    }

    #[tokio::test]
    async fn take_beyond_slots_for_requests_refuses_everyone() {
        let slots = Slots::default();
        let name = |n: usize| n.to_string();
        let _held: Vec<_> = (0..REQUESTS).map(|n| take(&slots, 1, n as u128, &name(n))).collect();
        assert!(!is_free(&slots, 1000, "other"));
    }

    #[tokio::test]
    async fn take_waits_for_a_release() {
        let slots = Slots::default();
        let mut held = take(&slots, CALLER_SLOTS_AT_HOST, 1, "a");
        let mut waiting = pin!(slots.take(caller(1), host("a")));
        assert!(waiting.as_mut().now_or_never().is_none());
        held.pop();
        assert!(waiting.await.is_ok());
    }

    #[tokio::test]
    async fn take_without_release_is_refused_within_seconds() {
        let slots = Slots::default();
        let _held = take(&slots, CALLER_SLOTS_AT_HOST, 1, "a");
        let started = Instant::now();
        assert_eq!(slots.take(caller(1), host("a")).await.err(), Some(Share::Caller));
        assert!((WAIT..2 * WAIT).contains(&started.elapsed()));
    }

    #[tokio::test]
    async fn move_to_host_without_room_keeps_the_slot() {
        let slots = Slots::default();
        let _others: Vec<_> = (10..14).map(|of| take(&slots, SHARE / 4, of, "b")).collect();
        let mut held = take(&slots, 1, 1, "a");
        assert_eq!(held[0].move_to(host("b")), Err(Share::Host));
        assert_eq!(held[0].move_to(host("c")), Ok(()));
        let running = slots.running();
        assert_eq!((running.to_host.of(&host("a")), running.requests), (0, 17));
        drop(running);
    }
}
