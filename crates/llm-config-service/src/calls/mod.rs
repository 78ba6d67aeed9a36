//! Model calls: forwards a call to the provider of a configuration, with its credential.
//!
//! A call takes a slot before its body is read ([`Service::begin_call`](crate::Service::begin_call)), and is
//! made by [`Service::call`](crate::Service::call). What a token may call, and the opened credential, are
//! cached; no call of a known model touches the database.

mod answer;
mod call;
mod exchange;
mod failure;
mod incoming;
mod memory;
mod metrics;
mod models;
mod names;
mod openings;
mod planned;
mod prepared;
mod provider_list;
mod record;
mod response_head;
mod slots;
mod stream;
mod times;

pub use answer::{Answer, AnswerBody};
pub use failure::CallFailure;
pub use incoming::{ConfigNaming, IncomingCall};
pub(crate) use memory::CallMemory;
pub use metrics::CallMetrics;
pub use models::{CallableModel, CallableModels};
pub(crate) use slots::CallSlots;
pub use slots::{CallSlot, CallSlotLimits, CutSignal};
pub use stream::{AnswerStream, StreamCut};
pub use times::CallTimes;
