//! The reports of all frames of a stream so far.

use llm_config_providers::CallRoute;

use super::choices::Choices;
use super::frame::Frame;
use super::report::{EndSignal, Mark, sole_error};
use super::summary::{StreamEnd, StreamOutcome, TailKind};
use crate::answer::ErrorOnly;
use crate::usage::{Usage, UsageReader};

/// What the frames have reported.
pub(super) struct Seen {
    end_signal: EndSignal,
    has_frame: bool,
    first_error: Option<ErrorOnly>,
    has_error: bool,
    /// Whether a frame was too large to be read. It may have had the mark of the end.
    has_unread: bool,
    mark: Mark,
    choices: Choices,
    sequence: Option<u64>,
    usage: UsageReader,
}

impl Seen {
    pub(super) fn new(route: CallRoute) -> Self {
        Self {
            end_signal: EndSignal::new(route),
            has_frame: false,
            first_error: None,
            has_error: false,
            has_unread: false,
            mark: Mark::None,
            choices: Choices::default(),
            sequence: None,
            usage: UsageReader::new(route),
        }
    }

    /// Reads a whole frame. Whether it is a usage chunk.
    pub(super) fn read(&mut self, bytes: &[u8]) -> bool {
        let Some(frame) = Frame::parse(bytes) else { return false };
        let report = self.end_signal.read(&frame, &mut self.usage);
        if !std::mem::replace(&mut self.has_frame, true) {
            self.first_error = sole_error(&frame);
        }
        self.has_error |= report.is_error || self.first_error.is_some();
        self.mark = self.mark.max(report.mark);
        self.choices.add(report.choices);
        self.sequence = report.sequence.or(self.sequence);
        report.is_usage_chunk
    }

    /// Notes the end of a frame that was too large to be read.
    pub(super) const fn note_unread_frame(&mut self) {
        self.has_frame = true;
        self.has_unread = true;
    }

    pub(super) const fn has_frame(&self) -> bool {
        self.has_frame
    }

    pub(super) const fn first_error(&self) -> Option<ErrorOnly> {
        self.first_error
    }

    pub(super) const fn last_sequence(&self) -> Option<u64> {
        self.sequence
    }

    pub(super) fn usage(&self) -> Option<Usage> {
        self.usage.finish()
    }

    /// How much of the answer's end was reported: of all its choices.
    fn mark(&self) -> Mark {
        if self.choices.have_ended() { self.mark.max(Mark::Finished) } else { self.mark }
    }

    /// The outcome of a stream that ends now, inside a frame that is too large to be read or elsewhere.
    pub(super) fn outcome(&self, end: StreamEnd, is_inside_unread: bool) -> StreamOutcome {
        if self.has_error {
            return StreamOutcome::Fault;
        }
        if !self.has_frame && !is_inside_unread {
            return StreamOutcome::Empty;
        }
        let may_lack_mark = self.has_unread || self.end_signal == EndSignal::Unmarked;
        match (self.mark(), end) {
            (Mark::Terminal, _) | (Mark::Finished, StreamEnd::Clean) => StreamOutcome::Complete,
            (Mark::None, StreamEnd::Clean) if may_lack_mark => StreamOutcome::Complete,
            (Mark::None, StreamEnd::Clean) | (Mark::None | Mark::Finished, StreamEnd::Broken) => {
                StreamOutcome::Fault
            }
        }
    }

    /// What may follow the last whole frame.
    pub(super) fn tail(&self, outcome: StreamOutcome) -> TailKind {
        let lacks_done = self.end_signal == EndSignal::Chat && self.mark() == Mark::Finished;
        match outcome {
            StreamOutcome::Complete if lacks_done => TailKind::Done,
            StreamOutcome::Fault | StreamOutcome::Empty if !self.has_error => TailKind::Fault,
            StreamOutcome::Complete | StreamOutcome::Fault | StreamOutcome::Empty => TailKind::Nothing,
        }
    }
}
