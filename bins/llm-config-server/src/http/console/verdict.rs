//! The verdict of a check, as every page shows it: a word with an icon and a colour, the reason, and what the
//! check did.

use llm_config_core::check::{CheckState, Usable};
use llm_config_core::time::Timestamp;
use llm_config_probe::report::{Reason, Report};
use llm_config_service::{Check, CheckTrigger, LastCheck};
use serde::Deserialize;

/// The verdict of a check.
pub(crate) struct Verdict {
    pub(crate) state: CheckState,
    /// The reason in plain words; `None` without a check.
    pub(crate) reason: Option<String>,
    /// The problem and the remedy.
    pub(crate) hint: Option<String>,
    /// What only the whole report has.
    pub(crate) details: Option<Details>,
    /// When the check was made, and how long ago; `None` for one that was just made.
    pub(crate) at: Option<(Timestamp, String)>,
    /// Whether a schedule made the check, and not a person.
    pub(crate) is_background: bool,
    /// Whether the check is about what is stored now.
    pub(crate) is_current: bool,
}

/// What only the whole report of a check has.
pub(crate) struct Details {
    pub(crate) tested_url: String,
    pub(crate) depth: String,
    pub(crate) stage: String,
    pub(crate) cost: String,
    /// A base URL that works or is worth trying.
    pub(crate) suggested_url: Option<String>,
}

/// The members of a report that pages show. Reports are stored as JSON, of earlier versions too.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportMembers {
    usable: String,
    reason: String,
    hint: String,
    tested_url: String,
    depth: String,
    stage: String,
    suggested_url: Option<String>,
    cost: CostMembers,
}

#[derive(Deserialize)]
struct CostMembers {
    tokens: Option<u32>,
}

impl Verdict {
    /// The verdict before any check.
    pub(crate) const fn unchecked() -> Self {
        Self {
            state: CheckState::Unchecked,
            reason: None,
            hint: None,
            details: None,
            at: None,
            is_background: false,
            is_current: true,
        }
    }

    /// The verdict that lists show.
    pub(crate) fn from_last_check(check: Option<&LastCheck>, now: Timestamp) -> Self {
        let Some(LastCheck { at, verdict, trigger, is_current, since: _ }) = check else {
            return Self::unchecked();
        };
        let code = verdict.reason.as_str();
        let known = Reason::ALL.iter().find(|reason| reason.as_str() == code);
        Self {
            state: CheckState::Checked(verdict.usable),
            reason: Some(words(code)),
            hint: known.map(|reason| reason.hint().to_owned()),
            details: None,
            at: Some((*at, age(*at, now))),
            is_background: *trigger == CheckTrigger::Background,
            is_current: *is_current,
        }
    }

    /// The verdict of a recorded check; `None` if its report cannot be read.
    pub(crate) fn from_check(check: &Check, now: Timestamp) -> Option<Self> {
        let Check { at, revision: _, trigger, checked_by: _, works: _, report, is_current } = check;
        Some(Self {
            at: Some((*at, age(*at, now))),
            is_background: *trigger == CheckTrigger::Background,
            is_current: *is_current,
            ..Self::from_json(report.as_json())?
        })
    }

    /// The verdict of a check that was just made.
    pub(crate) fn from_report(report: &Report) -> Self {
        Self::from_json(&report.to_json()).unwrap_or(Self::unchecked())
    }

    fn from_json(report: &str) -> Option<Self> {
        let report: ReportMembers = serde_json::from_str(report).ok()?;
        let ReportMembers { usable, reason, hint, tested_url, depth, stage, suggested_url, cost } = report;
        let cost = match cost.tokens {
            None => "no tokens".to_owned(),
            Some(tokens) => format!("at most {tokens} tokens"),
        };
        let details = Details {
            tested_url,
            depth: depth_name(&depth).to_owned(),
            stage: stage_name(&stage).to_owned(),
            cost,
            suggested_url,
        };
        Some(Self {
            state: CheckState::Checked(Usable::from_name(&usable)?),
            reason: Some(words(&reason)),
            hint: Some(hint),
            details: Some(details),
            ..Self::unchecked()
        })
    }

    /// The word.
    pub(crate) const fn word(&self) -> &'static str {
        state_word(self.state)
    }

    /// The reason, unless the check found no problem.
    pub(crate) fn problem(&self) -> Option<&str> {
        match self.state {
            CheckState::Checked(Usable::Yes) | CheckState::Unchecked => None,
            CheckState::Checked(Usable::No | Usable::Unknown) => self.reason.as_deref(),
        }
    }

    /// The reason beside the word; none where the word says everything.
    pub(crate) fn shown_reason(&self) -> Option<String> {
        let reason = self.reason.as_ref()?;
        match (self.is_current, self.state) {
            (true, CheckState::Checked(Usable::Yes)) => None,
            (true, _) => Some(reason.clone()),
            (false, CheckState::Checked(Usable::Yes)) => Some("worked before".to_owned()),
            (false, _) => Some(format!("before: {}, {reason}", self.word().to_lowercase())),
        }
    }

    /// Whether there is no check.
    pub(crate) fn is_unchecked(&self) -> bool {
        self.state == CheckState::Unchecked
    }

    /// Whether the check found that the configuration does not work.
    pub(crate) fn is_rejected(&self) -> bool {
        self.state == CheckState::Checked(Usable::No)
    }
}

/// The word for a state.
pub(crate) const fn state_word(state: CheckState) -> &'static str {
    match state {
        CheckState::Checked(Usable::Yes) => "Works",
        CheckState::Checked(Usable::No) => "Does not work",
        CheckState::Checked(Usable::Unknown) => "Undetermined",
        CheckState::Unchecked => "Not checked",
    }
}

fn depth_name(depth: &str) -> &str {
    match depth {
        "reach" => "whether the host answers",
        "credential" => "credential and model",
        "inference" => "a call of the model",
        other => other,
    }
}

fn stage_name(stage: &str) -> &str {
    match stage {
        "policy" => "the network rules of this server",
        "dns" => "the lookup of the host name",
        "connect" => "the connection",
        "tls" => "the TLS handshake",
        "http" => "the answer of the host",
        "auth" => "the credential",
        "model" => "the model",
        other => other,
    }
}

/// The code of a reason as words: `bad_key` is `bad key`.
fn words(code: &str) -> String {
    code.replace('_', " ")
}

/// How long ago a time is, in the largest fitting unit.
fn age(at: Timestamp, now: Timestamp) -> String {
    let seconds = (now.as_micros() - at.as_micros()).max(0) / 1_000_000;
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = units.into_iter().map(|(length, name)| (seconds / length, name)).find(|(count, _)| *count > 0);
    match unit {
        None => "just now".to_owned(),
        Some((1, name)) => format!("1 {name} ago"),
        Some((count, name)) => format!("{count} {name}s ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_is_in_largest_fitting_unit() {
        let now = Timestamp::from_micros(1_000_000_000_000);
        for (seconds, expected) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (7_200, "2 hours ago"),
            (864_000, "10 days ago"),
        ] {
            let at = Timestamp::from_micros(now.as_micros() - seconds * 1_000_000);
            assert_eq!(age(at, now), expected);
        }
    }
}
