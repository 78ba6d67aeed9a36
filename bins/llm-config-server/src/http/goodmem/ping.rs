//! `/v1/ping:once` and `/v1/ping:stream`: parse, call, render.

use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::{StreamExt, stream};
use llm_config_core::id::ConfigId;
use llm_config_service::{PingProgress, Service};

use super::ping_answer::{PingEvent, PingNotice, PingResult, Tally};
use super::ping_request::{self, AppliedLimits};
use super::ping_schema::{PingOnceRequest, PingStreamRequest};
use super::tags as openapi;
use crate::http::error::RequestError;
use crate::http::legacy::answer;
use crate::http::legacy::session_and_body;
use crate::http::schema::error_responses::{Forbidden, NotFound, TooMany};

/// Calls the model once and measures how long it takes.
#[utoipa::path(post, path = "/v1/ping:once", operation_id = "pingOnce", tag = openapi::PING, request_body = PingOnceRequest, responses((status = 200, body = PingResult), Forbidden, NotFound, TooMany))]
pub(super) async fn once(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let pinged = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let ping = ping_request::once(&request, &body)?;
        Ok::<_, RequestError>((ping.target, service.ping(&session, &ping).await?))
    };
    match pinged.await {
        Ok((target, pinged)) => HttpResponse::Ok().json(PingResult::of(target, pinged)),
        Err(failure) => answer(&request, failure),
    }
}

/// Calls the model some times and tells of each call as it ends; the last event is a summary.
#[utoipa::path(post, path = "/v1/ping:stream", operation_id = "pingStream", tag = openapi::PING, request_body = PingStreamRequest, responses((status = 200, content((PingEvent = "application/x-ndjson"), (PingEvent = "text/event-stream"))), Forbidden, NotFound, TooMany))]
pub(super) async fn stream(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let started = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let (series, limits) = ping_request::series(&request, &body)?;
        let target = series.ping.target;
        Ok::<_, RequestError>((target, limits, service.ping_series(session, series).await?))
    };
    match started.await {
        Ok((target, limits, progress)) => {
            let framing = Framing::wanted(&request);
            let events = events(target, limits, progress);
            HttpResponse::Ok()
                .content_type(framing.content_type())
                .insert_header(("cache-control", "no-store"))
                .streaming(events.map(move |event| framing.frame(&event)))
        }
        Err(failure) => answer(&request, failure),
    }
}

fn events(
    target: ConfigId,
    limits: AppliedLimits,
    progress: impl futures_util::Stream<Item = PingProgress>,
) -> impl futures_util::Stream<Item = PingEvent> {
    let lowered = (!limits.is_empty()).then(|| {
        PingEvent::Notice(PingNotice {
            code: "LIMIT_APPLIED",
            message: "what was asked for is more than this server gives, and was lowered".to_owned(),
            details: Some(limits.clone()),
        })
    });
    let mut tally = Some(Tally::new(target, limits));
    let told = progress.filter_map(move |progress| {
        let event = match progress {
            PingProgress::Pinged(pinged) => {
                let is_timeout = pinged.pong.is_timeout();
                let result = PingResult::of(target, *pinged);
                if let Some(tally) = &mut tally {
                    tally.add(&result, is_timeout);
                }
                Some(PingEvent::Result(result))
            }
            PingProgress::Ended(error) => Some(PingEvent::Notice(PingNotice {
                code: "ENDED_EARLY",
                message: error.to_string(),
                details: None,
            })),
            PingProgress::Done(took) => tally.take().map(|tally| PingEvent::Summary(tally.summary(took))),
        };
        std::future::ready(event)
    });
    stream::iter(lowered).chain(told)
}

/// How events are told apart in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    /// A line of JSON each.
    Lines,
    /// Server-sent events, named after their one member.
    ServerSentEvents,
}

impl Framing {
    fn wanted(request: &HttpRequest) -> Self {
        let accepts = |it: &actix_web::http::header::HeaderValue| {
            it.to_str().is_ok_and(|it| it.to_ascii_lowercase().contains("text/event-stream"))
        };
        if request.headers().get_all(ACCEPT).any(accepts) { Self::ServerSentEvents } else { Self::Lines }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::ServerSentEvents => "text/event-stream",
        }
    }

    fn frame(self, event: &PingEvent) -> Result<web::Bytes, serde_json::Error> {
        let json = serde_json::to_string(event)?;
        Ok(match self {
            Self::Lines => format!("{json}\n"),
            Self::ServerSentEvents => format!("event: {}\ndata: {json}\n\n", event.name()),
        }
        .into())
    }
}
