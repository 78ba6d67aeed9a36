//! The verdict of a report as the store keeps it, and the log line of a change.

use llm_config_core::check::{CheckState, Usable};
use llm_config_core::id::ConfigId;
use llm_config_core::text::{DisplayName, escape_unprintable};
use llm_config_probe::report::{Depth, Reason, Report};
use llm_config_store::{CheckTrigger, ReasonCode, Verdict, VerdictChange};

/// The verdict of a report.
pub(super) fn verdict(report: &Report) -> Verdict {
    Verdict {
        usable: report.usable,
        reason: reason_code(report.reason),
        // The network policy is a fact about the caller or this server, not about the configuration.
        is_judgement: match report.depth {
            Depth::Reach => false,
            Depth::Credential | Depth::Inference => report.reason != Reason::BlockedByPolicy,
        },
    }
}

#[expect(clippy::expect_used, reason = "a test converts every reason")]
fn reason_code(reason: Reason) -> ReasonCode {
    reason.as_str().parse().expect("a reason has a valid code")
}

/// Logs a change of verdict, unless a configuration works at its first check.
pub(super) fn log_change(config: ConfigId, report: &Report, trigger: CheckTrigger, change: &VerdictChange) {
    let VerdictChange { before, name, scope, workspace } = change;
    // Stored names of earlier versions may have control characters.
    let text = |name: &Option<DisplayName>| name.as_ref().map(|name| escape_unprintable(name.as_str()));
    let (name, workspace) = (text(name), text(workspace));
    let scope = scope.map(|scope| scope.to_string());
    let (provider, reason, trigger) = (report.provider.as_str(), report.reason.as_str(), trigger.as_str());
    let was = before.map_or(CheckState::Unchecked, CheckState::Checked).as_str();
    macro_rules! log {
        ($level:ident, $message:literal) => {
            tracing::$level!(%config, name, scope, workspace, provider, was, reason, trigger, $message)
        };
    }
    match report.usable {
        Usable::No => log!(warn, "a configuration does not work"),
        Usable::Unknown => match before {
            Some(Usable::Yes) => log!(warn, "the state of a configuration is no longer known"),
            Some(Usable::No | Usable::Unknown) | None => {
                log!(info, "the state of a configuration is not known");
            }
        },
        Usable::Yes => match before {
            Some(Usable::Yes | Usable::No | Usable::Unknown) => log!(info, "a configuration works again"),
            None => {}
        },
    }
}

#[cfg(test)]
mod tests {
    use llm_config_core::provider::Provider;
    use llm_config_probe::report::{Cost, CredentialVerdict, ModelVerdict, Stage};

    use super::*;

    fn report(depth: Depth, usable: Usable, reason: Reason) -> Report {
        Report {
            provider: Provider::OpenAi,
            recognised: None,
            depth,
            tested_url: "https://api.openai.com/v1".to_owned(),
            credential: CredentialVerdict::implied_by(reason),
            model: ModelVerdict::NotAsked,
            usable,
            reason,
            stage: Stage::Http,
            http_status: None,
            provider_code: None,
            retry_after_seconds: None,
            suggested_url: None,
            notes: Vec::new(),
            calls: Vec::new(),
            cost: Cost::Zero,
            hint: reason.hint().into(),
        }
    }

    #[test]
    fn verdict_of_every_report_equals_that_of_its_json() {
        for depth in [Depth::Reach, Depth::Credential, Depth::Inference] {
            for &usable in Usable::ALL {
                for reason in Reason::ALL {
                    let report = report(depth, usable, *reason);
                    let stored = Verdict::from_report(&report.to_json());
                    assert_eq!(stored, Some(verdict(&report)), "{depth:?} {usable:?} {reason:?}");
                }
            }
        }
    }

    #[test]
    fn reason_code_of_every_reason_is_its_name() {
        for reason in Reason::ALL {
            assert_eq!(reason_code(*reason).as_str(), reason.as_str());
        }
    }
}
