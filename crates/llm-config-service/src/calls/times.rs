//! The time limits of model calls.

use std::time::Duration;

use llm_config_egress::CallLimits;

/// The time limits of model calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallTimes {
    /// The time for the body of a request.
    pub body: Duration,
    /// The additional time for each MiB of the body.
    pub body_per_mib: Duration,
    /// The longest time until the head of the provider's response.
    pub first_byte: Duration,
    /// How long the status is held back until the first event tells whether the provider answers with an
    /// error.
    pub first_event: Duration,
    /// The longest time between two parts of an answer.
    pub silence: Duration,
    /// The longest time of a whole answer.
    pub total: Duration,
    /// The longest time until the end of a provider's list of models.
    pub list: Duration,
    /// After this time without a part, a stream of events gets a comment, so that no proxy ends the
    /// connection.
    pub keep_alive: Duration,
}

impl Default for CallTimes {
    fn default() -> Self {
        Self {
            body: Duration::from_secs(30),
            body_per_mib: Duration::from_secs(1),
            first_byte: CallLimits::CALL.first_byte,
            first_event: Duration::from_secs(10),
            silence: CallLimits::CALL.silence,
            total: Duration::from_hours(1),
            list: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
        }
    }
}
