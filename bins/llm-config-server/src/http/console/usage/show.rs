//! `GET /console/usage`

use std::cmp::Reverse;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_service::{Service, UsageCounters, UsageGrouping, UsageQuery, UsageReport};

use super::chart::Chart;
use super::names::{NamedSum, named};
use super::time_range::TimeRange;
use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::frame::{Frame, Section};
use crate::http::console::link::Query;
use crate::http::console::page::page;
use crate::http::error::RequestError;
use crate::http::timestamp::rfc3339;

/// The most rows of the table.
const LISTED: usize = 50;

/// What the table may be by, with its label.
const GROUPINGS: [(UsageGrouping, &str); 4] = [
    (UsageGrouping::Config, "Configuration"),
    (UsageGrouping::Token, "Token"),
    (UsageGrouping::Model, "Model"),
    (UsageGrouping::Workspace, "Workspace"),
];

#[derive(Template)]
#[template(path = "console/usage/show.html")]
struct UsagePage {
    frame: Frame,
    range: TimeRange,
    grouping: UsageGrouping,
    label: &'static str,
    chart: Chart,
    total: UsageCounters,
    sums: Vec<NamedSum>,
    /// How many sums the table leaves out.
    others: usize,
    call: ApiCall,
}

/// Shows the usage of the configurations that the person may see.
pub(crate) async fn handle(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let query = Query::from_request(&request);
    let range = query.value("range").and_then(TimeRange::from_name).unwrap_or(TimeRange::Week);
    let by = query.value("by").unwrap_or_default();
    let named_grouping = GROUPINGS.into_iter().find(|(grouping, _)| grouping.as_str() == by);
    let (grouping, label) = named_grouping.unwrap_or(GROUPINGS[0]);
    let (from, to) = range.around(service.now());
    let report =
        |grouping| service.usage(&viewer.session, UsageQuery { from: Some(from), to: Some(to), grouping });
    let by_hour = report(UsageGrouping::Hour).await?;
    let UsageReport { mut rows, .. } = report(grouping).await?;
    rows.sort_by_key(|row| Reverse(row.counters.calls));
    let others = rows.len().saturating_sub(LISTED);
    rows.truncate(LISTED);
    let mut total = UsageCounters::default();
    for row in &by_hour.rows {
        total += row.counters;
    }
    page(&UsagePage {
        frame: Frame::new(&request, Section::Usage),
        range,
        grouping,
        label,
        chart: Chart::new(range, from, &by_hour),
        total,
        sums: named(&service, &viewer.session, rows).await?,
        others,
        call: ApiCall::get(format!(
            "/llm-config/v1/usage?from={}&to={}&groupBy={}&format=csv",
            rfc3339(from),
            rfc3339(to),
            grouping.as_str()
        )),
    })
}
