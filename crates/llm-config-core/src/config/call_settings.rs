//! How calls of models through this program treat a configuration.

use std::ops::RangeInclusive;
use std::time::Duration;

/// How calls of models through this program treat a configuration. The default is for a provider account that
/// several tenants share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct CallSettings {
    /// Whether requests may refer to objects in the provider's account, such as earlier responses. Their ids
    /// are all that is needed to read them, also those of other tenants.
    pub allows_provider_state: bool,
    /// Whether usage is asked for in streams of chat completions; `None`: where the provider is known to take
    /// that.
    pub asks_for_usage: Option<bool>,
    /// The longest time to the head of the response; `None` for the default.
    pub first_byte: Option<CallTimeout>,
    /// The longest time between two parts of the response; `None` for the default.
    pub silence: Option<CallTimeout>,
}

impl CallSettings {
    /// The names of the settings that differ from `before`, as audit events record them.
    #[must_use]
    pub fn changes_from(self, before: Self) -> Vec<&'static str> {
        let Self { allows_provider_state, asks_for_usage, first_byte, silence } = self;
        let changes = [
            ("gateway.allow_provider_state", allows_provider_state != before.allows_provider_state),
            ("gateway.include_usage", asks_for_usage != before.asks_for_usage),
            ("gateway.first_byte_seconds", first_byte != before.first_byte),
            ("gateway.silence_seconds", silence != before.silence),
        ];
        changes.into_iter().filter(|(_, is_changed)| *is_changed).map(|(name, _)| name).collect()
    }
}

/// A time limit of calls, in whole seconds: 1 to 3600.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "i64", into = "i64"))]
pub struct CallTimeout(u16);

/// The number is outside the range of [`CallTimeout`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be from {} to {} seconds", CallTimeout::SECONDS.start(), CallTimeout::SECONDS.end())]
pub struct CallTimeoutError;

impl CallTimeout {
    /// The range of the number of seconds.
    pub const SECONDS: RangeInclusive<i64> = 1..=3600;

    /// The time.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }

    /// The number of seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0 as i64
    }
}

impl TryFrom<i64> for CallTimeout {
    type Error = CallTimeoutError;

    fn try_from(seconds: i64) -> Result<Self, CallTimeoutError> {
        match u16::try_from(seconds) {
            Ok(number) if Self::SECONDS.contains(&seconds) => Ok(Self(number)),
            Ok(_) | Err(_) => Err(CallTimeoutError),
        }
    }
}

impl From<CallTimeout> for i64 {
    fn from(timeout: CallTimeout) -> Self {
        timeout.seconds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeout_outside_its_range_is_refused() {
        for seconds in [i64::MIN, -1, 0, 3601, i64::MAX] {
            assert_eq!(CallTimeout::try_from(seconds), Err(CallTimeoutError), "{seconds}");
        }
        for seconds in [1, 300, 3600] {
            assert_eq!(CallTimeout::try_from(seconds).map(CallTimeout::seconds), Ok(seconds));
        }
    }
}
