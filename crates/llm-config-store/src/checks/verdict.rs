//! The verdict of a check, as far as lists and the log need it. The report has the details.

use std::fmt;
use std::str::FromStr;

use llm_config_core::check::Usable;
use serde::Deserialize;

/// The text is not a reason code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to {} characters of `a-z`, `0-9` and `_`", ReasonCode::LIMIT)]
pub struct ReasonCodeError;

/// The code of the reason that decided a check, such as `bad_key`. The store does not know the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonCode(String);

impl ReasonCode {
    /// The maximal length in characters.
    pub const LIMIT: usize = 64;

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ReasonCode {
    type Err = ReasonCodeError;

    fn from_str(text: &str) -> Result<Self, ReasonCodeError> {
        let in_alphabet = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let is_code = !text.is_empty() && text.len() <= Self::LIMIT && text.chars().all(in_alphabet);
        if is_code { Ok(Self(text.to_owned())) } else { Err(ReasonCodeError) }
    }
}

/// The verdict of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether calls can be expected to succeed.
    pub usable: Usable,
    /// The reason that decided.
    pub reason: ReasonCode,
    /// Whether the check is a judgement on the configuration: `false` for a check of reachability only, and
    /// for one that the network policy stopped, which is a fact about the caller or this server. Lists show
    /// such a check only where no judgement is current.
    pub is_judgement: bool,
}

/// The members of a report that make its verdict.
#[derive(Deserialize)]
struct VerdictMembers {
    usable: String,
    reason: String,
    depth: String,
}

impl Verdict {
    /// The verdict of a stored report; `None` if the report has none.
    #[must_use]
    pub fn from_report(json: &str) -> Option<Self> {
        let VerdictMembers { usable, reason, depth } = serde_json::from_str(json).ok()?;
        Some(Self {
            usable: Usable::from_name(&usable)?,
            is_judgement: depth != "reach" && reason != "blocked_by_policy",
            reason: reason.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_of_reason_code_accepts_codes_only() {
        assert_eq!("bad_key".parse::<ReasonCode>().unwrap().as_str(), "bad_key");
        for text in ["", "Bad", "bad key", "bad\n", &"a".repeat(65)] {
            assert_eq!(text.parse::<ReasonCode>(), Err(ReasonCodeError), "{text:?}");
        }
    }
}
