//! The one rule for configurations whose API was found at another address than the configured one.

use llm_config_providers::{Note, ProviderTarget, Reason, ResponseClass, Stage};

use super::ProbeTarget;
use crate::report::{CredentialVerdict, Usable};
use crate::verdict::Verdict;

const KEY_REJECTED: &str = "Calls fail with the endpoint as it is written: store the suggested one. The \
    key was rejected there as well.";

const OTHER_PROBLEM: &str = "Calls fail with the endpoint as it is written: store the suggested one. It \
    has another problem: check again after that.";

const FOUND: &str =
    "Calls fail with the endpoint as it is written: store the suggested one, where the API was found.";

const LIKELY: &str = "The server has no API under this path: store the base of the API instead of the URL of \
    a request. The suggested one was probably meant.";

/// Reports a wrong base URL: the findings at the corrected address count, but the configuration's own calls
/// fail.
///
/// A trailing slash makes no difference, nor does Anthropic's `/v1`, which its callers add. With a blank
/// API path, the endpoint is the full URL of calls, so that nothing is wrong.
pub(crate) fn annotate(target: &ProbeTarget<'_>, verdict: Verdict) -> Verdict {
    let is_full_url = target.provider.target.api_path.as_str().trim_matches('/').is_empty();
    let base = &target.provider.base;
    let is_pasted = !is_full_url && base.notes().iter().copied().any(Note::is_elsewhere);
    let is_elsewhere = is_pasted || verdict.notes.iter().copied().any(Note::is_elsewhere);
    // Before authentication, the corrected address was not confirmed.
    if !is_elsewhere || verdict.stage < Stage::Auth {
        return unconfirmed(target, verdict);
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

/// The same where the server has no API at the stored address, and none was found at the corrected one.
fn unconfirmed(target: &ProbeTarget<'_>, verdict: Verdict) -> Verdict {
    let is_absent = verdict.stage == Stage::Http && is_no_api(verdict.reason, verdict.http_status);
    match target.provider.likely_endpoint().filter(|_| is_absent && verdict.suggested_url.is_none()) {
        Some(endpoint) => {
            let verdict = verdict.with_reason(Reason::WrongBasePath, Stage::Http).unverified();
            verdict.with_suggested_url(endpoint).with_hint(LIKELY)
        }
        None => verdict,
    }
}

/// The reason of a refused ping. It has no control, so a refusal that leaves the key open names none.
pub(crate) fn reason_of_ping(provider: &ProviderTarget<'_>, class: &ResponseClass, status: u16) -> Reason {
    if is_no_api(class.reason, Some(status)) && provider.likely_endpoint().is_some() {
        Reason::WrongBasePath
    } else if class.is_key_open {
        Reason::UnexpectedAnswer
    } else {
        class.reason
    }
}

/// Whether a server has no API at a path, or most likely has none.
const fn is_no_api(reason: Reason, status: Option<u16>) -> bool {
    let is_absent = matches!(reason, Reason::WrongBasePath | Reason::NotAnLlmApi);
    let may_be_absent = matches!(reason, Reason::UnexpectedAnswer) && matches!(status, Some(404 | 405));
    status.is_some() && is_absent || may_be_absent
}
