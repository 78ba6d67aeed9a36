//! What one call adds to the usage and the metrics.

use std::time::Duration;

use llm_config_core::caller::Identity;
use llm_config_core::config::LlmConfig;
use llm_config_core::id::{ConfigId, Incarnation};
use llm_config_core::text::ModelId;
use llm_config_gateway::Dialect;
use llm_config_gateway::usage::Usage;
use llm_config_store::usage::{UsageCounters, UsageHour, UsageKey};
use tokio::time::Instant;

use super::memory::PreparedCall;
use super::metrics::{CallEnd, CallMetrics};
use crate::service::Service;
use crate::session::Session;
use crate::usage::UsageRecorder;

/// A call in progress. Dropping it records the call, as one whose client has gone if nothing has ended it
/// before.
pub(super) struct CallRecord {
    recorder: UsageRecorder,
    metrics: CallMetrics,
    key: UsageKey,
    dialect: Dialect,
    provider: &'static str,
    started: Instant,
    first_byte: Option<Duration>,
    counters: UsageCounters,
    /// The id of the request, for the log.
    request_id: Option<String>,
    /// Whether a byte of the request may have been sent to the provider.
    is_sent: bool,
    /// Whether the client has got the head of the response, and the log its status.
    is_begun: bool,
    end: CallEnd,
}

/// Why the gateway did not make a call that names a configuration.
#[derive(Clone, Copy)]
pub(super) enum NotMade {
    /// The configuration or the token does not allow it.
    Refused,
    /// A limit is reached.
    Blocked,
}

/// The configuration whose usage counts a call.
#[derive(Clone, Copy)]
pub(super) struct UsageSubject<'a> {
    pub(super) config: ConfigId,
    pub(super) incarnation: Incarnation,
    /// The stored model.
    pub(super) model: Option<&'a str>,
}

impl PreparedCall {
    /// What counts the calls of this configuration.
    pub(super) fn subject(&self) -> UsageSubject<'_> {
        UsageSubject { config: self.config, incarnation: self.incarnation, model: self.target.model() }
    }
}

impl<'a> From<&'a LlmConfig> for UsageSubject<'a> {
    fn from(config: &'a LlmConfig) -> Self {
        let model = config.settings.model.as_ref().map(ModelId::as_str);
        Self { config: config.id, incarnation: config.incarnation, model }
    }
}

impl Service {
    /// The record of a call that is about to be made.
    pub(super) fn record_call(
        &self,
        session: &Session,
        prepared: &PreparedCall,
        dialect: Dialect,
        model: &str,
    ) -> CallRecord {
        self.call_metrics.begin();
        CallRecord {
            recorder: self.usage.clone(),
            metrics: self.call_metrics.clone(),
            key: self.usage_key(session, prepared.subject(), dialect, model),
            dialect,
            provider: prepared.target.provider().as_str(),
            started: Instant::now(),
            first_byte: None,
            // Until the provider has reported it.
            counters: UsageCounters { calls_without_usage: 1, ..UsageCounters::default() },
            request_id: session.caller.request_id.clone(),
            is_sent: false,
            is_begun: false,
            end: CallEnd::ClientGone,
        }
    }

    /// Records a call that was not made.
    pub(super) fn record_not_made(
        &self,
        session: &Session,
        subject: UsageSubject<'_>,
        dialect: Dialect,
        why: NotMade,
    ) {
        let key = self.usage_key(session, subject, dialect, subject.model.unwrap_or_default());
        let counters = match why {
            NotMade::Refused => UsageCounters { refused: 1, ..UsageCounters::default() },
            NotMade::Blocked => UsageCounters { blocked: 1, ..UsageCounters::default() },
        };
        self.usage.record(&key, counters);
    }

    fn usage_key(
        &self,
        session: &Session,
        subject: UsageSubject<'_>,
        dialect: Dialect,
        model: &str,
    ) -> UsageKey {
        let token = match session.caller.identity {
            Identity::Token { id, holder: _ } => Some(id),
            Identity::User(_) | Identity::Operator => None,
        };
        UsageKey {
            config: subject.config,
            incarnation: subject.incarnation,
            token,
            dialect: dialect.as_str(),
            model: model.to_owned(),
            hour: UsageHour::containing(self.now()),
        }
    }
}

impl CallRecord {
    /// From now on, the provider may have received a part of the request of this size.
    pub(super) fn sending(&mut self, bytes: u64) {
        self.is_sent = true;
        self.counters.bytes_in = bytes;
    }

    /// Nothing was sent after all.
    pub(super) fn was_not_sent(&mut self) {
        self.is_sent = false;
    }

    /// The head of the response has arrived.
    pub(super) fn responded(&mut self) {
        self.first_byte = Some(self.started.elapsed());
    }

    /// The response to the client has begun.
    pub(super) const fn begun(&mut self) {
        self.is_begun = true;
    }

    /// Bytes of the response have arrived.
    pub(super) fn received(&mut self, bytes: usize) {
        self.counters.bytes_out += bytes as u64;
    }

    /// When the call began.
    pub(super) const fn started(&self) -> Instant {
        self.started
    }

    /// The call has ended.
    pub(super) fn end(&mut self, end: CallEnd, usage: Option<Usage>) {
        self.end = end;
        let counters = &mut self.counters;
        match usage {
            Some(Usage { input, cached, cache_write, output, reasoning, audio_in, audio_out }) => {
                counters.input = input;
                counters.cached = cached;
                counters.cache_write = cache_write;
                counters.output = output;
                counters.reasoning = reasoning;
                counters.audio_in = audio_in;
                counters.audio_out = audio_out;
                counters.calls_without_usage = 0;
            }
            // A refused call consumes no tokens.
            None => counters.calls_without_usage = u64::from(end != CallEnd::UpstreamError),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Drop for CallRecord {
    fn drop(&mut self) {
        let duration = self.started.elapsed();
        self.metrics.end(self.dialect, self.provider, self.end, self.first_byte, duration);
        if self.is_begun && self.end == CallEnd::Fault {
            let (request_id, provider, ms) = (&self.request_id, self.provider, millis(duration));
            let config = self.key.config;
            tracing::warn!(request_id, %config, provider, ms, "the response of a model broke off");
        }
        if !self.is_sent {
            return;
        }
        let counters = &mut self.counters;
        counters.calls = 1;
        match self.end {
            CallEnd::Ok => counters.ok = 1,
            CallEnd::UpstreamError => counters.upstream_errors = 1,
            CallEnd::Fault => counters.faults = 1,
            CallEnd::ClientGone => counters.client_gone = 1,
        }
        if counters.calls_without_usage > 0 {
            self.metrics.count_without_usage();
        }
        counters.ms = millis(duration);
        counters.ms_first_byte = self.first_byte.map(millis).unwrap_or_default();
        self.recorder.record(&self.key, *counters);
    }
}
