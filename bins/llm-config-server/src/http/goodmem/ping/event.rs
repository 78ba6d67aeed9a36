//! The events of a stream of pings.

use serde::Serialize;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::goodmem::ping::applied_limits::AppliedLimits;
use crate::http::goodmem::ping::ping_result::{PingEndpointInfo, PingResult};
use crate::http::schema::value::{Components, reference, text};

/// An event of a stream. It has exactly one of these members.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PingEvent {
    #[schema(title = "PingResultEvent")]
    Result(PingResult),
    #[schema(title = "PingNoticeEvent")]
    Notice(PingNotice),
    #[schema(title = "PingSummaryEvent")]
    Summary(PingSummary),
}

/// The body of a stream, for the document. In `OpenAPI` 3.1 the body as a whole is a text, whose content is
/// a list of events (`itemSchema` is new in 3.2).
pub(crate) enum PingEvents {}

impl PartialSchema for PingEvents {
    fn schema() -> RefOr<Schema> {
        let event = Ref::from_schema_name(<PingEvent as ToSchema>::name());
        let docs = "The events of a stream in their order, each a `PingEvent` as one line of JSON; or, for \
            clients that accept `text/event-stream`, each as a server-sent event with this JSON as its data.";
        text()
            .description(Some(docs))
            .content_media_type("application/x-ndjson")
            .content_schema(Some(ArrayBuilder::new().items(event)))
            .into()
    }
}

impl ToSchema for PingEvents {
    fn schemas(components: &mut Components) {
        reference::<PingEvent>(components);
    }
}

impl PingEvent {
    /// The name of the event's member.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Result(_) => "result",
            Self::Notice(_) => "notice",
            Self::Summary(_) => "summary",
        }
    }
}

/// A notice about the series.
#[derive(Serialize, ToSchema)]
pub(crate) struct PingNotice {
    /// `LIMIT_APPLIED` or `ENDED_EARLY`.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    pub(crate) details: Option<AppliedLimits>,
}

/// The statistics of the series; always the last event.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PingSummary {
    pub(crate) endpoint: PingEndpointInfo,
    /// The number of pings.
    pub(crate) requests: usize,
    /// The number of results, failures included.
    pub(crate) responses: usize,
    pub(crate) ok: usize,
    pub(crate) timeouts: usize,
    pub(crate) errors: usize,
    pub(crate) rtt_min_ms: f64,
    pub(crate) rtt_avg_ms: f64,
    pub(crate) rtt_p50_ms: f64,
    pub(crate) rtt_p90_ms: f64,
    pub(crate) rtt_p99_ms: f64,
    pub(crate) rtt_max_ms: f64,
    pub(crate) requests_per_second: f64,
    pub(crate) bytes_per_second: f64,
    /// The values of the request that were lowered to their limits.
    #[serde(skip_serializing_if = "AppliedLimits::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    pub(crate) applied_limits: AppliedLimits,
}
