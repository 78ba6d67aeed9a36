//! The schedule of background checks: due times, leases and concurrent claims.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{DueCheck, Store, StoreError, Tx};

use super::{FixedClock, open_store_with_clock, open_stores};
use crate::support::{OPERATOR, count, create, delete, named, owner, run_concurrently, workspace};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);
const START: i64 = 1_700_000_000_000_000;

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap()
}

async fn open_store_at_start() -> (TestDatabase, Store, FixedClock) {
    let (database, store, clock) = open_store_with_clock().await;
    clock.set(START);
    (database, store, clock)
}

/// Creates configurations with the given numbers as ids, alternately of an owner and of a workspace.
async fn create_many(store: &Store, numbers: Range<u128>) -> BTreeSet<ConfigId> {
    let mut ids = BTreeSet::new();
    let scopes = [owner(store).await, Scope::Workspace(workspace(store).await)];
    for (n, scope) in numbers.zip(scopes.into_iter().cycle()) {
        let id = ConfigId::new(uuid::Uuid::from_u128(n));
        let new = move |tx: &mut Tx<'_>| tx.create_config(id, scope, &named(&n.to_string()), &OPERATOR);
        ids.insert(store.write(new).await.unwrap().id);
    }
    ids
}

/// Enrols, and claims the first `limit` that are due.
fn claim_in(
    tx: &mut Tx<'_>,
    holder: &str,
    interval: Duration,
    lease: Duration,
    limit: u32,
) -> Result<Vec<ConfigId>, StoreError> {
    tx.enrol_checks(interval, lease)?;
    let mut claimed = Vec::new();
    for due in tx.due_checks(limit)? {
        if tx.claim_due_check(holder, lease, due.config)? {
            claimed.push(due.config);
        }
    }
    Ok(claimed)
}

/// Claims with an interval of an hour and a lease of a minute.
async fn claim(store: &Store, holder: &'static str, limit: u32) -> Vec<ConfigId> {
    store.write(move |tx| claim_in(tx, holder, HOUR, MINUTE, limit)).await.unwrap()
}

async fn finish(store: &Store, config: ConfigId, holder: &'static str, next_due: i64) -> bool {
    let next_due = Timestamp::from_micros(next_due);
    store.write(move |tx| tx.finish_scheduled_check(config, holder, next_due)).await.unwrap()
}

#[tokio::test]
async fn claim_first_checks_are_spread_over_the_interval() {
    let (_database, store, clock) = open_store_at_start().await;
    let ids = create_many(&store, 0..40).await;
    let mut claimed = Vec::new();
    let mut quarters = Vec::new();
    for quarter in 0..5 {
        clock.set(START + quarter * micros(HOUR) / 4);
        let due = claim(&store, "a", 100).await;
        quarters.push(due.len());
        for id in &due {
            assert!(finish(&store, *id, "a", START + 2 * micros(HOUR)).await);
        }
        claimed.extend(due);
    }
    assert!(quarters[0] <= 1 && quarters[1..].iter().all(|count| (1..=25).contains(count)), "{quarters:?}");
    assert_eq!(claimed.len(), 40);
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), ids);
}

#[tokio::test]
async fn claim_on_another_server_enrols_with_the_same_due_times() {
    let (database, store, clock) = open_store_at_start().await;
    create_many(&store, 0..10).await;
    let due =
        "SELECT config_id || ' ' || CAST(due_at AS TEXT) AS value FROM check_schedule ORDER BY config_id";
    claim(&store, "a", 0).await;
    let first = database.texts(due);
    assert_eq!(first.len(), 10);
    clock.set(START + 1);
    claim(&store, "b", 0).await;
    assert_eq!(database.texts(due), first);
    database.execute("DELETE FROM check_schedule");
    clock.set(START);
    claim(&store, "b", 0).await;
    assert_eq!(database.texts(due), first);
}

#[tokio::test]
async fn claim_with_limit_returns_longest_overdue_first() {
    let (_database, store, clock) = open_store_at_start().await;
    let ids = create_many(&store, 0..6).await;
    claim(&store, "a", 0).await;
    clock.set(START + micros(HOUR));
    assert_eq!(claim(&store, "a", 10).await.len(), 6);
    let last_first: Vec<_> = ids.into_iter().rev().collect();
    for (id, due) in last_first.iter().zip(START..) {
        assert!(finish(&store, *id, "a", due).await);
    }
    assert_eq!(claim(&store, "a", 4).await, last_first[..4]);
    assert_eq!(claim(&store, "b", 4).await, last_first[4..]);
}

#[tokio::test]
async fn due_checks_have_scope_and_endpoint_and_exclude_claimed_ones() {
    let (_database, store, clock) = open_store_at_start().await;
    let scope = owner(&store).await;
    let config = create(&store, scope, named("a")).await.unwrap();
    claim(&store, "a", 0).await;
    clock.set(START + micros(HOUR));
    let due = async || store.read(|tx| tx.due_checks(10)).await.unwrap();
    let endpoint = config.settings.endpoint.clone();
    assert_eq!(due().await, [DueCheck { config: config.id, scope, endpoint }]);
    claim(&store, "a", 1).await;
    assert!(due().await.is_empty());
}

#[tokio::test]
async fn claim_before_end_of_lease_returns_nothing() {
    let (_database, store, clock) = open_store_at_start().await;
    let id = *create_many(&store, 0..1).await.first().unwrap();
    claim(&store, "a", 1).await;
    let due = START + micros(HOUR);
    clock.set(due);
    assert_eq!(claim(&store, "a", 1).await, [id]);
    for moment in [due, due + micros(MINUTE) - 1] {
        clock.set(moment);
        assert!(claim(&store, "b", 1).await.is_empty());
        assert!(claim(&store, "a", 1).await.is_empty());
    }
    clock.set(due + micros(MINUTE));
    assert_eq!(claim(&store, "b", 1).await, [id]);
}

