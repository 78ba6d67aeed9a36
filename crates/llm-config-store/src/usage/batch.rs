//! Batches of usage.

use std::collections::BTreeMap;
use std::fmt;

use super::counters::UsageCounters;
use super::key::{UsageKey, model_label};
use crate::random;
use crate::store::Store;

/// A server process: 128 random bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaId(String);

impl fmt::Display for ReplicaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Usage that one transaction adds.
#[derive(Clone, Debug)]
pub struct UsageBatch {
    pub(super) replica: ReplicaId,
    pub(super) sequence: u64,
    /// Sorted, so that the transactions of several servers lock rows in the same order.
    pub(super) rows: BTreeMap<UsageKey, UsageCounters>,
}

impl UsageBatch {
    /// The most rows that a batch should have, so that its transaction is short.
    pub const LIMIT: usize = 500;

    /// A batch of these rows; rows of one key are added up.
    ///
    /// A process numbers its batches upwards from 1, and sends the next one only after it knows that the one
    /// before was added. A batch whose number is not greater than that of the last one is taken for a
    /// repetition of it, and nothing is added.
    #[must_use]
    pub fn new(
        replica: ReplicaId,
        sequence: u64,
        rows: impl IntoIterator<Item = (UsageKey, UsageCounters)>,
    ) -> Self {
        let mut sums: BTreeMap<UsageKey, UsageCounters> = BTreeMap::new();
        for (key, counters) in rows {
            let model = model_label(&key.model).into_owned();
            *sums.entry(UsageKey { model, ..key }).or_default() += counters;
        }
        Self { replica, sequence, rows: sums }
    }

    /// The sum of all rows.
    #[must_use]
    pub fn sum(&self) -> UsageCounters {
        let mut sum = UsageCounters::default();
        self.rows.values().for_each(|counters| sum += *counters);
        sum
    }
}

impl Store {
    /// A new id for a server process.
    #[must_use]
    pub fn new_replica_id(&self) -> ReplicaId {
        ReplicaId(data_encoding::HEXLOWER.encode(&random::bytes::<16>()))
    }
}
