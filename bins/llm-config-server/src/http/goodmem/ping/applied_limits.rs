//! The limits of pings.

use std::collections::BTreeMap;
use std::time::Duration;

use llm_config_probe::ping::Message;
use serde::Serialize;

use crate::http::goodmem::ping::request_values::Amount;

/// The default and the maximum of a timeout, in milliseconds.
const TIMEOUT: (u64, u64) = (5000, 60_000);

/// The values of a request that exceeded a limit, with the limit that was applied instead.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct AppliedLimits(BTreeMap<&'static str, String>);

impl AppliedLimits {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The amount between 1 and `max`; `default` for 0.
    pub(crate) fn apply(&mut self, member: &'static str, amount: Amount, (default, max): (u64, u64)) -> u64 {
        match amount.0 {
            0 => default,
            amount if amount > max => {
                self.0.insert(member, max.to_string());
                max
            }
            amount => amount,
        }
    }

    /// The timeout of a ping.
    pub(crate) fn timeout(&mut self, timeout: Amount) -> Duration {
        Duration::from_millis(self.apply("timeoutMs", timeout, TIMEOUT))
    }

    /// The message of a ping: the payload, or filler of the given size, or the default.
    pub(crate) fn message(&mut self, payload: Option<Message>, size: Amount) -> Message {
        let max = u64::try_from(Message::LIMIT).unwrap_or(u64::MAX);
        let size = self.apply("payloadSizeBytes", size, (0, max));
        match payload {
            Some(message) => message,
            None if size > 0 => {
                Message::filler(usize::try_from(size).unwrap_or(Message::LIMIT)).unwrap_or_default()
            }
            None => Message::default(),
        }
    }
}