#[tokio::test]
async fn claim_after_clock_was_ahead_returns_what_is_due() {
    let (_database, store, clock) = open_store_at_start().await;
    let id = *create_many(&store, 0..1).await.first().unwrap();
    claim(&store, "a", 1).await;
    // The clock is ahead for a day while a check is claimed and finished.
    clock.set(START + 24 * micros(HOUR));
    assert_eq!(claim(&store, "a", 1).await, [id]);
    assert!(finish(&store, id, "a", START + 25 * micros(HOUR)).await);
    clock.set(START + micros(MINUTE));
    assert_eq!(claim(&store, "a", 1).await, [id], "the due time is too far away");
    // A server claims it with such a clock, and stops.
    assert!(finish(&store, id, "a", START + micros(HOUR)).await);
    clock.set(START + 24 * micros(HOUR));
    assert_eq!(claim(&store, "b", 1).await, [id]);
    clock.set(START + micros(HOUR));
    assert_eq!(claim(&store, "a", 1).await, [id], "the end of the lease is too far away");
}

#[tokio::test]
async fn claim_with_due_time_within_twice_the_interval_returns_nothing() {
    let (_database, store, clock) = open_store_at_start().await;
    let id = *create_many(&store, 0..1).await.first().unwrap();
    clock.set(START - micros(HOUR));
    claim(&store, "a", 1).await;
    clock.set(START);
    assert_eq!(claim(&store, "a", 1).await, [id]);
    assert!(finish(&store, id, "a", START + 2 * micros(HOUR)).await);
    assert!(claim(&store, "a", 1).await.is_empty());
    clock.set(START - 1);
    assert_eq!(claim(&store, "a", 1).await, [id]);
}

#[tokio::test]
async fn finish_by_another_holder_changes_nothing() {
    let (_database, store, clock) = open_store_at_start().await;
    let id = *create_many(&store, 0..1).await.first().unwrap();
    claim(&store, "a", 1).await;
    assert!(!finish(&store, id, "a", START).await, "enrolled but not claimed");
    let due = START + micros(HOUR);
    clock.set(due);
    assert_eq!(claim(&store, "a", 1).await, [id]);
    assert!(!finish(&store, id, "b", due).await);
    clock.set(due + micros(MINUTE));
    assert_eq!(claim(&store, "b", 1).await, [id]);
    // The lease of the first holder has ended.
    assert!(!finish(&store, id, "a", i64::MAX).await);
    let next = due + 2 * micros(HOUR);
    assert!(finish(&store, id, "b", next).await);
    assert!(!finish(&store, id, "b", next).await, "the lease has ended");
    for (moment, expected) in [(next - 1, 0), (next, 1)] {
        clock.set(moment);
        assert_eq!(claim(&store, "a", 1).await.len(), expected);
    }
}

#[tokio::test]
async fn claim_and_finish_after_deletion_return_nothing() {
    let (database, store, clock) = open_store_at_start().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    claim(&store, "a", 1).await;
    clock.set(START + micros(HOUR));
    assert_eq!(claim(&store, "a", 1).await, [config.id]);
    delete(&store, &config).await.unwrap();
    assert!(!finish(&store, config.id, "a", START).await);
    clock.set(START + 3 * micros(HOUR));
    assert!(claim(&store, "a", 1).await.is_empty());
    assert_eq!(count(&database, "check_schedule"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn claim_concurrently_returns_disjoint_sets() {
    let (_database, stores) = open_stores(4).await;
    for round in 0..6_u128 {
        let ids = create_many(&stores[0], round * 12..round * 12 + 12).await;
        let is_enrolled = round % 2 == 0;
        if is_enrolled {
            claim_all(&stores[0], "first", 0).await;
        }
        let holders = ["a", "b", "c", "d"];
        let claimed =
            run_concurrently(&stores, |n, store| async move { claim_all(&store, holders[n], 4).await }).await;
        assert!(claimed.iter().all(|ids| ids.len() <= 4), "round {round}: {claimed:?}");
        // A claim does not see configurations that a concurrent claim enrols.
        let rest = claim_all(&stores[0], "last", 100).await;
        assert!(rest.is_empty() || !is_enrolled, "round {round}: {claimed:?}");
        let all: Vec<_> = claimed.into_iter().flatten().chain(rest).collect();
        assert_eq!(all.len(), 12, "round {round}: {all:?}");
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), ids, "round {round}");
    }
}

/// Claims with an interval of zero, so that every check is due.
async fn claim_all(store: &Store, holder: &'static str, limit: u32) -> Vec<ConfigId> {
    store.write(move |tx| claim_in(tx, holder, Duration::ZERO, HOUR, limit)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn claim_during_deletion_of_a_config_succeeds() {
    let (_database, stores) = open_stores(2).await;
    let scope = owner(&stores[0]).await;
    for round in 0..10 {
        let other = create(&stores[0], scope, named(&format!("{round} other"))).await.unwrap();
        let gone = create(&stores[0], scope, named(&format!("{round} gone"))).await.unwrap();
        let done = run_concurrently(&stores, |n, store| {
            let gone = gone.clone();
            async move {
                if n == 0 {
                    delete(&store, &gone).await.unwrap();
                    return Vec::new();
                }
                claim_all(&store, "a", 10).await
            }
        });
        let claimed = done.await.remove(1);
        assert!(claimed.contains(&other.id), "round {round}: {claimed:?}");
    }
}
