//! A chart of calls over time: bars with classes, whose colours come from the style sheet.

use llm_config_core::time::Timestamp;
use llm_config_service::{UsageCounters, UsageGroup, UsageReport};

use super::time_range::TimeRange;

/// The width of the chart's coordinates.
const WIDTH: f64 = 720.0;

/// The height of the tallest bar.
const HEIGHT: f64 = 160.0;

/// A chart of calls over time.
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    /// The number of calls of the tallest bar.
    pub(super) most: u64,
    /// The first and the last label of the axis of time.
    pub(super) first: String,
    pub(super) last: String,
}

/// A bar: the calls of some hours, and the part of them that failed.
pub(super) struct Bar {
    pub(super) x: f64,
    pub(super) width: f64,
    pub(super) y: f64,
    pub(super) height: f64,
    pub(super) failed_y: f64,
    pub(super) failed_height: f64,
    /// What the bar is about.
    pub(super) label: String,
    pub(super) calls: u64,
    pub(super) failed: u64,
}

impl Chart {
    /// The chart of a report by hour.
    pub(super) fn new(range: TimeRange, from: Timestamp, report: &UsageReport) -> Self {
        let mut sums = vec![UsageCounters::default(); range.bars()];
        for row in &report.rows {
            if let UsageGroup::Hour(hour) = &row.group
                && let Some(sum) = sums.get_mut(range.bar(from, hour.start()))
            {
                *sum += row.counters;
            }
        }
        let most = sums.iter().map(|sum| sum.calls).max().unwrap_or_default();
        let step = WIDTH / to_float(sums.len());
        let label = |number: usize| {
            let hours = range.hours_per_bar() * i64::try_from(number).unwrap_or_default();
            label(range, Timestamp::from_micros(from.as_micros() + hours * 3_600_000_000))
        };
        let bar = |(number, sum): (usize, &UsageCounters)| {
            let failed = sum.calls.saturating_sub(sum.ok);
            let (height, failed_height) = (scaled(sum.calls, most), scaled(failed, most));
            Bar {
                x: step * to_float(number) + step * 0.1,
                width: step * 0.8,
                y: HEIGHT - height,
                height,
                failed_y: HEIGHT - failed_height,
                failed_height,
                label: label(number),
                calls: sum.calls,
                failed,
            }
        };
        Self {
            bars: sums.iter().enumerate().map(bar).collect(),
            most,
            first: label(0),
            last: label(sums.len().saturating_sub(1)),
        }
    }
}

fn label(range: TimeRange, at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    let format = if range.hours_per_bar() < 24 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" };
    at.strftime(format).to_string()
}

#[expect(clippy::cast_precision_loss, reason = "positions of shapes, which need no more than a few digits")]
fn to_float(number: usize) -> f64 {
    number as f64
}

/// The height of a number of calls. One call is visible beside millions.
#[expect(clippy::cast_precision_loss, reason = "heights of shapes, which need no more than a few digits")]
fn scaled(number: u64, most: u64) -> f64 {
    if number == 0 { 0.0 } else { (number as f64 / most as f64 * HEIGHT).max(1.5) }
}
