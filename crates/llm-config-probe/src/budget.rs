//! The request budget of one check: requests are counted, timed and recorded.

use std::time::{Duration, SystemTime};

use llm_config_egress::{CallError, Guard};
use llm_config_providers::{ProviderTarget, Reason, Request, Response, SentCredential, is_stream_decided};
use tokio::time::Instant;

use crate::report::{Call, Cost, shortened};

/// The maximum number of requests of a check, repetitions included.
pub(crate) const REQUESTS: usize = 3;

/// The maximum number of tokens that a check at the depth `inference` can generate. Nearly all generate one.
#[expect(clippy::cast_possible_truncation, reason = "a check sends few requests")]
pub const MOST_TOKENS: u32 = REQUESTS as u32 * llm_config_providers::MOST_TOKENS;

/// The delay before the one repetition.
const PAUSE: Duration = Duration::from_millis(200);

/// The request budget of one check.
pub(crate) struct RequestBudget<'a> {
    guard: &'a Guard,
    deadline: Instant,
    may_repeat: bool,
    /// Requests that are reserved for the last step.
    reserved: usize,
    calls: Vec<Call>,
    cost: Cost,
    /// Whether a request was not sent because this process is busy.
    is_incomplete: bool,
}

/// Why a request has no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProbeError {
    /// It was not sent: the budget is exhausted.
    BudgetExhausted,
    /// It failed, or was not allowed.
    Failed(CallError),
}

impl<'a> RequestBudget<'a> {
    pub(crate) fn new(guard: &'a Guard, time: Duration) -> Self {
        let deadline = Instant::now() + time;
        let (calls, cost) = (Vec::new(), Cost::Zero);
        Self { guard, deadline, may_repeat: true, reserved: 0, calls, cost, is_incomplete: false }
    }

    /// Reserves one more request, until it is [released](Self::release_reserved).
    pub(crate) const fn reserve(&mut self) {
        self.reserved += 1;
    }

    /// Releases the reserved requests.
    pub(crate) const fn release_reserved(&mut self) {
        self.reserved = 0;
    }

    /// The number of requests that may still be sent.
    pub(crate) fn remaining(&self) -> usize {
        REQUESTS.saturating_sub(self.calls.len() + self.reserved)
    }

    /// Records that a request may generate this many tokens.
    pub(crate) fn may_generate(&mut self, tokens: u32) {
        let before = match self.cost {
            Cost::Zero => 0,
            Cost::UpToTokens { tokens } => tokens,
        };
        self.cost = Cost::UpToTokens { tokens: before + tokens };
    }

    /// Sends a request with a credential. Without a configured credential it carries none.
    pub(crate) async fn send_authenticated(
        &mut self,
        target: &ProviderTarget<'_>,
        request: &Request,
        sent: SentCredential,
    ) -> Result<Response, ProbeError> {
        let sent = if target.auth.is_none() { SentCredential::None } else { sent };
        let is_down =
            |response: &Response| target.classify(&request.url, response).reason == Reason::ProviderDown;
        self.send(sent, || target.authenticate(request.clone(), sent, now()), is_down).await
    }

    /// Sends the request that `make` makes. Once in a check, a request to a provider that is down for a
    /// moment is repeated, so `make` may be called twice. `is_down`: whether a response of status 502 to 504
    /// reports that, and no lasting cause.
    pub(crate) async fn send(
        &mut self,
        sent: SentCredential,
        make: impl Fn() -> Request,
        is_down: impl Fn(&Response) -> bool,
    ) -> Result<Response, ProbeError> {
        let first = self.send_once(sent, make()).await;
        let is_momentary = match &first {
            Ok(response) => matches!(response.status, 502..=504) && is_down(response),
            Err(error) => *error == ProbeError::Failed(CallError::Reset),
        };
        if !is_momentary || !self.may_repeat || self.remaining() == 0 {
            return first;
        }
        self.may_repeat = false;
        tokio::time::sleep_until(self.deadline.min(Instant::now() + PAUSE)).await;
        self.send_once(sent, make()).await
    }

    async fn send_once(&mut self, sent: SentCredential, request: Request) -> Result<Response, ProbeError> {
        if self.remaining() == 0 {
            return Err(ProbeError::BudgetExhausted);
        }
        let (method, path) = (request.method.clone(), shortened(request.url.path()));
        let started = Instant::now();
        // Some proxies authenticate connections instead of requests. They would accept every key on a
        // connection that carried a genuine one.
        let sending = self.guard.send_unpooled(to_egress(request), is_stream_decided);
        let response = tokio::time::timeout_at(self.deadline, sending).await;
        let response = response.unwrap_or(Err(CallError::Timeout)).map(from_egress);
        self.is_incomplete |= matches!(response, Err(CallError::Busy));
        // Neither was a refused request sent, nor one whose host was not looked up.
        if !matches!(response, Err(CallError::Refused | CallError::Busy)) {
            // Without a connection, no credential was sent.
            let is_sent = response.as_ref().err().is_none_or(|error| error.may_have_sent());
            self.calls.push(Call {
                method: if method == http::Method::POST { "POST" } else { "GET" },
                path,
                sent: if is_sent { sent } else { SentCredential::None },
                status: response.as_ref().ok().map(|response| response.status),
                milliseconds: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
            });
        }
        response.map_err(ProbeError::Failed)
    }

    /// Whether a request was not sent because this process is busy, so that the verdict lacks a step.
    pub(crate) const fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    pub(crate) fn finish(self) -> (Vec<Call>, Cost) {
        (self.calls, self.cost)
    }
}

/// Sends a request through the guard, on a pooled connection.
pub(crate) async fn send(guard: &Guard, request: Request) -> Result<Response, CallError> {
    guard.send_until(to_egress(request), is_stream_decided).await.map(from_egress)
}

fn to_egress(request: Request) -> llm_config_egress::Request {
    let Request { method, url, headers, body, key_header: _ } = request;
    llm_config_egress::Request { method, url, headers, body: body.into() }
}

fn from_egress(response: llm_config_egress::Response) -> Response {
    let llm_config_egress::Response { status, headers, body, is_whole } = response;
    Response::new(status, headers, body, is_whole)
}

/// The time for which a request is signed. Each request is signed when it is sent, so the time cannot be
/// handed in once for a check.
#[expect(clippy::disallowed_methods, reason = "the edge where the pure signer is handed the time")]
fn now() -> SystemTime {
    SystemTime::now()
}
