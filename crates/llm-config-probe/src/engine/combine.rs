//! The pure function that combines the evidence of credential, model and call into a verdict.

use std::borrow::Cow;

use llm_config_providers::{
    HostTrust, Implied, ModelEcho, ModelFact, Note, Reason, RefusedParameter, ResponseClass, Stage,
};

use super::call::{CallControl, CallEvidence};
use super::{NO_MODEL, ProbeTarget};
use crate::completion;
use crate::report::{CredentialVerdict, Depth, ModelVerdict, Proof, Usable};
use crate::verdict::Verdict;

const FALLS_BACK: &str = "The server ignores the model name and always uses the model it has loaded.";

const NOT_LISTED: &str =
    "The server does not list this model, but its list may be incomplete: check the spelling.";

const ONLY_CALL_TELLS: [&str; 2] = [
    "No problem found, but without a list of models only a call tells whether this one exists.",
    "The server does not check the key, and without a list of models only a call tells whether this one \
     exists.",
];

const NOT_THIS_TIME: [&str; 2] = [
    "No problem found, but whether the model exists could not be checked this time.",
    "The server does not check the key, and whether the model exists could not be checked this time.",
];

const OTHER_MODEL: &str =
    "The server responds, but with another model than the configured one: check the model's name.";

const UNLISTED_MODEL: &str =
    "The server responds, but does not list the model, so it may use another one: check the model's name.";

const CONTRADICTED: &str = "The server accepts the key but refuses a call with it, as if the key were \
    wrong: the key may be restricted, or the provider behind the server rejects the server's own key.";

/// Combines the evidence of all steps.
pub(super) fn combine(
    target: &ProbeTarget<'_>,
    credential: &Verdict,
    model: Option<&ModelFact>,
    call: &CallEvidence,
    trust: HostTrust,
) -> Verdict {
    with_call(with_model(target, credential.clone(), model), call, trust)
}

/// Adds the fact about the model, and the hints for a check without a call.
pub(super) fn with_model(
    target: &ProbeTarget<'_>,
    credential: Verdict,
    model: Option<&ModelFact>,
) -> Verdict {
    let verdict = match model {
        Some(fact) => with_fact(credential, fact),
        None => credential,
    };
    // A vendor's own API confirms the model itself, other APIs mostly their list.
    let is_reached =
        verdict.model == ModelVerdict::Verified && !target.provider.family.is_openai_compatible();
    let stage = if is_reached { Stage::Model } else { verdict.stage };
    let verdict = Verdict { stage, ..verdict };
    if verdict.reason != Reason::Ok || verdict.hint.is_some() {
        return verdict;
    }
    if target.depth == Depth::Inference && target.provider.model().is_none() {
        return verdict.with_hint(NO_MODEL);
    }
    let vendor = target.provider.vendor.filter(|_| target.provider.is_own_host());
    match vendor.and_then(|vendor| vendor.unproven_hint) {
        Some(hint) => verdict.with_hint(hint),
        None => verdict,
    }
}

/// Adds the fact about the model; the verdict on the credential stays.
pub(super) fn with_fact(verdict: Verdict, fact: &ModelFact) -> Verdict {
    let missing = |verdict: Verdict| {
        verdict.with_reason(Reason::ModelNotFound, Stage::Model).with_model(ModelVerdict::NotFound)
    };
    match fact {
        ModelFact::Exists => verdict.with_model(ModelVerdict::Verified),
        ModelFact::ExistsAs(note) => verdict.with_model(ModelVerdict::Verified).with_note(*note),
        ModelFact::NotListed { hint, status } => {
            let http_status = status.or(verdict.http_status);
            let hint = hint.map(Cow::Borrowed);
            Verdict { http_status, hint, ..missing(verdict) }
        }
        ModelFact::FallsBack => missing(verdict).with_usable(Usable::Unknown).with_hint(FALLS_BACK),
        ModelFact::Doubtful { status } => {
            let http_status = status.or(verdict.http_status);
            let why = Reason::ModelNotFound;
            Verdict { http_status, ..missing(verdict) }
                .with_model(ModelVerdict::Unverifiable { why })
                .with_usable(Usable::Unknown)
                .with_hint(NOT_LISTED)
        }
        ModelFact::Refused { class, status, code, retry_after } => {
            let problem = Verdict {
                http_status: *status,
                provider_code: code.clone(),
                retry_after: *retry_after,
                ..Verdict::from_class(class.clone())
            };
            with_model_problem(verdict, class, problem)
        }
        ModelFact::OnlyCallTells { hint, status } => {
            let http_status = status.or(verdict.http_status);
            open(Verdict { http_status, ..verdict }, Reason::Depth, *hint, ONLY_CALL_TELLS)
        }
        ModelFact::Unverifiable { why, status } => {
            let http_status = status.or(verdict.http_status);
            open(Verdict { http_status, ..verdict }, *why, None, NOT_THIS_TIME)
        }
        ModelFact::Unconfirmed => verdict.with_model(ModelVerdict::Unverifiable { why: Reason::Depth }),
        ModelFact::NotChecked => verdict,
    }
}

