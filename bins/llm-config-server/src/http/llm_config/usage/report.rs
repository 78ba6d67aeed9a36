//! A report of usage in responses.

use llm_config_service::UsageReport;
use llm_config_store::usage::{UsageCounters, UsageGroup, UsageRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::csv;
use crate::http::body::camel_case;
use crate::http::schema::enums::UsageGroupingName;
use crate::http::timestamp::rfc3339;

/// Usage in a range of whole hours.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UsageReport)]
pub(super) struct Report {
    /// The beginning of the first hour.
    #[schema(format = DateTime, example = "2026-11-29T13:00:00.000Z")]
    from: String,
    /// The end of the last hour.
    #[schema(format = DateTime, example = "2026-11-30T13:00:00.000Z")]
    to: String,
    group_by: UsageGroupingName,
    /// One for each configuration, token, model, workspace or hour that was used, sorted by `key`.
    rows: Vec<Row>,
}

/// Declares a row: each member and the counter that it shows.
macro_rules! row {
    ($($(#[doc = $doc:literal])* $member:ident = $counter:ident,)*) => {
        /// The usage of one configuration, token, model, workspace or hour. Tokens are as providers reported
        /// them.
        #[derive(Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        #[schema(as = UsageRow)]
        struct Row {
            /// The id, the name of the model, or the beginning of the hour. Null for calls without a token
            /// or with one that the caller may not see, and for configurations of owners where rows are
            /// workspaces.
            key: Option<String>,
            $($(#[doc = $doc])* $member: u64,)*
        }

        impl Row {
            /// The names of the numbers.
            fn names() -> impl Iterator<Item = String> {
                [$(stringify!($member)),*].into_iter().map(camel_case)
            }

            fn numbers(&self) -> impl Iterator<Item = u64> {
                [$(self.$member),*].into_iter()
            }

            fn new(key: Option<String>, counters: UsageCounters) -> Self {
                let UsageCounters { $($counter),* } = counters;
                Self { key, $($member: $counter,)* }
            }
        }
    };
}

row! {
    /// Calls that may have reached the provider, whatever their outcome.
    calls = calls,
    /// Calls whose response was passed on completely and was no error.
    ok = ok,
    /// Calls that the provider answered with an error.
    upstream_errors = upstream_errors,
    /// Calls that failed between this server and the provider, or in the middle of a response.
    faults = faults,
    /// Calls whose client left before the end.
    client_gone = client_gone,
    /// Requests that the configuration or the token does not allow; they are no calls.
    refused = refused,
    /// Requests that a limit of this server refused; they are no calls.
    blocked = blocked,
    /// Calls that consume tokens and whose provider reported none.
    calls_without_usage = calls_without_usage,
    /// Tokens of prompts, cached ones included.
    input_tokens = input,
    /// Tokens of prompts that the provider read from its cache.
    cached_tokens = cached,
    /// Tokens of prompts that the provider wrote to its cache.
    cache_write_tokens = cache_write,
    /// Tokens of answers, reasoning included.
    output_tokens = output,
    /// Tokens of answers that models used for reasoning.
    reasoning_tokens = reasoning,
    /// Tokens of prompts that are audio.
    audio_input_tokens = audio_in,
    /// Tokens of answers that are audio.
    audio_output_tokens = audio_out,
    /// Bytes of the bodies that were sent to the provider.
    bytes_in = bytes_in,
    /// Bytes of the bodies that providers sent.
    bytes_out = bytes_out,
    /// Milliseconds from request to end of response, of all calls together.
    total_ms = ms,
    /// Milliseconds from request to the head of the response, of all calls together.
    first_byte_ms = ms_first_byte,
}

impl Report {
    /// The report as comma-separated values, with a line of names.
    pub(super) fn csv(&self) -> String {
        let mut text = csv::line([self.group_by.0.as_str().to_owned()].into_iter().chain(Row::names()));
        for row in &self.rows {
            let key = row.key.clone().unwrap_or_default();
            text += &csv::line([key].into_iter().chain(row.numbers().map(|number| number.to_string())));
        }
        text
    }
}

impl From<UsageReport> for Report {
    fn from(UsageReport { from, to, grouping, rows }: UsageReport) -> Self {
        let row = |UsageRow { group, counters }| Row::new(key(group), counters);
        Self {
            from: rfc3339(from),
            to: rfc3339(to),
            group_by: UsageGroupingName(grouping),
            rows: rows.into_iter().map(row).collect(),
        }
    }
}

fn key(group: UsageGroup) -> Option<String> {
    match group {
        UsageGroup::Config(id) => Some(id.to_string()),
        UsageGroup::Token(token) => token.map(|(id, _)| id.to_string()),
        UsageGroup::Model(model) => Some(model),
        UsageGroup::Workspace(id) => id.map(|id| id.to_string()),
        UsageGroup::Hour(hour) => Some(rfc3339(hour.start())),
    }
}
