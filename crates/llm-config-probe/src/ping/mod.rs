//! One timed call to a model: whether it responds, and how long that takes.

mod message;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use llm_config_core::credential::Credential;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Target;
use llm_config_core::text::ModelId;
use llm_config_egress::{CallError, Guard};
use llm_config_providers::{
    Auth, CompletionOutcome, CompletionRequest, ProviderTarget, RefusedParameter, Request, Response,
    SentCredential,
};
use tokio::time::Instant;
use url::Url;

pub use message::{Message, MessageTooLong};

use crate::budget::{ProbeError, send};
use crate::completion;
use crate::engine::reason_of_ping;
use crate::prober::{Prober, reason_of};
use crate::report::Reason;
use crate::verdict::Verdict;

/// The parameters of a ping.
#[derive(Clone, Debug)]
pub struct Ping {
    /// The message to the model.
    pub message: Message,
    /// The timeout of the whole response.
    pub timeout: Duration,
    /// The current time. Requests are signed for it; AWS refuses a time that is minutes off.
    pub now: SystemTime,
}

/// The result of a ping. Holds no secret, and no text of the provider.
#[derive(Clone, Debug)]
pub struct PingResult {
    /// The URL that was called: the endpoint with the API path, without the query.
    pub resolved_endpoint: String,
    /// The configured model.
    pub model: Option<ModelId>,
    /// Bytes of request bodies, without headers.
    pub bytes_sent: usize,
    /// Bytes of response bodies, without headers; no more than 1 MiB is read of each.
    pub bytes_received: usize,
    /// The status of the response; none without a response.
    pub http_status: Option<u16>,
    /// Why the model did not respond; none if it did. A model that was stopped by the output limit alone has
    /// responded, although some providers report that with status 400.
    pub failure: Option<Failure>,
    /// From before the request to after the response, connecting included.
    pub elapsed: Duration,
    /// The moments of the ping.
    pub moments: Moments,
}

/// Why a model did not respond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The reason that decided.
    pub reason: Reason,
    /// One sentence for people, never a text of the provider.
    pub hint: Cow<'static, str>,
}

/// The four moments of a ping.
///
/// Providers do not report when they received a request and when they responded. Both are set midway
/// between our own moments, so that the server's share of the time and the difference of the clocks are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the moment of that name")]
pub struct Moments {
    pub client_sent: SystemTime,
    pub server_received: SystemTime,
    pub server_sent: SystemTime,
    pub client_received: SystemTime,
}

impl PingResult {
    /// Whether the model responded.
    #[must_use]
    pub const fn ok(&self) -> bool {
        self.failure.is_none()
    }

    /// Whether nothing was sent because this process is busy. Tells nothing about the configuration.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.reason == Reason::Busy)
    }

    /// Whether no response arrived in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.reason == Reason::Timeout)
    }
}

impl Failure {
    fn from_reason(reason: Reason) -> Self {
        Self { reason, hint: Cow::Borrowed(reason.hint()) }
    }

    fn from_verdict(verdict: Verdict) -> Self {
        let Verdict { reason, hint, .. } = verdict;
        Self { reason, hint: hint.unwrap_or(Cow::Borrowed(reason.hint())) }
    }

    /// The provider refuses a parameter of pings, and no other value of it is cheap and known.
    fn of_parameter(parameter: RefusedParameter) -> Self {
        Self { reason: Reason::UnexpectedAnswer, hint: Cow::Borrowed(completion::hint(parameter)) }
    }

    fn incomplete(hint: &'static str) -> Self {
        Self { reason: Reason::ConfigIncomplete, hint: Cow::Borrowed(hint) }
    }
}

impl Moments {
    fn from(start: SystemTime, elapsed: Duration) -> Self {
        let midway = start + elapsed / 2;
        Self {
            client_sent: start,
            server_received: midway,
            server_sent: midway,
            client_received: start + elapsed,
        }
    }
}

