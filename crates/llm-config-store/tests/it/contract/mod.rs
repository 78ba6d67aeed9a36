//! Tests of the store that run on every database.

mod actor;
mod attention;
mod available_configs;
mod browser_sessions;
mod calls;
mod canary;
mod check_schedule;
mod checks;
mod coherence;
mod concurrency;
mod config_list;
mod config_origin;
mod config_page;
mod config_transfer;
mod config_update;
mod configs;
mod create_in_one_statement;
mod credential_access;
mod credential_sources;
mod cursors;
mod deletion;
mod fingerprint_rules;
mod first_start;
mod insertion_order;
mod inspect;
mod key_sources;
mod label_scopes;
mod last_checks;
mod open;
mod paging;
mod planned_target;
mod quota_counts;
mod random_coherence;
mod schema;
mod tampering;
mod token_chains;
mod token_configs;
mod tokens;
mod transactions;
mod unique_keys;
mod usage;
mod usage_groups;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use llm_config_core::time::Timestamp;
use llm_config_store::Store;
use llm_config_store::clock::Clock;
use llm_config_store::testing::TestDatabase;

use super::{COLUMNS, CREATES_IN_ONE_STATEMENT, PRIMARY_KEYS, bytes, database, disturb, hex, raw, type_name};

/// A store on an empty database.
async fn open_store() -> (TestDatabase, Store) {
    let database = database();
    let store = database.store().await;
    (database, store)
}

/// Several stores on one empty database, each with its own pool, like separate servers.
async fn open_stores(count: usize) -> (TestDatabase, Vec<Store>) {
    let database = database();
    let mut stores = Vec::new();
    for _ in 0..count {
        stores.push(database.store().await);
    }
    (database, stores)
}

/// A store on an empty database, with a clock that the test sets.
async fn open_store_with_clock() -> (TestDatabase, Store, FixedClock) {
    let (database, clock) = (database(), FixedClock::default());
    let mut options = database.options();
    options.clock = Arc::new(clock.clone());
    let store = Store::open(options).await.unwrap();
    (database, store, clock)
}

/// A clock that returns the time that the test has set; the Unix epoch until then.
#[derive(Clone, Default)]
struct FixedClock(Arc<AtomicI64>);

impl FixedClock {
    fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
