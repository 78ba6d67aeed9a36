//! The end of a stream: its outcome, its usage, and the bytes to append.

use super::forwarded::Forwarded;
use crate::answer::ErrorOnly;
use crate::usage::Usage;

/// How the provider's body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamEnd {
    /// The provider ended it.
    Clean,
    /// A connection error, the limit of silence, the limit of the whole response, or a shutdown ended it.
    Broken,
}

/// Whether the answer is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamOutcome {
    /// The answer is whole.
    Complete,
    /// The stream has an error frame, or ended before the dialect's mark of the end.
    Fault,
    /// No frame arrived, apart from comments.
    Empty,
}

/// What is to be appended to the client's stream, after [`StreamSummary::rest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TailKind {
    /// Nothing.
    Nothing,
    /// [`DONE`](super::DONE), which the provider left out.
    Done,
    /// [`fault_frame`](super::fault_frame).
    Fault,
}

/// What is known of a stream at its end. After any outcome but `Complete` the client's body must end with an
/// error and not cleanly: clients take a clean end for the end of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSummary {
    /// Whether the answer is whole.
    pub outcome: StreamOutcome,
    /// The error that the first frame consists of, as of
    /// [`StreamTap::first_error`](super::StreamTap::first_error). The end of the body may be the end of that
    /// frame too.
    pub first_error: Option<ErrorOnly>,
    /// What is to be appended; not to be used while the client has no status yet.
    pub tail: TailKind,
    /// The tokens of the call; `None` if they were not reported.
    pub usage: Option<Usage>,
    /// Held bytes that still go to the client.
    pub rest: Forwarded,
}
