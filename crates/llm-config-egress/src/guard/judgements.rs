//! The judgements of destinations, and the lookups in progress.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::HashMap;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::destination::Destination;
use crate::lookup_share::LookupOwner;
use crate::tried_addresses::TriedAddresses;

/// The maximum number of judgements. Users choose the destinations, so their number is unlimited.
const JUDGEMENTS: usize = 256;

/// How long a judgement is fresh. Afterwards a call starts a new lookup, but does not wait for it.
const FRESH: Duration = Duration::from_secs(30);

/// How long a judgement is usable. Afterwards a call waits for a new lookup.
const USABLE: Duration = Duration::from_mins(1);

/// The addresses that connections to a destination try.
pub(super) type Addresses = Arc<TriedAddresses>;

/// The outcome of a lookup.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// All addresses are allowed.
    Allowed(Addresses),
    /// The name or one of its addresses is refused.
    Refused,
    /// The name has no address, or the lookup failed or took too long.
    NoAnswer,
    /// There was no time for the lookup, because too many others are running.
    Busy,
}

/// A lookup that concurrent calls share. If the call that runs it is dropped, another call runs it again.
#[derive(Debug)]
pub(super) struct Lookup {
    pub(super) key: LookupKey,
    pub(super) outcome: OnceCell<Outcome>,
}

/// What the calls that share a lookup have in common: the destination and, if owners have shares of such
/// lookups, the owner. So no owner who has used up their share makes the lookup of another fail.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LookupKey {
    pub(super) to: Destination,
    pub(super) owner: Option<LookupOwner>,
}

/// A judgement that is usable now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Usable {
    Fresh(Addresses),
    /// Usable, while a new lookup is made.
    Stale(Addresses),
}

/// The judgements of destinations, and the lookups in progress.
#[derive(Debug, Default)]
pub(super) struct Judgements(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    judged: HashMap<Destination, Judgement>,
    lookups: HashMap<LookupKey, Arc<Lookup>>,
}

#[derive(Debug)]
struct Judgement {
    addresses: Addresses,
    /// The start of the lookup.
    judged_at: Instant,
    /// Whether the next call waits for a new lookup, because a connection failed.
    must_revalidate: bool,
}

impl Judgements {
    /// The judgement of a destination, unless a call must wait for a new lookup.
    pub(super) fn get(&self, to: &Destination) -> Option<Usable> {
        let state = self.state();
        let judgement = state.judged.get(to).filter(|judgement| !judgement.must_revalidate)?;
        let (addresses, age) = (Arc::clone(&judgement.addresses), judgement.judged_at.elapsed());
        match age {
            _ if age < FRESH => Some(Usable::Fresh(addresses)),
            _ if age < USABLE => Some(Usable::Stale(addresses)),
            _ => None,
        }
    }

    /// The judged addresses of a destination whose new lookup has no answer.
    pub(super) fn get_without_answer(&self, to: &Destination) -> Option<Addresses> {
        let state = self.state();
        let judgement = state.judged.get(to).filter(|judgement| judgement.judged_at.elapsed() < USABLE)?;
        Some(Arc::clone(&judgement.addresses))
    }

    /// The lookup of this key, and whether it is new; otherwise it is in progress.
    pub(super) fn lookup(&self, key: LookupKey) -> (Arc<Lookup>, bool) {
        let mut state = self.state();
        // A lookup whose calls were all dropped is not in progress.
        state.lookups.retain(|_, lookup| Arc::strong_count(lookup) > 1);
        if let Some(lookup) = state.lookups.get(&key) {
            return (Arc::clone(lookup), false);
        }
        let lookup = Arc::new(Lookup { key: key.clone(), outcome: OnceCell::new() });
        state.lookups.insert(key, Arc::clone(&lookup));
        (lookup, true)
    }

    /// Records the outcome of a lookup that began at `judged_at`. The outcome of an older lookup replaces
    /// neither a refusal nor the addresses of a newer lookup.
    pub(super) fn record(&self, lookup: &Arc<Lookup>, judged_at: Instant, outcome: &Outcome) {
        let mut state = self.state();
        let to = &lookup.key.to;
        // A refusal ends the lookups that began before it was recorded.
        let is_current = state.lookups.get(&lookup.key).is_some_and(|current| Arc::ptr_eq(current, lookup));
        if is_current {
            state.lookups.remove(&lookup.key);
        }
        let is_outdated = state.judged.get(to).is_some_and(|known| known.judged_at > judged_at);
        match outcome {
            Outcome::Allowed(_) if !is_current || is_outdated => {}
            Outcome::Allowed(addresses) => {
                // The same addresses keep their order, with the one that responded last in front, unless a
                // connection has failed since.
                let known = state.judged.get(to).filter(|known| !known.must_revalidate);
                let known = known.filter(|known| known.addresses == *addresses);
                let addresses = Arc::clone(known.map_or(addresses, |known| &known.addresses));
                state.make_room();
                let judgement = Judgement { addresses, judged_at, must_revalidate: false };
                state.judged.insert(to.clone(), judgement);
            }
            Outcome::Refused => {
                state.judged.remove(to);
                state.lookups.retain(|key, _| key.to != *to);
            }
            Outcome::NoAnswer | Outcome::Busy => {}
        }
    }

