//! Usage: batches are added once, totals are exact, and what is no longer read is deleted.

use std::iter::once;

use llm_config_core::config::LlmConfig;
use llm_config_core::time::Timestamp;
use llm_config_store::Store;
use llm_config_store::usage::{KEPT_HOURS, ReplicaId, UsageBatch, UsageCounters, UsageHour, UsageKey};

use super::{database, open_store, open_store_with_clock, open_stores};
use crate::support::{OPERATOR, count, create, delete, named, owner, run_concurrently};

const HOUR: i64 = 3_600_000_000;

/// The key of a call of a configuration without a token.
pub(super) fn key(config: &LlmConfig, model: &str, hour: i64) -> UsageKey {
    UsageKey {
        config: config.id,
        incarnation: config.incarnation,
        token: None,
        dialect: "openai",
        model: model.to_owned(),
        hour: UsageHour::containing(Timestamp::from_micros(hour * HOUR)),
    }
}

/// The number of the present hour.
fn present(store: &Store) -> i64 {
    store.now().as_micros() / HOUR
}

/// The counters of one call with these tokens.
pub(super) fn call(input: u64, output: u64) -> UsageCounters {
    UsageCounters { calls: 1, ok: 1, input, output, ..UsageCounters::default() }
}

async fn add(store: &Store, replica: &ReplicaId, sequence: u64, rows: Vec<(UsageKey, UsageCounters)>) {
    store.add_usage(UsageBatch::new(replica.clone(), sequence, rows)).await.unwrap();
}

/// Calls, tokens in and tokens out of a configuration, over all hours.
async fn total(store: &Store, config: &LlmConfig) -> Option<(u64, u64, u64)> {
    let id = config.id;
    let totals = store.read(move |tx| tx.usage_totals(&[id])).await.unwrap();
    totals.get(&id).map(|sum| (sum.calls, sum.input, sum.output))
}

#[tokio::test]
async fn add_of_same_batch_again_adds_nothing() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let (config, unused) = (create(&store, scope, named("a")).await.unwrap(), named("b"));
    let unused = create(&store, scope, unused).await.unwrap();
    let replica = store.new_replica_id();
    let rows = || vec![(key(&config, "m", 1), call(3, 5)), (key(&config, "n", 2), call(7, 11))];
    for _ in 0..2 {
        add(&store, &replica, 1, rows()).await;
        assert_eq!(total(&store, &config).await, Some((2, 10, 16)));
    }
    add(&store, &replica, 2, rows()).await;
    add(&store, &replica, 1, rows()).await;
    assert_eq!(total(&store, &config).await, Some((4, 20, 32)));
    assert_eq!(count(&database, "usage_hours"), 2);
    // Another process has numbers of its own.
    add(&store, &store.new_replica_id(), 1, rows()).await;
    assert_eq!(total(&store, &config).await, Some((6, 30, 48)));
    assert_eq!(total(&store, &unused).await, None);
}

