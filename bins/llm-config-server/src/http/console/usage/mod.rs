//! The page about usage: a chart over time, and sums by configuration, token, model or workspace.

mod chart;
mod names;
mod number;
pub(super) mod show;
mod time_range;