    /// Makes the next call wait for a new lookup.
    pub(super) fn revalidate(&self, to: &Destination) {
        if let Some(judgement) = self.state().judged.get_mut(to) {
            judgement.must_revalidate = true;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Removes the judgements that are no longer usable and, if there are still too many, the oldest.
    fn make_room(&mut self) {
        self.judged.retain(|_, judgement| judgement.judged_at.elapsed() < USABLE);
        if self.judged.len() >= JUDGEMENTS {
            let oldest = self.judged.iter().min_by_key(|(_, judgement)| judgement.judged_at);
            if let Some(oldest) = oldest.map(|(to, _)| to.clone()) {
                self.judged.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destination(port: usize) -> Destination {
        Destination::from_url(&format!("http://llm.example:{port}/").parse().unwrap()).unwrap()
    }

    fn addresses() -> Addresses {
        Arc::new(TriedAddresses::new(&["127.0.0.1:1".parse().unwrap()], 1))
    }

    fn key(port: usize, owner: u128) -> LookupKey {
        LookupKey { to: destination(port), owner: Some(LookupOwner::new(owner)) }
    }

    fn record(judgements: &Judgements, port: usize, judged_at: Instant, outcome: &Outcome) {
        let (lookup, _) = judgements.lookup(key(port, 1));
        judgements.record(&lookup, judged_at, outcome);
    }

    fn allow(judgements: &Judgements, port: usize) {
        record(judgements, port, Instant::now(), &Outcome::Allowed(addresses()));
    }

    #[tokio::test(start_paused = true)]
    async fn get_is_fresh_for_30_seconds_and_stale_for_60() {
        let judgements = Judgements::default();
        allow(&judgements, 1);
        for (second, expected) in [
            (29, Some(Usable::Fresh(addresses()))),
            (30, Some(Usable::Stale(addresses()))),
            (59, Some(Usable::Stale(addresses()))),
            (60, None),
        ] {
            let start = judgements.state().judged[&destination(1)].judged_at;
            tokio::time::advance(start + Duration::from_secs(second) - Instant::now()).await;
            assert_eq!(judgements.get(&destination(1)), expected, "{second}");
            assert_eq!(judgements.get_without_answer(&destination(1)).is_some(), second < 60);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn record_counts_age_from_start_of_lookup() {
        let judgements = Judgements::default();
        let judged_at = Instant::now();
        tokio::time::advance(FRESH).await;
        record(&judgements, 1, judged_at, &Outcome::Allowed(addresses()));
        assert_eq!(judgements.get(&destination(1)), Some(Usable::Stale(addresses())));
    }

    #[tokio::test(start_paused = true)]
    async fn record_of_refusal_removes_judgement_and_no_answer_keeps_it() {
        let judgements = Judgements::default();
        allow(&judgements, 1);
        record(&judgements, 1, Instant::now(), &Outcome::NoAnswer);
        assert!(judgements.get(&destination(1)).is_some());
        record(&judgements, 1, Instant::now(), &Outcome::Refused);
        assert!(judgements.get_without_answer(&destination(1)).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn revalidate_keeps_addresses_for_lookup_without_answer() {
        let judgements = Judgements::default();
        allow(&judgements, 1);
        judgements.revalidate(&destination(1));
        assert_eq!(judgements.get(&destination(1)), None);
        assert_eq!(judgements.get_without_answer(&destination(1)), Some(addresses()));
    }

    #[tokio::test(start_paused = true)]
    async fn record_beyond_limit_removes_oldest() {
        let judgements = Judgements::default();
        for port in 1..=JUDGEMENTS + 1 {
            allow(&judgements, port);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(judgements.state().judged.len(), JUDGEMENTS);
        assert_eq!(judgements.get(&destination(1)), None);
        assert!(judgements.get(&destination(2)).is_some());
    }

    #[tokio::test]
    async fn lookup_is_shared_until_it_is_recorded_or_dropped() {
        let judgements = Judgements::default();
        let (first, is_new) = judgements.lookup(key(1, 1));
        assert!(is_new);
        let (second, is_new) = judgements.lookup(key(1, 1));
        assert!(!is_new && Arc::ptr_eq(&first, &second));
        assert!(judgements.lookup(key(2, 1)).1 && judgements.lookup(key(1, 2)).1);
        judgements.record(&first, Instant::now(), &Outcome::NoAnswer);
        let (third, is_new) = judgements.lookup(key(1, 1));
        assert!(is_new);
        drop(third);
        assert!(judgements.lookup(key(1, 1)).1);
        assert_eq!(judgements.state().lookups.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn record_of_older_lookup_replaces_neither_refusal_nor_newer_addresses() {
        let judgements = Judgements::default();
        let start = Instant::now();
        let begin = |owner| judgements.lookup(key(1, owner)).0;
        let [older, refused] = [begin(1), begin(2)];
        judgements.record(&refused, start, &Outcome::Refused);
        judgements.record(&older, start, &Outcome::Allowed(addresses()));
        assert_eq!(judgements.get(&destination(1)), None);
        // A lookup that begins after the refusal counts.
        let older = begin(1);
        tokio::time::advance(Duration::from_secs(1)).await;
        judgements.record(&begin(2), Instant::now(), &Outcome::Allowed(addresses()));
        judgements.record(&older, start, &Outcome::Allowed(addresses()));
        let judged_at = judgements.state().judged[&destination(1)].judged_at;
        assert_eq!(judged_at.duration_since(start), Duration::from_secs(1));
    }
}