#[tokio::test]
async fn add_of_batch_adds_every_counter() {
    let (_database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let counters = UsageCounters {
        calls: 1,
        ok: 2,
        upstream_errors: 3,
        faults: 4,
        client_gone: 5,
        refused: 6,
        blocked: 7,
        calls_without_usage: 8,
        input: 9,
        cached: 10,
        cache_write: 11,
        output: 12,
        reasoning: 13,
        audio_in: 14,
        audio_out: 15,
        bytes_in: 16,
        bytes_out: 17,
        ms: 18,
        ms_first_byte: 19,
    };
    let replica = store.new_replica_id();
    for sequence in 1..=3 {
        add(&store, &replica, sequence, vec![(key(&config, "m", 1), counters)]).await;
    }
    let (id, mut expected) = (config.id, counters);
    expected += counters;
    expected += counters;
    assert_eq!(store.read(move |tx| tx.usage_totals(&[id])).await.unwrap()[&id], expected);
}

#[tokio::test]
async fn add_of_unusual_model_and_absurd_numbers_fails_no_batch() {
    let (database, store) = open_store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let replica = store.new_replica_id();
    for sequence in 1..=3 {
        let models = ["a\0b", "a\u{1}b", "'\"\\u0000", "", "=1+1", "日本"];
        let rows = models.map(|model| (key(&config, model, 1), call(u64::MAX, 1)));
        add(&store, &replica, sequence, rows.into()).await;
    }
    assert_eq!(total(&store, &config).await, Some((18, i64::MAX.unsigned_abs(), 18)));
    // The first two have the same label.
    assert_eq!(count(&database, "usage_hours"), 5);
}

#[tokio::test]
async fn add_of_batch_with_deleted_config_drops_its_rows_only() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let kept = create(&store, scope, named("a")).await.unwrap();
    let gone = create(&store, scope, named("b")).await.unwrap();
    let (replica, hour) = (store.new_replica_id(), present(&store));
    let rows = || vec![(key(&kept, "m", hour), call(1, 1)), (key(&gone, "m", hour), call(1, 1))];
    add(&store, &replica, 1, rows()).await;
    delete(&store, &gone).await.unwrap();
    assert_eq!(total(&store, &gone).await, None);
    // The same id again is another configuration.
    let id = gone.id;
    store.write(move |tx| tx.create_config(id, scope, &named("b"), &OPERATOR)).await.unwrap();
    add(&store, &replica, 2, rows()).await;
    assert_eq!((total(&store, &kept).await, total(&store, &gone).await), (Some((2, 2, 2)), None));
    assert_eq!(count(&database, "usage_hours"), 2);
    assert!(!store.prune_usage().await.unwrap());
    assert_eq!((count(&database, "usage_hours"), count(&database, "usage_totals")), (1, 1));
    assert_eq!(total(&store, &kept).await, Some((2, 2, 2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_calls_over_two_servers_are_summed_exactly() {
    let (_database, stores) = open_stores(2).await;
    let scope = owner(&stores[0]).await;
    let mut configs = Vec::new();
    for name in ["a", "b", "c"] {
        configs.push(create(&stores[0], scope, named(name)).await.unwrap());
    }
    let all = configs.clone();
    run_concurrently(&stores, |_, store| {
        let configs = all.clone();
        async move {
            let replica = store.new_replica_id();
            for sequence in 1..=50 {
                let calls = (0..100).map(|n: usize| {
                    let model = format!("model-{}", n % 7);
                    (key(&configs[n % 3], &model, (n % 5).try_into().unwrap()), call(2, 3))
                });
                let calls: Vec<_> = calls.collect();
                // Each batch is sent twice, as after a lost answer.
                add(&store, &replica, sequence, calls.clone()).await;
                add(&store, &replica, sequence, calls).await;
            }
        }
    })
    .await;
    let mut sum = (0, 0, 0);
    for config in &configs {
        let (calls, input, output) = total(&stores[1], config).await.unwrap();
        sum = (sum.0 + calls, sum.1 + input, sum.2 + output);
    }
    assert_eq!(sum, (10_000, 20_000, 30_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn add_during_deletion_of_config_succeeds() {
    let (_database, stores) = open_stores(2).await;
    let scope = owner(&stores[0]).await;
    let replica = stores[0].new_replica_id();
    for round in 1..=10 {
        let kept = create(&stores[0], scope, named(&format!("{round} kept"))).await.unwrap();
        let gone = create(&stores[0], scope, named(&format!("{round} gone"))).await.unwrap();
        run_concurrently(&stores, |n, store| {
            let (kept, gone, replica) = (kept.clone(), gone.clone(), replica.clone());
            async move {
                if n == 0 {
                    delete(&store, &gone).await.unwrap();
                } else {
                    let rows = vec![(key(&kept, "m", 1), call(1, 1)), (key(&gone, "m", 1), call(1, 1))];
                    add(&store, &replica, round, rows).await;
                }
            }
        })
        .await;
        assert_eq!((total(&stores[0], &kept).await, total(&stores[0], &gone).await), (Some((1, 1, 1)), None));
    }
}

#[tokio::test]
async fn prune_deletes_old_hours_and_keeps_totals() {
    let (database, store, clock) = open_store_with_clock().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let (replica, now) = (store.new_replica_id(), i64::from(KEPT_HOURS) + 10);
    let models: Vec<_> = (0..400).map(|n| format!("m{n}")).collect();
    for (sequence, hour) in [(1, 9), (2, 10), (3, 11), (4, now)] {
        let rows = models.iter().map(|model| (key(&config, model, hour), call(1, 2)));
        add(&store, &replica, sequence, rows.collect()).await;
    }
    clock.set(now * HOUR + 1);
    // The first hour that is kept is 11.
    let mut left = Vec::new();
    loop {
        let has_more = store.prune_usage().await.unwrap();
        left.push(count(&database, "usage_hours"));
        if !has_more {
            break;
        }
    }
    assert_eq!(left, [1100, 800]);
    assert_eq!(total(&store, &config).await, Some((1600, 1600, 3200)));
    // The batches were marked at the Unix epoch.
    assert_eq!(count(&database, "usage_batches"), 0);
}

#[tokio::test]
async fn prune_of_deleted_configs_is_bounded_and_complete() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let mut sequences = 1..;
    let (replica, now) = (store.new_replica_id(), present(&store));
    for n in 0..25_u8 {
        let config = create(&store, scope, named(&n.to_string())).await.unwrap();
        let rows = if n == 0 { 600 } else { 1 };
        for hour in now - rows..now {
            let row = once((key(&config, "m", hour), call(1, 1)));
            add(&store, &replica, sequences.next().unwrap(), row.collect()).await;
        }
        delete(&store, &config).await.unwrap();
    }
    let mut rounds = 1;
    while store.prune_usage().await.unwrap() {
        rounds += 1;
    }
    assert!((2..=4).contains(&rounds), "{rounds}");
    assert_eq!((count(&database, "usage_hours"), count(&database, "usage_totals")), (0, 0));
}

#[tokio::test]
async fn prune_of_recent_usage_deletes_nothing() {
    let database = database();
    let store = database.store().await;
    let config = create(&store, owner(&store).await, named("a")).await.unwrap();
    let hour = present(&store);
    add(&store, &store.new_replica_id(), 1, vec![(key(&config, "m", hour), call(1, 1))]).await;
    assert!(!store.prune_usage().await.unwrap());
    assert_eq!((count(&database, "usage_hours"), count(&database, "usage_batches")), (1, 1));
}