/// Records a problem with the model and keeps the verdict on the credential.
fn with_model_problem(verdict: Verdict, class: &ResponseClass, problem: Verdict) -> Verdict {
    let is_contradiction = class.reason.implied() == Implied::Rejected
        || matches!(
            class.reason,
            Reason::NotAnLlmApi
                | Reason::WrongBasePath
                | Reason::Redirected
                | Reason::ConfigIncomplete
                | Reason::Tls
        );
    // The same credential was accepted below the same base, so neither of them is the problem.
    let problem = if is_contradiction {
        let http_status = problem.http_status;
        Verdict { http_status, ..Verdict::from_reason(Reason::UnexpectedAnswer, Stage::Model) }
    } else if problem.reason == Reason::Depth {
        Verdict { http_status: verdict.http_status, ..problem }
    } else {
        problem
    };
    let model = match problem.model {
        ModelVerdict::NotAsked => ModelVerdict::Unverifiable { why: problem.reason },
        known @ (ModelVerdict::Verified
        | ModelVerdict::NotFound
        | ModelVerdict::NoAccess
        | ModelVerdict::Unverifiable { .. }) => known,
    };
    // Access that the first call may bring about.
    let is_pending = class.reason == Reason::ModelNoAccess && !class.is_conclusive;
    let usable = if is_pending { Usable::Unknown } else { problem.usable };
    let (credential, vendor, notes) = (verdict.credential, verdict.vendor, verdict.notes);
    let suggested_url = problem.suggested_url.or(verdict.suggested_url);
    Verdict { credential, vendor, model, usable, suggested_url, stage: Stage::Model, notes, ..problem }
}

