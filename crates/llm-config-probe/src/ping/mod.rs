//! One timed call to a model: how long it takes, and whether it answers.

mod message;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use llm_config_core::credential::Credential;
use llm_config_core::provider::Provider;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Target;
use llm_config_core::text::ModelId;
use tokio::time::Instant;
use url::Url;

pub use message::{Message, MessageTooLong};

use crate::access::{Access, KeyHeader};
use crate::finding::Finding;
use crate::inference::{Heard, Operation, Question};
use crate::prober::{Prober, cannot_be_shown, unresolved};
use crate::providers::signed;
use crate::refusal::refusal;
use crate::report::{Reason, Shown};
use crate::run::Stop;
use llm_config_egress::{CallError, Guard};
use llm_config_egress::{Request, Response};

/// What is said to the model, and how long its answer is waited for.
#[derive(Clone, Debug)]
pub struct Ping {
    /// What is said.
    pub message: Message,
    /// How long to wait for the whole answer.
    pub timeout: Duration,
    /// The time at which the ping is made, by the caller's clock. Signatures are made for it, so
    /// that AWS refuses one that is minutes off.
    pub now: SystemTime,
}

/// What came of a ping. Holds no secret and no text of the provider's.
#[derive(Clone, Debug)]
pub struct Pong {
    /// What was called: the endpoint with the API path, without the query.
    pub resolved_endpoint: String,
    /// The model that was asked.
    pub model: Option<ModelId>,
    /// Bytes of request bodies, without headers.
    pub bytes_sent: usize,
    /// Bytes of response bodies, without headers; no more than 1 MiB is read of each.
    pub bytes_received: usize,
    /// The status of the answer; none if there was none.
    pub http_status: Option<u16>,
    /// Why the model did not answer; none if it did. A model that was stopped by the cap of the
    /// call alone has answered, although some providers say it with status 400.
    pub failure: Option<Failure>,
    /// From before the request to after the answer, connecting included.
    pub elapsed: Duration,
    /// When it was.
    pub moments: Moments,
}

/// Why a model did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The one thing that decided.
    pub reason: Reason,
    /// One sentence for a person, in our words.
    pub hint: Cow<'static, str>,
}

/// The four moments of a ping.
///
/// No provider tells when it received a request and when it answered. Both are put midway between
/// ours, so that whoever subtracts the server's time from the whole is left with the whole, and
/// clocks that are compared do not differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the moment of that name")]
pub struct Moments {
    pub client_sent: SystemTime,
    pub server_received: SystemTime,
    pub server_sent: SystemTime,
    pub client_received: SystemTime,
}

impl Pong {
    /// Whether the model answered.
    #[must_use]
    pub const fn ok(&self) -> bool {
        self.failure.is_none()
    }

    /// Whether no answer came in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.failure.as_ref().is_some_and(|it| it.reason == Reason::Timeout)
    }
}

