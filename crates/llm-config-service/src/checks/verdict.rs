//! The log line of a changed verdict.

use llm_config_core::check::{CheckState, Usable};
use llm_config_core::id::ConfigId;
use llm_config_core::text::{DisplayName, escape_unprintable};
use llm_config_probe::report::Report;
use llm_config_store::{CheckTrigger, VerdictChange};

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
    use llm_config_probe::report::{Cost, CredentialVerdict, Depth, ModelVerdict, Reason, Stage};
    use llm_config_store::Verdict;

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

    /// The store knows the names of reports in JSON, and not their types.
    #[test]
    fn verdict_of_every_report_is_read_from_its_json() {
        for depth in [Depth::Reach, Depth::Credential, Depth::Inference] {
            for &usable in Usable::ALL {
                for &reason in Reason::ALL {
                    let expected = Verdict {
                        usable,
                        reason: reason.as_str().parse().unwrap(),
                        is_judgement: depth != Depth::Reach && reason != Reason::BlockedByPolicy,
                    };
                    let json = report(depth, usable, reason).to_json();
                    assert_eq!(Verdict::from_report(&json), Some(expected), "{json}");
                }
            }
        }
    }
}
