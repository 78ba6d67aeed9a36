//! What a store promises, whichever database it is on.

mod actors;
mod available;
mod canary;
mod chains;
mod checks;
mod config_changes;
mod config_lists;
mod configs;
mod first_starts;
mod keys;
mod moves;
mod opening;
mod origins;
mod planned;
mod races;
mod roles;
mod schedule;
mod schema;
mod tampering;
mod targets;
mod tokens;
mod transactions;
mod unique_keys;

use llm_config_store::Store;
use llm_config_store::testing::TestDatabase;

use super::{COLUMNS, PRIMARY_KEYS, bytes, database, hex, raw, type_name};

/// A store on an empty database.
async fn opened() -> (TestDatabase, Store) {
    let database = database();
    let store = database.store().await;
    (database, store)
}

/// As many stores on one empty database, each with a pool of its own, as separate servers have.
async fn servers(count: usize) -> (TestDatabase, Vec<Store>) {
    let database = database();
    let mut stores = Vec::new();
    for _ in 0..count {
        stores.push(database.store().await);
    }
    (database, stores)
}
