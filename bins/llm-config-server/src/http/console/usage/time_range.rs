//! The range of time that the page is about.

use llm_config_core::time::Timestamp;

const HOUR: i64 = 3_600_000_000;

/// The range of time that the page is about. It ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeRange {
    Day,
    Week,
    Month,
    Quarter,
}

impl TimeRange {
    pub(super) const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Quarter];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Quarter => "90 days",
        }
    }

    const fn hours(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
            Self::Quarter => 90 * 24,
        }
    }

    /// The hours that one bar of the chart is about.
    pub(super) const fn hours_per_bar(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 6,
            Self::Month | Self::Quarter => 24,
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.name() == name)
    }

    /// The first and the last moment: whole bars, of which the last one is not complete yet.
    pub(super) const fn around(self, now: Timestamp) -> (Timestamp, Timestamp) {
        let bar = self.hours_per_bar() * HOUR;
        let end = (now.as_micros().div_euclid(bar) + 1) * bar;
        (Timestamp::from_micros(end - self.hours() * HOUR), Timestamp::from_micros(end))
    }

    /// The number of the bar, from 0, of an hour that begins at `at`.
    pub(super) fn bar(self, from: Timestamp, at: Timestamp) -> usize {
        let bar = (at.as_micros() - from.as_micros()).div_euclid(self.hours_per_bar() * HOUR);
        usize::try_from(bar).unwrap_or_default()
    }

    /// The number of bars.
    pub(super) fn bars(self) -> usize {
        usize::try_from(self.hours() / self.hours_per_bar()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn around_now_ends_with_the_bar_that_is_not_complete() {
        for range in TimeRange::ALL {
            let now = Timestamp::from_micros(1000 * 24 * HOUR + HOUR / 2);
            let (from, to) = range.around(now);
            assert!(
                to > now && to.as_micros() - now.as_micros() <= range.hours_per_bar() * HOUR,
                "{range:?}"
            );
            assert_eq!(range.bar(from, from), 0);
            assert_eq!(range.bar(from, now) + 1, range.bars(), "{range:?}");
        }
    }
}
