//! An answer that is passed on as it arrives.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use llm_config_egress::{Body, CallError};
use llm_config_gateway::CallRoute;
use llm_config_gateway::answer::{AnswerTap, ErrorOnly};
use llm_config_gateway::echo::{EchoScan, Scanned};
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::stream::{
    DONE, FaultText, KEEP_ALIVE, StreamEnd, StreamOutcome, StreamTap, TailKind, fault_frame, first_data,
    takes_keep_alive,
};
use tokio::time::{Instant, Sleep, sleep_until};

use super::failure::exchange_error;
use super::metrics::CallEnd;
use super::record::CallRecord;
use super::slots::CallSlot;

/// After this number of bytes without a whole event the status is held back no longer, so that no provider
/// fills the memory with one.
const HELD_BACK: usize = 64 * 1024;

/// The answer has broken off. The connection must end without the end of the body, because no official client
/// notices a clean end in the middle of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer of the provider has broken off")]
pub struct StreamCut;

/// An answer that is passed on as it arrives. Dropping it ends the call at the provider.
pub struct AnswerStream {
    route: CallRoute,
    upstream: Body,
    echo: EchoScan,
    tap: Tap,
    /// What waits to be taken by the client.
    queue: VecDeque<Bytes>,
    state: State,
    /// The longest time between two parts.
    silence: Duration,
    started: Instant,
    /// When the last part arrived.
    last_part: Instant,
    /// When the client was last sent anything; inside an event, when a comment was last due.
    last_sent: Instant,
    record: CallRecord,
    slot: CallSlot,
    /// Ends when running calls are cut, because the process stops. It must not be polled after it has ended:
    /// every path then leaves the state `Open`.
    cut_signal: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Ends a wait. It is left as it is while it ends before that, because to set it for each part takes
    /// long in comparison.
    timer: Pin<Box<Sleep>>,
}

/// What reads the usage and the end of the answer while it passes.
pub(super) enum Tap {
    Events(Box<StreamTap>),
    Json(Box<AnswerTap>),
    /// A compressed body, which passes unread.
    Opaque,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// The rest is in the queue.
    Ended,
    /// The rest is in the queue, and then the connection must be cut.
    Cut,
    /// Everything was taken.
    Done,
}

/// How a wait for the next part of the body ends.
enum Next {
    /// With the part, the end of the body, or its failure.
    Read(Result<Option<Bytes>, CallError>),
    /// Without one in its time.
    Late,
    /// Running calls are cut.
    Cut,
}

/// What is known about a stream before its status is sent.
pub(super) enum Beginning {
    /// It may be passed on.
    Answer,
    /// Its first event is an error, and nothing else came before.
    Error { status: Option<u16>, body: Bytes },
    /// It ended without an event.
    Empty,
    /// It broke off before the first event.
    Failed(GatewayError),
}

impl AnswerStream {
    pub(super) fn new(
        route: CallRoute,
        upstream: Body,
        echo: EchoScan,
        tap: Tap,
        silence: Duration,
        record: CallRecord,
        slot: CallSlot,
    ) -> Self {
        let now = Instant::now();
        let cut_signal = Box::pin(slot.cut_signal().cut());
        Self {
            route,
            upstream,
            echo,
            tap,
            queue: VecDeque::new(),
            state: State::Open,
            silence,
            started: now,
            last_part: now,
            last_sent: now,
            record,
            slot,
            cut_signal,
            timer: Box::pin(sleep_until(now + silence)),
        }
    }

    /// Adds what was read of the body before.
    pub(super) fn begin_with(&mut self, part: &Bytes) {
        self.take(part);
    }

