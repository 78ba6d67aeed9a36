//! The one rule for configurations whose API was found at another address than the configured one.

use llm_config_providers::{Note, Reason, Stage};

use super::ProbeTarget;
use crate::report::{CredentialVerdict, Usable};
use crate::verdict::Verdict;

const KEY_REJECTED: &str = "Calls fail with the endpoint as it is written: store the suggested one. The \
    key was rejected there as well.";

const OTHER_PROBLEM: &str = "Calls fail with the endpoint as it is written: store the suggested one. It \
    has another problem: check again after that.";

const FOUND: &str =
    "Calls fail with the endpoint as it is written: store the suggested one, where the API was found.";

/// Reports a wrong base URL: the findings at the corrected address count, but the configuration's own calls
/// fail.
///
/// A trailing slash makes no difference, nor does Anthropic's `/v1`, which its callers add. With a blank
/// API path, the endpoint is the full URL of calls, so that nothing is wrong.
pub(crate) fn annotate(target: &ProbeTarget<'_>, verdict: Verdict) -> Verdict {
    let is_full_url = target.provider.target.api_path.as_str().trim_matches('/').is_empty();
    let base = &target.provider.base;
    let is_pasted = !is_full_url && base.notes().iter().copied().any(is_mistake);
    let is_elsewhere = is_pasted || verdict.notes.iter().copied().any(is_mistake);
    // Before authentication, the corrected address was not confirmed.
    if !is_elsewhere || verdict.stage < Stage::Auth {
        return verdict;
    }
    let right = verdict.suggested_url.clone().unwrap_or_else(|| base.as_endpoint());
    let hint = if verdict.credential == CredentialVerdict::Rejected {
        KEY_REJECTED
    } else if verdict.usable == Usable::No {
        OTHER_PROBLEM
    } else {
        FOUND
    };
    let verdict = Verdict { reason: Reason::WrongBasePath, usable: Usable::No, ..verdict };
    verdict.with_suggested_url(right).with_hint(hint)
}

const fn is_mistake(note: Note) -> bool {
    match note {
        Note::PathOfRequestLeftOut | Note::DoubledVersionLeftOut | Note::VersionAdded => true,
        Note::KeyTrimmed
        | Note::KeyPrefixLeftOut
        | Note::VersionLeftOut
        | Note::RegionAssumed
        | Note::ModelSpelledDifferently
        | Note::ControlLeftOut => false,
    }
}
