//! The monotonic clock, which all programs of a machine share.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds since a moment that is the same for all programs.
pub(crate) fn nanoseconds() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let (seconds, rest) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.unwrap_or_default() * 1_000_000_000 + rest.unwrap_or_default()
}