impl Prober {
    /// Sends one completion request, with the lowest accepted output limit, and measures it. Returns a
    /// [`PingResult`] whatever the provider does. The call is real, and may be billed.
    ///
    /// It is sent again, at most twice, only if the provider refuses one of its parameters, such as the
    /// output limit by its name or size, or a response that is not streamed; all requests then count
    /// together, in bytes and in time. A streamed response is read until the model's first output.
    ///
    /// `credential` is sent to the target's origin only; a secret reference must be resolved before.
    pub async fn ping(&self, target: &Target, credential: Option<&Credential>, ping: &Ping) -> PingResult {
        let mut exchange = Exchange::default();
        let started = Instant::now();
        let failure = match Auth::new(target.provider, credential) {
            Err(error) => Some(Failure::from_verdict(Verdict::from_auth_error(error))),
            Ok((auth, _)) => {
                let provider = ProviderTarget::new(target, auth);
                let call = exchange.call(&self.guard, &provider, ping);
                let called = tokio::time::timeout(ping.timeout, call).await;
                called.unwrap_or_else(|_| Some(failed(CallError::Timeout)))
            }
        };
        exchange.result(target, failure, ping.now, started.elapsed())
    }

    /// The result of a ping whose secret could not be resolved, so that no request was sent.
    #[must_use]
    pub fn unsent(&self, target: &Target, error: ResolveError, ping: &Ping) -> PingResult {
        let failure = Failure::from_reason(reason_of(error));
        Exchange::default().result(target, Some(failure), ping.now, Duration::ZERO)
    }
}

/// The transmitted bytes and the last status, also if the rest does not arrive in time.
#[derive(Default)]
struct Exchange {
    sent: usize,
    received: usize,
    status: Option<u16>,
}

impl Exchange {
    /// The maximum number of repetitions of a ping, each with another parameter as the provider demands it.
    const CORRECTIONS: usize = 2;

    fn result(
        self,
        target: &Target,
        failure: Option<Failure>,
        start: SystemTime,
        elapsed: Duration,
    ) -> PingResult {
        PingResult {
            resolved_endpoint: without_query(target.url()),
            model: target.model.clone(),
            bytes_sent: self.sent,
            bytes_received: self.received,
            http_status: self.status,
            failure,
            elapsed,
            moments: Moments::from(start, elapsed),
        }
    }

    /// Calls the model at the configured URL.
    async fn call(&mut self, guard: &Guard, target: &ProviderTarget<'_>, ping: &Ping) -> Option<Failure> {
        let url = target.target.url();
        let first = target.completion_request(&url).with_message(ping.message.as_str());
        if !first.names_model() {
            return Some(Failure::incomplete("The configuration names no model: store one to call it."));
        }
        let mut request = first;
        for _ in 0..=Self::CORRECTIONS {
            let (outcome, response) = match self.send(guard, target, &url, &request, ping.now).await {
                Ok(sent) => sent,
                Err(failure) => return Some(failure),
            };
            let is_parameter = matches!(outcome, CompletionOutcome::ParameterRefused(_));
            let corrected = request.corrected(outcome, first.limit).filter(|_| is_parameter);
            match (outcome, corrected) {
                (CompletionOutcome::Completed(_), _) => return None,
                (_, Some(corrected)) => request = corrected,
                (CompletionOutcome::ParameterRefused(parameter), None) => {
                    return Some(Failure::of_parameter(parameter));
                }
                (CompletionOutcome::ServerError | CompletionOutcome::Refused, None) => {
                    let class = target.classify(&url, &response);
                    let reason = reason_of_ping(target, &class, response.status);
                    let hint = class.hint.filter(|_| reason == class.reason);
                    let hint = Cow::Borrowed(hint.unwrap_or(reason.hint()));
                    return Some(Failure { reason, hint });
                }
            }
        }
        Some(Failure::from_reason(Reason::UnexpectedAnswer))
    }

    async fn send(
        &mut self,
        guard: &Guard,
        target: &ProviderTarget<'_>,
        url: &Url,
        request: &CompletionRequest<'_>,
        now: SystemTime,
    ) -> Result<(CompletionOutcome, Response), Failure> {
        let post = Request::post(url.clone(), &request.body());
        let post = target.authenticate(post, SentCredential::Configured, now);
        let size = post.body.len();
        self.status = None;
        self.sent += size;
        let response = send(guard, post).await.map_err(|error| {
            if !error.may_have_sent() {
                self.sent -= size;
            }
            let failure = failed(error);
            match (error, target.vendor.and_then(|vendor| vendor.unresolved_host_hint)) {
                (CallError::Dns, Some(hint)) => Failure { hint: Cow::Borrowed(hint), ..failure },
                _ => failure,
            }
        })?;
        self.status = Some(response.status);
        self.received += response.body.len();
        Ok((CompletionOutcome::new(request, &response), response))
    }
}

fn failed(error: CallError) -> Failure {
    Failure::from_verdict(Verdict::from_error(ProbeError::Failed(error)))
}

fn without_query(mut url: Url) -> String {
    url.set_query(None);
    url.into()
}
