//! The usage of model calls: counters for each hour, added in batches, and their totals.
//!
//! A server counts in memory and adds a [`UsageBatch`] now and then. A batch is added once, however often
//! it is sent. The counters of a configuration end with it: rows name its incarnation, and only those of
//! the present one are added or read.

mod add;
mod batch;
mod counters;
mod hour;
mod key;
mod prune;
mod query;
mod sql;
mod totals;

pub use batch::{ReplicaId, UsageBatch};
pub use counters::UsageCounters;
pub use hour::{KEPT_HOURS, UsageHour};
pub use key::{UsageKey, model_label};
pub use query::{UsageFilter, UsageGroup, UsageGrouping, UsageRow};