impl Failure {
    fn of(reason: Reason) -> Self {
        Self { reason, hint: Cow::Borrowed(reason.hint()) }
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
    /// Makes one generation call, with the smallest cap that is accepted, and measures it. Whatever
    /// the provider does, there is a [`Pong`]. The call is real, and may be billed.
    ///
    /// It is never repeated, except once where the provider refuses the cap of the answer's length
    /// by its name or size; both calls then count together, in bytes and in time.
    ///
    /// `credential` is shown to the target's origin and nowhere else; a secret reference must be
    /// resolved by then.
    pub async fn ping(&self, target: &Target, credential: Option<&Credential>, ping: &Ping) -> Pong {
        let url = target.url();
        let mut exchange = Exchange::default();
        let started = Instant::now();
        let model = target.model.as_ref().map(ModelId::as_str);
        let question = Question::at(target.provider, &url, model).saying(ping.message.as_str());
        let failure = match pass(target.provider, credential, question, ping.now) {
            Ok(pass) => {
                let asked = exchange.ask(&self.guard, &url, question, &pass);
                let asked = tokio::time::timeout(ping.timeout, asked).await;
                asked.unwrap_or_else(|_| Some(stopped(CallError::Timeout)))
            }
            Err(failure) => Some(failure),
        };
        exchange.pong(target, failure, ping.now, started.elapsed())
    }

    /// What came of a ping whose secret could not be had, so that nothing was sent.
    #[must_use]
    pub fn unsent(&self, target: &Target, error: ResolveError, ping: &Ping) -> Pong {
        let failure = Failure::of(unresolved(error));
        Exchange::default().pong(target, Some(failure), ping.now, Duration::ZERO)
    }
}

/// What requests are let in with.
struct Pass {
    access: Access,
    expected: KeyHeader,
    operation: Operation,
    now: SystemTime,
}

/// The form in which the credential is shown, unless the call cannot be made at all.
fn pass(
    provider: Provider,
    credential: Option<&Credential>,
    question: Question<'_>,
    now: SystemTime,
) -> Result<Pass, Failure> {
    let (access, _) = Access::of(provider, credential).map_err(|it| {
        let Finding { reason, hint, .. } = cannot_be_shown(it);
        Failure { reason, hint: hint.unwrap_or(Cow::Borrowed(reason.hint())) }
    })?;
    if !question.names_model() {
        return Err(Failure::incomplete("The configuration names no model, so there is nobody to call."));
    }
    Ok(Pass {
        access,
        expected: expected_header(provider, question.operation),
        operation: question.operation,
        now,
    })
}

/// The header for keys wherever the configuration chooses none. The paths of these vendors that
/// are compatible with `OpenAI` expect what `OpenAI` does.
fn expected_header(provider: Provider, operation: Operation) -> KeyHeader {
    match (provider, operation) {
        (Provider::Anthropic, Operation::Messages) => KeyHeader::bare("x-api-key"),
        (Provider::Google, Operation::GenerateContent) => KeyHeader::bare("x-goog-api-key"),
        _ => KeyHeader::bearer(),
    }
}

impl Pass {
    /// The request with what lets it in.
    fn request(&self, request: Request) -> Request {
        let request = match self.operation {
            Operation::Messages => request.with_header("anthropic-version", "2023-06-01"),
            Operation::ChatCompletions
            | Operation::Completions
            | Operation::Responses
            | Operation::OllamaChat
            | Operation::OllamaGenerate
            | Operation::GenerateContent
            | Operation::Converse => request,
        };
        match &self.access {
            Access::Open | Access::Key(_) => self.access.show(request, &self.expected, Shown::Credential),
            Access::Pair(pair) => signed(request, pair, self.now),
        }
    }
}

/// What went over the line up to now, also if the rest does not come in time.
#[derive(Default)]
struct Exchange {
    sent: usize,
    received: usize,
    status: Option<u16>,
}

impl Exchange {
    fn pong(self, target: &Target, failure: Option<Failure>, start: SystemTime, elapsed: Duration) -> Pong {
        Pong {
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

    async fn ask(
        &mut self,
        guard: &Guard,
        url: &Url,
        question: Question<'_>,
        pass: &Pass,
    ) -> Option<Failure> {
        let (mut heard, mut answer) = match self.once(guard, url, &question, pass).await {
            Ok(heard) => heard,
            Err(failure) => return Some(failure),
        };
        let is_refused = matches!(heard, Heard::CapNameRefused | Heard::CapSizeRefused);
        if let Some(mended) = question.mended(heard, question.cap).filter(|_| is_refused) {
            (heard, answer) = match self.once(guard, url, &mended, pass).await {
                Ok(heard) => heard,
                Err(failure) => return Some(failure),
            };
        }
        match heard {
            Heard::Model(_) => None,
            Heard::CapNameRefused
            | Heard::CapSizeRefused
            | Heard::CapWithoutThought
            | Heard::Failure
            | Heard::Refusal => Some(Failure::of(refusal(&answer))),
        }
    }

    async fn once(
        &mut self,
        guard: &Guard,
        url: &Url,
        question: &Question<'_>,
        pass: &Pass,
    ) -> Result<(Heard, Response), Failure> {
        let request = pass.request(Request::post(url.clone(), &question.body()));
        let size = request.body.len();
        self.status = None;
        self.sent += size;
        let answer = guard.send(request).await.map_err(|error| {
            if !error.may_have_sent() {
                self.sent -= size;
            }
            stopped(error)
        })?;
        self.status = Some(answer.status);
        self.received += answer.body.len();
        Ok((Heard::of(question, &answer), answer))
    }
}

fn stopped(error: CallError) -> Failure {
    Failure::of(Finding::stopped(Stop::Failed(error)).reason)
}

fn without_query(mut url: Url) -> String {
    url.set_query(None);
    url.into()
}
