//! `POST /v1/ping:stream`

use std::time::Duration;

use actix_web::http::header::{ACCEPT, CACHE_CONTROL, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt, stream};
use llm_config_core::config::Labels;
use llm_config_core::id::ConfigId;
use llm_config_probe::ping::Message;
use llm_config_service::{Ping, PingProgress, PingSeries, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::goodmem::ping::applied_limits::AppliedLimits;
use crate::http::goodmem::ping::event::{PingEvent, PingEvents, PingNotice};
use crate::http::goodmem::ping::ping_result::PingResult;
use crate::http::goodmem::ping::request_values::{
    Amount, PayloadType, TargetTypeHint, exclude_payload_size, payload_and_size,
};
use crate::http::goodmem::ping::statistics::Statistics;
use crate::http::goodmem::tags;
use crate::http::schema::error_responses::{Forbidden, NotFound, TooMany};

/// The default and the maximum of an interval, in milliseconds.
const INTERVAL: (u64, u64) = (1000, 60_000);

/// The default number of pings.
const COUNT: u64 = 4;

request_body! {
    /// A series of calls of the model.
    pub(crate) struct PingStreamRequest {
        /// The LLM.
        target_id: ConfigId,
        /// As for a single ping.
        #[expect(dead_code, reason = "checked when it is read")]
        target_type_hint: Option<TargetTypeHint>,
        /// The number of pings; 0 or absent: 4, at most 100.
        count: Amount,
        /// From the start of one ping to the start of the next; 0 or absent: 1000, at most 60,000.
        interval_ms: Amount,
        /// As for a single ping.
        timeout_ms: Amount,
        /// As for a single ping.
        #[expect(dead_code, reason = "checked when it is read")]
        payload_type: Option<PayloadType>,
        /// As for a single ping.
        payload: Option<Message>,
        /// As for a single ping.
        payload_size_bytes: Amount,
        /// The number of pings that may wait for a response at the same time; 0 or absent: 1, at most 4.
        max_in_flight: Amount,
        /// Whether the server varies intervals at random, by up to a quarter.
        jitter: Option<bool>,
        /// At most 20; checked, but not stored.
        #[expect(dead_code, reason = "checked when it is read")]
        labels: Option<Labels>,
    }
    example {"targetId": "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a", "count": 3}
    forbids(payload_and_size())
    rules(object) {
        exclude_payload_size(object, payload_size_bytes);
    }
}

impl PingStreamRequest {
    pub(crate) fn into_series(self) -> (PingSeries, AppliedLimits) {
        let Self {
            target_id,
            target_type_hint: _,
            count,
            interval_ms,
            timeout_ms,
            payload_type: _,
            payload,
            payload_size_bytes,
            max_in_flight,
            jitter,
            labels: _,
        } = self;
        let mut limits = AppliedLimits::default();
        let max_count = PingSeries::COUNT;
        let count = limits.apply("count", count, (COUNT, max_count.into()));
        let interval = Duration::from_millis(limits.apply("intervalMs", interval_ms, INTERVAL));
        let most_in_flight = u64::try_from(PingSeries::IN_FLIGHT).unwrap_or(u64::MAX);
        let max_in_flight = limits.apply("maxInFlight", max_in_flight, (1, most_in_flight));
        let message = limits.message(payload, payload_size_bytes);
        let ping = Ping { target: target_id, message, timeout: limits.timeout(timeout_ms) };
        let series = PingSeries {
            ping,
            count: u32::try_from(count).unwrap_or(max_count),
            interval,
            max_in_flight: usize::try_from(max_in_flight).unwrap_or(1),
            jitter: jitter.unwrap_or(false),
        };
        (series, limits)
    }
}

/// Calls the model several times.
///
/// Returns an event for each call when it ends; the last event is a summary. The events are lines of JSON, or
/// server-sent events for clients that accept `text/event-stream`.
#[utoipa::path(
    post, path = "/v1/ping:stream", operation_id = "pingStream", tag = tags::PING,
    request_body = PingStreamRequest,
    responses(
        (status = 200, content((PingEvents = "application/x-ndjson"), (PingEvents = "text/event-stream"))),
        Forbidden, NotFound, TooMany,
    )
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<PingStreamRequest>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let (series, limits) = body.into_series();
    let target = series.ping.target;
    let progress = service.ping_series(session, series).await?;
    let framing = Framing::accepted(&request);
    let events = events(target, limits, progress);
    Ok(HttpResponse::Ok()
        .content_type(framing.content_type())
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(events.map(move |event| framing.frame(&event))))
}

fn events(
    target: ConfigId,
    limits: AppliedLimits,
    progress: impl Stream<Item = PingProgress>,
) -> impl Stream<Item = PingEvent> {
    let lowered = (!limits.is_empty()).then(|| {
        PingEvent::Notice(PingNotice {
            code: "LIMIT_APPLIED",
            message: "values above this server's limits were lowered to the limits".to_owned(),
            details: Some(limits.clone()),
        })
    });
    let mut statistics = Some(Statistics::new(target, limits));
    let events = progress.filter_map(move |progress| {
        let event = match progress {
            PingProgress::Finished(outcome) => {
                let is_timeout = outcome.result.is_timeout();
                let result = PingResult::new(target, *outcome);
                if let Some(statistics) = &mut statistics {
                    statistics.add(&result, is_timeout);
                }
                Some(PingEvent::Result(result))
            }
            PingProgress::Ended(error) => Some(PingEvent::Notice(PingNotice {
                code: "ENDED_EARLY",
                message: error.to_string(),
                details: None,
            })),
            PingProgress::Done(took) => {
                statistics.take().map(|statistics| PingEvent::Summary(statistics.summary(took)))
            }
        };
        std::future::ready(event)
    });
    stream::iter(lowered).chain(events)
}

/// The format in which a stream separates events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    /// One line of JSON for each event.
    Lines,
    /// Server-sent events. The name of an event is the name of its member.
    ServerSentEvents,
}

impl Framing {
    /// The framing that the client accepts.
    fn accepted(request: &HttpRequest) -> Self {
        let accepts_events = |value: &HeaderValue| {
            value.to_str().is_ok_and(|value| value.to_ascii_lowercase().contains("text/event-stream"))
        };
        if request.headers().get_all(ACCEPT).any(accepts_events) {
            Self::ServerSentEvents
        } else {
            Self::Lines
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::ServerSentEvents => "text/event-stream",
        }
    }

    fn frame(self, event: &PingEvent) -> Result<Bytes, serde_json::Error> {
        let json = serde_json::to_string(event)?;
        Ok(match self {
            Self::Lines => format!("{json}\n"),
            Self::ServerSentEvents => format!("event: {}\ndata: {json}\n\n", event.name()),
        }
        .into())
    }
}
