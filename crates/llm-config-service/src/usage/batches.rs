//! The batches of this process: one at a time, sent until it is known to be added.

use llm_config_store::StoreError;
use llm_config_store::usage::{ReplicaId, UsageBatch};

use super::recorder::UsageRecorder;

/// How often a batch is sent that the database refuses for no known reason. Then it is dropped, so that it
/// does not stop all others.
const MAX_REFUSALS: u32 = 60;

/// The batches of this process: one at a time, numbered upwards.
#[derive(Debug)]
pub(crate) struct UsageBatches {
    replica: ReplicaId,
    sequence: u64,
    /// The batch that was sent and is not known to be added.
    unsettled: Option<Unsettled>,
}

#[derive(Debug)]
struct Unsettled {
    batch: UsageBatch,
    /// The number of keys that it has settled when it is added.
    keys: usize,
    refusals: u32,
}

impl UsageBatches {
    pub(crate) const fn new(replica: ReplicaId) -> Self {
        Self { replica, sequence: 0, unsettled: None }
    }

    /// The batch to send: the one before, unchanged, as long as it is not known to be added. `None` if
    /// nothing is recorded.
    pub(super) fn next(&mut self, recorder: &UsageRecorder) -> Option<UsageBatch> {
        if let Some(Unsettled { batch, .. }) = &self.unsettled {
            return Some(batch.clone());
        }
        let rows = recorder.take(UsageBatch::LIMIT);
        if rows.is_empty() {
            return None;
        }
        self.sequence += 1;
        let keys = rows.len();
        let batch = UsageBatch::new(self.replica.clone(), self.sequence, rows);
        self.unsettled = Some(Unsettled { batch: batch.clone(), keys, refusals: 0 });
        Some(batch)
    }

    pub(super) fn settle(&mut self, recorder: &UsageRecorder) {
        if let Some(Unsettled { keys, .. }) = self.unsettled.take() {
            recorder.settle(keys);
        }
    }

    /// Keeps the batch after an error; drops one that the database has refused too often.
    pub(super) fn refuse(&mut self, recorder: &UsageRecorder, error: &StoreError) {
        let is_temporary = matches!(error, StoreError::Contended | StoreError::Unavailable(_));
        let Some(unsettled) = self.unsettled.as_mut().filter(|_| !is_temporary) else { return };
        unsettled.refusals += 1;
        if unsettled.refusals >= MAX_REFUSALS {
            let lost = unsettled.batch.sum().requests();
            tracing::error!(%error, lost, "a batch of usage cannot be written and is dropped");
            recorder.lose(lost);
            self.settle(recorder);
        }
    }
}
