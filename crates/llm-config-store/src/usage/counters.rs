//! The counters of model calls, declared once: the struct, its sums, and its columns.

use std::ops::AddAssign;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// Declares the counters.
macro_rules! counters {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// What is counted of model calls. Sums never overflow: they stay at the maximum.
        ///
        /// Tokens are what providers reported. `input` and `output` are the totals that a provider charges
        /// for, and the other numbers of tokens are parts of them.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct UsageCounters {
            $($(#[doc = $doc])* pub $name: u64,)*
        }

        /// The names of the columns.
        pub(super) const COLUMNS: &[&str] = &[$(stringify!($name)),*];

        impl AddAssign for UsageCounters {
            fn add_assign(&mut self, other: Self) {
                $(self.$name = self.$name.saturating_add(other.$name);)*
            }
        }

        impl UsageCounters {
            /// The name of each column and its value.
            pub(super) fn columns(&self) -> impl Iterator<Item = (&'static str, i64)> {
                [$((stringify!($name), to_stored(self.$name))),*].into_iter()
            }
        }

        /// The columns of a row that is read.
        #[derive(QueryableByName)]
        pub(super) struct CounterColumns {
            $(#[diesel(sql_type = BigInt)] $name: i64,)*
        }

        impl From<CounterColumns> for UsageCounters {
            fn from(row: CounterColumns) -> Self {
                Self { $($name: from_stored(row.$name),)* }
            }
        }
    };
}

counters! {
    /// Calls of which at least one byte may have been sent to the provider, whatever their outcome.
    calls,
    /// Calls whose response was passed on completely and was no error.
    ok,
    /// Calls that the provider answered with an error.
    upstream_errors,
    /// Calls that failed between this server and the provider, or in the middle of a response.
    faults,
    /// Calls whose client left before the end.
    client_gone,
    /// Requests that were refused because the configuration or the token does not allow them. They are no
    /// calls.
    refused,
    /// Requests that were refused by a limit of this server. They are no calls.
    blocked,
    /// Calls that consume tokens and whose provider reported none.
    calls_without_usage,
    /// Tokens in: the whole prompt, cached tokens included.
    input,
    /// Tokens of the prompt that the provider read from its cache.
    cached,
    /// Tokens of the prompt that the provider wrote to its cache.
    cache_write,
    /// Tokens out: the whole answer, reasoning included.
    output,
    /// Tokens of the answer that the model used for reasoning.
    reasoning,
    /// Tokens of the prompt that are audio.
    audio_in,
    /// Tokens of the answer that are audio.
    audio_out,
    /// Bytes of the bodies of requests to the provider.
    bytes_in,
    /// Bytes of the bodies of responses from the provider.
    bytes_out,
    /// Milliseconds from request to end of response, of all calls together.
    ms,
    /// Milliseconds from request to the head of the response, of all calls together.
    ms_first_byte,
}

impl UsageCounters {
    /// The number of requests that these counters are about.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.calls.saturating_add(self.refused).saturating_add(self.blocked)
    }
}

fn to_stored(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A negative number, which only another program can have stored, counts as none.
fn from_stored(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn add_beyond_the_maximum_stays_there() {
        let mut sum = UsageCounters { calls: 1, input: u64::MAX - 1, ..UsageCounters::default() };
        sum += UsageCounters { calls: 2, input: 5, output: 7, ..UsageCounters::default() };
        let expected = UsageCounters { calls: 3, input: u64::MAX, output: 7, ..UsageCounters::default() };
        assert_eq!(sum, expected);
        assert_eq!(sum.columns().find(|(name, _)| *name == "input"), Some(("input", i64::MAX)));
        assert!(sum.columns().map(|(name, _)| name).eq(COLUMNS.iter().copied()));
    }
}