/// The model stays open; a reason of more weight stays too. `hints` are for servers that check keys, and
/// for those that do not.
fn open(
    verdict: Verdict,
    why: Reason,
    hint: Option<&'static str>,
    [checked, unchecked]: [&'static str; 2],
) -> Verdict {
    let is_checked = verdict.reason == Reason::Ok;
    let is_fine = matches!(verdict.reason, Reason::Ok | Reason::AuthNotEnforced);
    let verdict = verdict.with_model(ModelVerdict::Unverifiable { why });
    if !is_fine {
        return verdict;
    }
    let hint = hint.unwrap_or(if is_checked { checked } else { unchecked });
    verdict.with_reason(why, Stage::Auth).with_usable(Usable::Unknown).with_hint(hint)
}

/// Adds the evidence of the call. A credential that was found genuine stays so unless the call's refusal
/// contradicts it: some servers list models without a key and check the key only here.
pub(super) fn with_call(before: Verdict, call: &CallEvidence, trust: HostTrust) -> Verdict {
    match call {
        CallEvidence::NotCalled => before,
        CallEvidence::Completed { status, echo, control } => {
            with_control(completed(before, *status, *echo, trust), *control)
        }
        CallEvidence::ParameterRefused { status, parameter, control } => {
            with_refused_parameter(before, *status, *parameter, *control, trust)
        }
        CallEvidence::Refused(after) => overruled(before, (**after).clone(), trust),
    }
}

/// The parameter is the check's own: the configuration has no problem, and no model responded.
fn with_refused_parameter(
    before: Verdict,
    status: u16,
    parameter: RefusedParameter,
    control: Option<CallControl>,
    trust: HostTrust,
) -> Verdict {
    let credential = proven(before.credential, Proof::RefusedOtherwise, trust);
    let is_fine = matches!(before.reason, Reason::Ok | Reason::AuthNotEnforced);
    let hint = if is_fine { Some(Cow::Borrowed(completion::hint(parameter))) } else { before.hint };
    let verdict = with_control(Verdict { credential, hint, ..before }, control);
    // The server may check parameters before keys, and list models without a key.
    let open = match (control, verdict.reason) {
        (Some(CallControl::Unclear(why)), Reason::Ok) => Some(why),
        (Some(CallControl::LeftOut), Reason::Ok) => Some(Reason::Budget),
        _ => None,
    };
    match open {
        Some(why) => Verdict { http_status: Some(status), ..verdict.with_reason(why, Stage::Auth) }
            .with_usable(Usable::Unknown),
        None => verdict,
    }
}

fn proven(before: CredentialVerdict, how: Proof, trust: HostTrust) -> CredentialVerdict {
    match (before, trust) {
        (CredentialVerdict::Rejected | CredentialVerdict::NotVerified { .. }, HostTrust::Vendor) => {
            CredentialVerdict::Verified { how }
        }
        (known, HostTrust::Vendor | HostTrust::Unknown) => known,
    }
}

fn completed(before: Verdict, status: u16, echo: ModelEcho, trust: HostTrust) -> Verdict {
    let credential = proven(before.credential, Proof::Accepted, trust);
    let model = match (before.model, trust, echo) {
        // A listed alias is completed under the name of its model.
        (_, HostTrust::Vendor, _) | (ModelVerdict::Verified, HostTrust::Unknown, _) => ModelVerdict::Verified,
        (_, HostTrust::Unknown, ModelEcho::Other) => ModelVerdict::NotFound,
        // There was no list, and a repeated name proves nothing.
        (ModelVerdict::NotAsked, HostTrust::Unknown, ModelEcho::Absent | ModelEcho::Same) => {
            ModelVerdict::Unverifiable { why: before.reason }
        }
        (known, HostTrust::Unknown, ModelEcho::Absent | ModelEcho::Same) => known,
    };
    let is_doubtful = model == ModelVerdict::NotFound;
    let (reason, usable, hint) = match (is_doubtful, echo, before.reason) {
        // Calls succeed, so `No` would be as wrong as `Yes`.
        (true, ModelEcho::Other, _) => (Reason::ModelNotFound, Usable::Unknown, Some(OTHER_MODEL.into())),
        (true, ModelEcho::Same | ModelEcho::Absent, _) => {
            (Reason::ModelNotFound, Usable::Unknown, Some(UNLISTED_MODEL.into()))
        }
        (false, _, Reason::AuthNotEnforced) => (Reason::AuthNotEnforced, Usable::Yes, before.hint),
        (false, _, _) => (Reason::Ok, Usable::Yes, None),
    };
    Verdict {
        reason,
        credential,
        model,
        usable,
        hint,
        stage: Stage::Model,
        http_status: Some(status),
        provider_code: None,
        retry_after: None,
        ..before
    }
}

/// Adds the response to the same call with a wrong key.
fn with_control(verdict: Verdict, control: Option<CallControl>) -> Verdict {
    let not_verified = |why| CredentialVerdict::NotVerified { why };
    match control {
        None => verdict,
        Some(CallControl::Keyless) => verdict.with_credential(CredentialVerdict::NotRequired),
        Some(CallControl::Completed) => {
            let verdict = Verdict { reason: Reason::AuthNotEnforced, hint: None, ..verdict };
            verdict.with_credential(CredentialVerdict::NotRequired)
        }
        Some(CallControl::Refused) => {
            verdict.with_credential(CredentialVerdict::Verified { how: Proof::ControlRefused })
        }
        Some(CallControl::Unclear(why)) => verdict.with_credential(not_verified(why)),
        Some(CallControl::LeftOut) => {
            verdict.with_credential(not_verified(Reason::Budget)).with_note(Note::ControlLeftOut)
        }
    }
}

/// The refusal decides; earlier evidence that it does not contradict stays.
fn overruled(before: Verdict, after: Verdict, trust: HostTrust) -> Verdict {
    let credential = match (before.credential, after.credential) {
        // The server has just distinguished it from a wrong key, so the refusal has another cause.
        (CredentialVerdict::Verified { how: Proof::ControlRefused }, CredentialVerdict::Rejected) => {
            return contradicted(before, &after);
        }
        (_, CredentialVerdict::Rejected) => CredentialVerdict::Rejected,
        // The list is public, and calls need a key.
        (CredentialVerdict::NotRequired, wanted) if after.reason == Reason::ConfigIncomplete => wanted,
        (CredentialVerdict::NotVerified { .. }, found) => match (found, trust) {
            // Such a server may look for the model before it checks the key.
            (CredentialVerdict::Verified { .. }, HostTrust::Unknown) => before.credential,
            (found, HostTrust::Vendor | HostTrust::Unknown) => found,
        },
        (known, _) => known,
    };
    let model = if after.model == ModelVerdict::NotAsked { before.model } else { after.model };
    let suggested_url = after.suggested_url.or(before.suggested_url);
    let vendor = after.vendor.or(before.vendor);
    let mut notes = before.notes;
    notes.extend(after.notes);
    Verdict { credential, model, suggested_url, vendor, notes, ..after }
}

/// The server accepted the key, and refuses it for the model.
fn contradicted(before: Verdict, after: &Verdict) -> Verdict {
    Verdict {
        http_status: after.http_status,
        provider_code: after.provider_code.clone(),
        credential: before.credential,
        model: before.model,
        vendor: before.vendor,
        notes: before.notes,
        ..Verdict::from_reason(Reason::UpstreamKeyRejected, Stage::Model)
    }
    .with_hint(CONTRADICTED)
}

/// Withdraws "no key required" after a call that failed for the moment: a public list proves nothing about
/// calls.
pub(super) fn downgrade_unproven(verdict: Verdict, call: &CallEvidence, guards_alike: bool) -> Verdict {
    let is_public = verdict.credential == CredentialVerdict::NotRequired;
    let is_called = matches!(call, CallEvidence::Refused(_) | CallEvidence::ParameterRefused { .. });
    if !is_called || !is_public || guards_alike || !verdict.is_transient() {
        return verdict;
    }
    verdict.unverified()
}