    /// Waits for the first event, for a limited time.
    pub(super) async fn beginning(&mut self) -> Beginning {
        let mut held = 0;
        let until = Instant::now() + self.slot.times().first_event;
        loop {
            let Tap::Events(tap) = &self.tap else { return Beginning::Answer };
            if let Some(ErrorOnly { status }) = tap.first_error() {
                return Beginning::Error { status, body: first_data(self.queue.iter()).into() };
            }
            if tap.has_frame() || held > HELD_BACK {
                return Beginning::Answer;
            }
            match self.wait(until).await {
                Next::Read(Ok(Some(part))) => {
                    held += part.len();
                    self.take(&part);
                }
                Next::Read(Ok(None)) => return self.end(),
                Next::Read(Err(error)) => return Beginning::Failed(exchange_error(error)),
                Next::Cut => return Beginning::Failed(GatewayError::Stopping),
                Next::Late => return Beginning::Answer,
            }
            if self.state == State::Cut {
                return Beginning::Failed(GatewayError::CredentialEchoed { status: None });
            }
        }
    }

    /// The call has ended before its answer began.
    pub(super) fn abandon(mut self, end: CallEnd) {
        self.state = State::Done;
        self.record.end(end, None);
    }

    /// The next part for the client; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, StreamCut>> {
        self.record.begun();
        loop {
            if let Some(part) = self.queue.pop_front() {
                self.last_sent = Instant::now();
                return Some(Ok(part));
            }
            match self.state {
                State::Open => self.read().await,
                State::Ended | State::Done => {
                    self.state = State::Done;
                    return None;
                }
                State::Cut => {
                    self.state = State::Done;
                    return Some(Err(StreamCut));
                }
            }
        }
    }

    async fn read(&mut self) {
        let times = self.slot.times();
        let end = (self.last_part + self.silence).min(self.started + times.total);
        let sends_comments = matches!(self.tap, Tap::Events(_)) && takes_keep_alive(self.route.dialect());
        let comment = if sends_comments { self.last_sent + times.keep_alive } else { end };
        match self.wait(end.min(comment)).await {
            Next::Read(Ok(Some(part))) => {
                self.last_part = Instant::now();
                self.take(&part);
            }
            Next::Read(Ok(None)) => _ = self.end(),
            Next::Read(Err(CallError::Timeout)) => self.cut(&GatewayError::ProviderTimeout),
            Next::Read(Err(_)) => self.cut(&GatewayError::ProviderConnectionLost),
            Next::Cut => self.cut(&GatewayError::Stopping),
            Next::Late if Instant::now() >= end => self.cut(&GatewayError::ProviderTimeout),
            Next::Late if self.is_at_frame_end() => {
                self.queue.push_back(Bytes::from_static(KEEP_ALIVE.as_bytes()));
            }
            // A comment may not stand inside an event; the next one is due after another interval.
            Next::Late => self.last_sent = Instant::now(),
        }
    }

    /// Waits for the next part of the body.
    async fn wait(&mut self, until: Instant) -> Next {
        let Self { upstream, timer, cut_signal, .. } = self;
        let next = poll_fn(|context| {
            if let Poll::Ready(read) = upstream.poll_chunk(context) {
                return Poll::Ready(Next::Read(read));
            }
            if cut_signal.as_mut().poll(context).is_ready() {
                return Poll::Ready(Next::Cut);
            }
            if timer.deadline() > until {
                timer.as_mut().reset(until);
            }
            while timer.as_mut().poll(context).is_ready() {
                if timer.deadline() >= until {
                    return Poll::Ready(Next::Late);
                }
                timer.as_mut().reset(until);
            }
            Poll::Pending
        });
        next.await
    }

    fn is_at_frame_end(&self) -> bool {
        matches!(&self.tap, Tap::Events(tap) if tap.is_at_frame_end())
    }

    /// Takes a part of the body.
    fn take(&mut self, part: &Bytes) {
        self.record.received(part.len());
        match self.echo.scan(part) {
            Scanned::Pass(parts) => self.pass(parts),
            Scanned::Found => self.cut(&GatewayError::CredentialEchoed { status: None }),
        }
    }

    fn pass(&mut self, parts: impl IntoIterator<Item = Bytes>) {
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            match &mut self.tap {
                Tap::Events(tap) => self.queue.extend(tap.push(part)),
                Tap::Json(tap) => {
                    tap.push(&part);
                    self.queue.push_back(part);
                }
                Tap::Opaque => self.queue.push_back(part),
            }
        }
    }

    /// The provider has ended the body. What is known about it then, if its status was not sent before: the
    /// only event may lack its empty line.
    fn end(&mut self) -> Beginning {
        let rest = self.echo.flush();
        self.pass([rest]);
        self.state = State::Ended;
        match std::mem::replace(&mut self.tap, Tap::Opaque) {
            Tap::Events(tap) => {
                let sequence = tap.last_sequence();
                let summary = tap.finish(StreamEnd::Clean);
                self.queue.extend(summary.rest);
                match summary.outcome {
                    StreamOutcome::Complete => self.record.end(CallEnd::Ok, summary.usage),
                    StreamOutcome::Fault | StreamOutcome::Empty => {
                        self.state = State::Cut;
                        self.record.end(CallEnd::Fault, summary.usage);
                    }
                }
                self.append(summary.tail, &GatewayError::ProviderConnectionLost, sequence);
                if let Some(ErrorOnly { status }) = summary.first_error {
                    return Beginning::Error { status, body: first_data(self.queue.iter()).into() };
                }
                if summary.outcome == StreamOutcome::Empty {
                    return Beginning::Empty;
                }
            }
            Tap::Json(tap) => self.record.end(CallEnd::Ok, tap.finish().usage),
            Tap::Opaque => self.record.end(CallEnd::Ok, None),
        }
        Beginning::Answer
    }

    /// The answer has broken off.
    fn cut(&mut self, error: &GatewayError) {
        self.state = State::Cut;
        match std::mem::replace(&mut self.tap, Tap::Opaque) {
            Tap::Events(tap) => {
                let sequence = tap.last_sequence();
                let summary = tap.finish(StreamEnd::Broken);
                self.queue.extend(summary.rest);
                let is_echo = matches!(error, GatewayError::CredentialEchoed { .. });
                if summary.outcome == StreamOutcome::Complete && !is_echo {
                    // The mark of the end has arrived, so the client has the whole answer.
                    self.state = State::Ended;
                    self.record.end(CallEnd::Ok, summary.usage);
                } else {
                    self.record.end(CallEnd::Fault, summary.usage);
                    self.append(summary.tail, error, sequence);
                }
            }
            Tap::Json(tap) => self.record.end(CallEnd::Fault, tap.finish().usage),
            Tap::Opaque => self.record.end(CallEnd::Fault, None),
        }
    }

    fn append(&mut self, tail: TailKind, error: &GatewayError, sequence: Option<u64>) {
        match tail {
            TailKind::Nothing => {}
            TailKind::Done => self.queue.push_back(Bytes::from_static(DONE.as_bytes())),
            TailKind::Fault => {
                let message = error.message();
                let fault = FaultText { code: error.code(), message: &message, status: error.status() };
                self.queue.push_back(fault_frame(self.route, &fault, sequence.map_or(0, |last| last + 1)));
            }
        }
    }
}

/// Without the end of the answer, the client has gone. What was reported until then is counted.
impl Drop for AnswerStream {
    fn drop(&mut self) {
        if self.state != State::Open {
            return;
        }
        let (is_complete, usage) = match std::mem::replace(&mut self.tap, Tap::Opaque) {
            Tap::Events(tap) => {
                let summary = tap.finish(StreamEnd::Broken);
                (summary.outcome == StreamOutcome::Complete, summary.usage)
            }
            Tap::Json(tap) => (false, tap.finish().usage),
            Tap::Opaque => (false, None),
        };
        self.record.end(if is_complete { CallEnd::Ok } else { CallEnd::ClientGone }, usage);
    }
}
