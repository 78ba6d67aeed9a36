//! The requests of one check: counted, timed, written down.

use std::time::Duration;

use tokio::time::Instant;

use crate::error_body::ErrorBody;
use crate::report::{Call, Cost, Shown, shortened};
use llm_config_egress::{CallError, Guard};
use llm_config_egress::{Request, Response};

/// The most requests of a check, repetitions included.
pub(crate) const REQUESTS: usize = 3;

/// How long to wait before the one repetition.
const PAUSE: Duration = Duration::from_millis(200);

/// The requests of one check.
pub(crate) struct Run<'a> {
    guard: &'a Guard,
    deadline: Instant,
    may_repeat: bool,
    /// Requests that are kept back for the last step.
    reserved: usize,
    calls: Vec<Call>,
    cost: Cost,
}

/// Why a request got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It was not made: the check has used its requests up.
    Budget,
    /// It was made in vain, or was not allowed.
    Failed(CallError),
}

impl<'a> Run<'a> {
    pub(crate) fn new(guard: &'a Guard, time: Duration) -> Self {
        let deadline = Instant::now() + time;
        Self { guard, deadline, may_repeat: true, reserved: 0, calls: Vec::new(), cost: Cost::Zero }
    }

    /// Keeps one request back, until it is [released](Self::release).
    pub(crate) const fn reserving_one(mut self) -> Self {
        self.reserved = 1;
        self
    }

    /// Keeps one more request back.
    pub(crate) const fn reserve_another(&mut self) {
        self.reserved += 1;
    }

    /// Gives free what was kept back.
    pub(crate) const fn release(&mut self) {
        self.reserved = 0;
    }

    /// How many requests may still be made.
    pub(crate) fn left(&self) -> usize {
        REQUESTS.saturating_sub(self.calls.len() + self.reserved)
    }

    /// Writes down that a request may generate so many tokens.
    pub(crate) fn may_generate(&mut self, tokens: u32) {
        let before = match self.cost {
            Cost::Zero => 0,
            Cost::UpToTokens { tokens } => tokens,
        };
        self.cost = Cost::UpToTokens { tokens: before + tokens };
    }

    /// Sends what `make` makes. Once in a check, a provider that is away for a moment is asked
    /// again; so `make` may be called twice.
    pub(crate) async fn call(&mut self, shown: Shown, make: impl Fn() -> Request) -> Result<Response, Stop> {
        let first = self.once(shown, make()).await;
        let is_momentary = match &first {
            Ok(answer) => matches!(answer.status, 502..=504) && !ErrorBody::read(answer).says(&["loading"]),
            Err(stop) => *stop == Stop::Failed(CallError::Reset),
        };
        if !is_momentary || !self.may_repeat || self.left() == 0 {
            return first;
        }
        self.may_repeat = false;
        tokio::time::sleep_until(self.deadline.min(Instant::now() + PAUSE)).await;
        self.once(shown, make()).await
    }

    async fn once(&mut self, shown: Shown, request: Request) -> Result<Response, Stop> {
        if self.left() == 0 {
            return Err(Stop::Budget);
        }
        let (method, path) = (request.method.clone(), shortened(request.url.path()));
        let started = Instant::now();
        let sent = tokio::time::timeout_at(self.deadline, self.guard.send(request)).await;
        let answer = sent.unwrap_or(Err(CallError::Timeout));
        // What was refused was not sent.
        if !matches!(answer, Err(CallError::Refused)) {
            // Where no connection came about, nobody was shown anything.
            let is_shown = answer.as_ref().err().is_none_or(|it| it.may_have_sent());
            self.calls.push(Call {
                method: if method == http::Method::POST { "POST" } else { "GET" },
                path,
                shown: if is_shown { shown } else { Shown::Nothing },
                status: answer.as_ref().ok().map(|it| it.status),
                milliseconds: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
            });
        }
        answer.map_err(Stop::Failed)
    }

    pub(crate) fn finish(self) -> (Vec<Call>, Cost) {
        (self.calls, self.cost)
    }
}
