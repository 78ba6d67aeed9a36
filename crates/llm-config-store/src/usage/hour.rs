//! Hours, by which usage is counted.

use llm_config_core::time::Timestamp;

/// The number of hours, the present one included, that usage is kept by hour: 400 days. Totals are kept
/// longer.
pub const KEPT_HOURS: u32 = 400 * 24;

const MICROS: i64 = 3_600_000_000;

/// One hour in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UsageHour(i64);

impl UsageHour {
    /// The hour of that moment.
    #[must_use]
    pub const fn containing(at: Timestamp) -> Self {
        Self(at.as_micros().div_euclid(MICROS))
    }

    /// The hour that begins at that moment or is the next one to begin.
    #[must_use]
    pub const fn not_before(at: Timestamp) -> Self {
        Self(at.as_micros().saturating_add(MICROS - 1).div_euclid(MICROS))
    }

    /// The moment at which it begins.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_mul(MICROS))
    }

    /// The hour `hours` earlier.
    #[must_use]
    pub const fn earlier(self, hours: u32) -> Self {
        Self(self.0.saturating_sub(hours as i64))
    }

    /// The hour `hours` later.
    #[must_use]
    pub const fn later(self, hours: u32) -> Self {
        Self(self.0.saturating_add(hours as i64))
    }

    /// The hour with that number.
    pub(super) const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number of hours since 1970-01-01T00:00:00Z.
    pub(super) const fn number(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hour_begins_at_or_before_the_moment() {
        for (micros, containing, not_before) in
            [(0, 0, 0), (1, 0, 1), (MICROS, 1, 1), (MICROS + 1, 1, 2), (-1, -1, 0), (-MICROS, -1, -1)]
        {
            let at = Timestamp::from_micros(micros);
            assert_eq!(UsageHour::containing(at), UsageHour(containing), "{micros}");
            assert_eq!(UsageHour::not_before(at), UsageHour(not_before), "{micros}");
        }
        assert_eq!(UsageHour(2).start().as_micros(), 2 * MICROS);
        assert_eq!((UsageHour(2).earlier(3), UsageHour(2).later(3)), (UsageHour(-1), UsageHour(5)));
    }
}
