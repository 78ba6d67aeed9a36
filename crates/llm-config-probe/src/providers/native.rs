//! What the families with an API of their own have in common: the order of a check, and what can
//! be said of any answer.

use crate::access::Access;
use crate::finding::Finding;
use crate::report::{
    CredentialVerdict, Depth, Implied, ModelVerdict, Note, Proof, Reason, Shown, Stage, Usable,
};
use crate::run::{Run, Stop};
use llm_config_egress::{Request, Response};

use super::Subject;
use super::reach::SOMETHING_THERE;

/// What an answer to a call that needs the credential means.
pub(super) enum Heard {
    /// It is what this API gives only to genuine credentials, where it is the vendor's own.
    Passed,
    /// It is something else.
    Refused(Finding),
}

/// A call that needs the credential.
pub(super) struct Question<'a> {
    /// Whether the vendor itself answers. Anybody else may not look at the credential at all, or
    /// refuse calls before looking at it.
    pub(super) is_vendor: bool,
    /// May be called more than once.
    pub(super) request: &'a (dyn Fn(Shown) -> Request + Sync),
    pub(super) judge: &'a (dyn Fn(&Response) -> Heard + Sync),
}

/// What is known of the credential, and the answer that it got, if that is what was asked for.
pub(super) struct Proven {
    pub(super) finding: Finding,
    pub(super) answer: Option<Response>,
}

/// Why nothing is asked of a vendor that answers nobody without a credential.
pub(super) fn lacks_credential(subject: &Subject<'_>, is_vendor: bool) -> Option<Finding> {
    let needs = is_vendor && subject.depth != Depth::Reach && matches!(subject.access, Access::Open);
    needs.then(|| {
        let finding = Finding::of(Reason::ConfigIncomplete, Stage::Policy);
        finding.hint("This provider answers nobody without a key: store one with the configuration.")
    })
}

/// Asks with the credential and, where anybody but the vendor answers, with a wrong one.
pub(super) async fn prove(run: &mut Run<'_>, subject: &Subject<'_>, question: &Question<'_>) -> Proven {
    let is_open = matches!(subject.access, Access::Open);
    let reaches = subject.depth == Depth::Reach;
    let shown = if is_open || reaches { Shown::Nothing } else { Shown::Credential };
    let answer = match run.call(shown, || (question.request)(shown)).await {
        Ok(answer) => answer,
        Err(stop) => return Finding::stopped(stop).into(),
    };
    match (question.judge)(&answer) {
        Heard::Refused(finding) if reaches => reached(finding, question.is_vendor).into(),
        Heard::Passed if reaches => {
            reached(Finding::accepted(Proof::Accepted, &answer), question.is_vendor).into()
        }
        Heard::Refused(finding) if is_open => without_credential(finding).into(),
        Heard::Refused(finding) if question.is_vendor => finding.into(),
        Heard::Refused(finding) => doubted(finding).into(),
        Heard::Passed => {
            let accepted = Finding::accepted(Proof::Accepted, &answer);
            let finding = if is_open {
                accepted.credential(CredentialVerdict::NotRequired)
            } else if question.is_vendor {
                accepted
            } else {
                controlled(run, question, accepted).await
            };
            Proven { finding, answer: Some(answer) }
        }
    }
}

impl From<Finding> for Proven {
    fn from(finding: Finding) -> Self {
        Self { finding, answer: None }
    }
}

/// Makes the same call with a wrong credential.
async fn controlled(run: &mut Run<'_>, question: &Question<'_>, accepted: Finding) -> Finding {
    let wrong = Shown::WrongCredential;
    let unclear = |reason| {
        let verdict = CredentialVerdict::NotVerified { why: reason };
        Finding { usable: Usable::Unknown, ..Finding::of(reason, Stage::Auth).credential(verdict) }
    };
    let answer = match run.call(wrong, || (question.request)(wrong)).await {
        Ok(answer) => answer,
        Err(Stop::Budget) => return unclear(Reason::Budget).note(Note::ControlLeftOut),
        Err(stop @ Stop::Failed(_)) => return unclear(Finding::stopped(stop).reason),
    };
    match (question.judge)(&answer) {
        Heard::Passed if answer.is_success() => {
            Finding { http_status: Some(answer.status), ..Finding::of(Reason::AuthNotEnforced, Stage::Auth) }
        }
        // Both were refused alike: the call may never have come to the credential.
        Heard::Passed => {
            let finding = Finding { http_status: Some(answer.status), ..unclear(Reason::UnexpectedAnswer) };
            finding.hint(
                "The server says the same to a wrong key, so it could not be told whether it looks at the key.",
            )
        }
        Heard::Refused(other) if refuses_credential(&other, &answer) => {
            accepted.credential(CredentialVerdict::Verified { how: Proof::ControlRefused })
        }
        Heard::Refused(other) => Finding { http_status: Some(answer.status), ..unclear(other.reason) },
    }
}

