//! `GET /llm-config/v1/usage`

use actix_web::http::header::{CONTENT_DISPOSITION, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_service::{Service, UsageQuery};
use llm_config_store::usage::UsageGrouping;

use super::format::UsageFormat;
use super::report::Report;
use super::time::Time;
use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::llm_config::tags;
use crate::http::query::{self, query_params};
use crate::http::schema::enums::UsageGroupingName;
use crate::http::schema::error_responses::BadRequest;

query_params! {
    pub(super) struct UsageParams {
        /// The beginning: the hour of this moment. Absent: 24 hours before the end. Usage is kept by hour for
        /// 400 days.
        from: Option<Time>,
        /// The end: the next whole hour. Absent: the end of the present hour.
        to: Option<Time>,
        /// What the rows are. Absent: `config`.
        group_by: Option<UsageGroupingName>,
        /// The format of the response. Absent: as `Accept` says, or else `json`.
        format: Option<UsageFormat>,
    }
}

/// Returns how much configurations are used.
///
/// The calls of models of the configurations that the caller may read, summed by configuration, token, model,
/// workspace or hour. More than 10,000 rows are an error. `Accept: text/csv` or `format=csv` selects
/// comma-separated values, in which `'` precedes a text that a spreadsheet would take for a formula.
#[utoipa::path(
    get, path = "/llm-config/v1/usage", operation_id = "getUsage", tag = tags::USAGE,
    responses(
        (status = 200, content((Report = "application/json"), (String = "text/csv"))), BadRequest
    )
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let UsageParams { from, to, group_by, format } = query::read(&request)?;
    let query = UsageQuery {
        from: from.map(|time| time.0),
        to: to.map(|time| time.0),
        grouping: group_by.map_or(UsageGrouping::Config, |grouping| grouping.0),
    };
    let report = Report::from(service.usage(&session, query).await?);
    let mut response = HttpResponse::Ok();
    response.insert_header((VARY, "Accept"));
    Ok(match format.unwrap_or_else(|| UsageFormat::negotiate(&request)) {
        UsageFormat::Json => response.json(report),
        UsageFormat::Csv => response
            .content_type("text/csv; charset=utf-8; header=present")
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"usage.csv\""))
            .body(report.csv()),
    })
}
