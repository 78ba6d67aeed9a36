//! The one rule for configurations whose API was found at another place than they say.

use super::Subject;
use crate::finding::Finding;
use crate::report::{CredentialVerdict, Note, Reason, Stage, Usable};

/// What was found counts, but calls go where the configuration says, and fail there.
///
/// A trailing slash makes no difference, and neither does Anthropic's `/v1`, which its callers add
/// themselves. With a blank API path, the endpoint is the full URL of calls: nothing is wrong then.
pub(super) fn judge(subject: &Subject<'_>, finding: Finding) -> Finding {
    let is_full_url = subject.target.api_path.as_str().trim_matches('/').is_empty();
    let is_pasted = !is_full_url && subject.base.notes.iter().copied().any(is_mistake);
    let is_elsewhere = is_pasted || finding.notes.iter().copied().any(is_mistake);
    // Where nobody looked at the question, the corrected place was not found to be right.
    if !is_elsewhere || finding.stage < Stage::Auth {
        return finding;
    }
    let right = finding.suggested_url.clone().unwrap_or_else(|| subject.base.to_store());
    let hint = if finding.credential == CredentialVerdict::Rejected {
        "Calls fail as the endpoint is written: store the suggested one. The key was refused there as well."
    } else if finding.usable == Usable::No {
        "Calls fail as the endpoint is written: store the suggested one. There is more to put right there: check again then."
    } else {
        "Calls fail as the endpoint is written: store the suggested one, where the API was found."
    };
    Finding { reason: Reason::WrongBasePath, usable: Usable::No, ..finding }.suggest(right).hint(hint)
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