/// Whether a wrong credential was refused because it is wrong: the same call passed with another.
fn refuses_credential(finding: &Finding, answer: &Response) -> bool {
    let by_status = answer.status == 401 || (answer.status == 403 && !answer.is_html());
    finding.reason.implied() == Implied::Rejected || by_status
}

/// What was found without showing a credential, because none was to be shown.
fn reached(finding: Finding, is_vendor: bool) -> Finding {
    let is_about_server = matches!(finding.reason.implied(), Implied::Unusable | Implied::Undecided)
        && finding.reason != Reason::ConfigIncomplete;
    // Whoever is not the vendor need not have what was asked for.
    let is_only_missing = finding.reason == Reason::WrongBasePath && !is_vendor;
    let reason = if is_about_server && !is_only_missing { finding.reason } else { Reason::Depth };
    let verdict = CredentialVerdict::NotVerified { why: Reason::Depth };
    let hint = if reason == finding.reason { finding.hint } else { Some(SOMETHING_THERE.into()) };
    let shell = Finding::of(reason, Stage::Http).credential(verdict);
    let (http_status, suggested_url) = (finding.http_status, finding.suggested_url);
    Finding { http_status, suggested_url, hint, ..shell }
}

/// Nothing was shown, so nothing can have been rejected.
fn without_credential(finding: Finding) -> Finding {
    if finding.reason.implied() == Implied::Rejected { lacking(finding) } else { doubted(finding) }
}

/// What was refused as wrong was never shown.
pub(super) fn lacking(finding: Finding) -> Finding {
    let Finding { http_status, provider_code, .. } = finding;
    Finding { http_status, provider_code, ..Finding::of(Reason::ConfigIncomplete, Stage::Auth) }
        .hint("The server wants a key: store one with the configuration.")
}

/// Whoever is not the vendor may refuse calls before looking at the credential.
fn doubted(finding: Finding) -> Finding {
    let by_refusal = CredentialVerdict::Verified { how: Proof::RefusedOtherwise };
    if finding.credential != by_refusal {
        return finding;
    }
    let hint = finding.hint.clone().unwrap_or_else(|| {
        "The server refused the call for another reason than the key, but may not have looked at the key yet."
            .into()
    });
    let why = finding.reason;
    finding.credential(CredentialVerdict::NotVerified { why }).hint(hint)
}

/// Whether it makes sense to ask for the model.
pub(super) fn goes_on(finding: &Finding) -> bool {
    matches!(finding.reason, Reason::Ok | Reason::AuthNotEnforced)
}

/// The model is there; what is known of the credential stays.
pub(super) fn with_model(finding: Finding) -> Finding {
    Finding { stage: Stage::Model, ..finding.model(ModelVerdict::Verified) }
}

/// Something is the matter with the model, or it cannot be told; what is known of the credential stays.
pub(super) fn but(finding: Finding, matter: Finding) -> Finding {
    let contradicts = matter.reason.implied() == Implied::Rejected
        || matches!(
            matter.reason,
            Reason::NotAnLlmApi | Reason::WrongBasePath | Reason::Redirected | Reason::ConfigIncomplete
        );
    // The same credential passed below the same base a moment ago, so they are not meant here.
    let matter = if contradicts {
        let http_status = matter.http_status;
        Finding { http_status, ..Finding::of(Reason::UnexpectedAnswer, Stage::Model) }
    } else if matter.reason == Reason::Depth {
        Finding { http_status: finding.http_status, ..matter }
    } else {
        matter
    };
    let mut notes = finding.notes;
    notes.extend(matter.notes);
    let model = match matter.model {
        ModelVerdict::NotAsked => ModelVerdict::Unverifiable { why: matter.reason },
        told @ (ModelVerdict::Verified
        | ModelVerdict::NotFound
        | ModelVerdict::NoAccess
        | ModelVerdict::Unverifiable { .. }) => told,
    };
    let (credential, product) = (finding.credential, finding.product);
    Finding { credential, product, model, stage: Stage::Model, notes, ..matter }
}

/// The model cannot be told without tokens.
pub(super) fn only_a_call_tells() -> Finding {
    Finding::of(Reason::Depth, Stage::Model)
        .hint("Only a call to the model can tell whether it works, and this check was to cost nothing.")
}

/// A check that ended before the model was asked for says so.
pub(super) fn settled(subject: &Subject<'_>, finding: Finding) -> Finding {
    if finding.model != ModelVerdict::NotAsked || subject.model().is_none() {
        return finding;
    }
    let why = finding.reason;
    finding.model(ModelVerdict::Unverifiable { why })
}

/// A key was refused in words that do not tell why: a genuine one may have been.
pub(super) fn undecided(finding: Finding) -> Finding {
    let why = finding.reason;
    finding.credential(CredentialVerdict::NotVerified { why })
}

/// Whether a path's last segment is a version, such as `v1beta`.
pub(super) fn ends_in_version(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.strip_prefix('v').is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()))
}
