//! The usage of model calls: counted in memory, written in batches, and shown.

mod batches;
mod metrics;
mod recorder;
mod report;
mod writer;

pub(crate) use batches::UsageBatches;
pub use metrics::UsageMetrics;
pub use recorder::{OTHER_MODEL, UsageRecorder};
pub use report::{UsageQuery, UsageReport};
