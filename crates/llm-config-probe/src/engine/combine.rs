//! The pure function that combines the evidence of credential, model and call into a verdict.

use llm_config_providers::{HostTrust, ModelEcho, ModelFact, Note, Reason, RefusedParameter, Stage};

use super::ProbeTarget;
use super::call::{CallControl, CallEvidence, UnknownModel};
use super::known::Known;
use super::model_evidence::with_model;
use crate::completion;
use crate::report::{CredentialVerdict, ModelVerdict, Proof, Usable};
use crate::verdict::Verdict;

const OTHER_MODEL: &str =
    "The server responds, but with another model than the configured one: check the model's name.";

const CONTRADICTED: &str = "The server accepts the key but refuses a call with it, as if the key were \
    wrong: the key may be restricted, or the provider behind the server rejects the server's own key.";

const WRONG_OPERATION: &str = "The server lists its models below this endpoint, but has no such \
    operation: check the API path.";

/// Combines the evidence of all steps.
pub(super) fn combine(
    target: &ProbeTarget<'_>,
    credential: &Verdict,
    model: Option<&ModelFact>,
    call: &CallEvidence,
    known: Known,
) -> Verdict {
    with_call(with_model(target, credential.clone(), model), call, known)
}

/// Adds the evidence of the call. A credential that was found genuine stays so unless the call's refusal
/// contradicts it: some servers list models without a key and check the key only here.
pub(super) fn with_call(before: Verdict, call: &CallEvidence, known: Known) -> Verdict {
    match call {
        CallEvidence::NotCalled => before,
        CallEvidence::Completed { status, echo, control, unknown_model } => {
            let model = answering_model(&before, *echo, *unknown_model, known);
            with_control(completed(before, *status, model, known.trust), *control)
        }
        CallEvidence::ParameterRefused { status, parameter, control } => {
            with_refused_parameter(before, *status, *parameter, *control, known.trust)
        }
        CallEvidence::Refused(after) => {
            let after = with_evidence(&before, (**after).clone(), known);
            overruled(before, after, known.trust)
        }
    }
}

/// Reads a refusal that names no cause by what earlier steps have shown: an absence below a base that has
/// responded concerns the requested model, and the list may have shown that it lacks the model.
fn with_evidence(before: &Verdict, after: Verdict, known: Known) -> Verdict {
    let is_absence = matches!(after.http_status, Some(404 | 405 | 410 | 501));
    let is_listed = before.model == ModelVerdict::Verified;
    let lacks_model = before.reason == Reason::ModelNotFound;
    let because = |reason| Verdict {
        http_status: after.http_status,
        provider_code: after.provider_code.clone(),
        credential: after.credential,
        ..Verdict::from_reason(reason, Stage::Model)
    };
    let is_unknown = after.reason == Reason::UnexpectedAnswer;
    let is_no_api = matches!(after.reason, Reason::WrongBasePath | Reason::NotAnLlmApi);
    let is_absence = is_absence && known.has_answered;
    if is_absence && is_unknown && is_listed {
        because(Reason::ModelNoAccess)
    } else if is_absence && (is_unknown || is_no_api && lacks_model) {
        because(Reason::ModelNotFound)
    } else if is_absence && is_no_api {
        because(Reason::ModelWrongApi).with_hint(WRONG_OPERATION)
    } else if is_unknown && lacks_model && matches!(after.http_status, Some(400 | 403 | 422)) {
        because(Reason::ModelNotFound).with_usable(Usable::Unknown)
    } else {
        after
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
    let hint = if is_fine { Some(completion::hint(parameter).into()) } else { before.hint };
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

/// The verdict on the model of a completed call. A name that differs proves nothing alone: servers complete
/// aliases under the name of the model behind them.
fn answering_model(
    before: &Verdict,
    echo: ModelEcho,
    unknown_model: Option<UnknownModel>,
    known: Known,
) -> ModelVerdict {
    if known.trust == HostTrust::Vendor || before.model == ModelVerdict::Verified {
        return ModelVerdict::Verified;
    }
    let unverifiable = ModelVerdict::Unverifiable { why: before.reason };
    match (echo, unknown_model) {
        _ if known.falls_back => ModelVerdict::NotFound,
        (ModelEcho::Other, None) if known.may_fall_back => ModelVerdict::NotFound,
        (_, Some(UnknownModel::Refused)) => ModelVerdict::Verified,
        (_, Some(UnknownModel::Completed)) => ModelVerdict::NotFound,
        (ModelEcho::Other, Some(UnknownModel::Unclear) | None) => unverifiable,
        // There was no complete list, and a repeated name proves nothing.
        (ModelEcho::Same | ModelEcho::Absent, _) => match before.model {
            ModelVerdict::NotAsked | ModelVerdict::NotFound => unverifiable,
            before
            @ (ModelVerdict::Verified | ModelVerdict::NoAccess | ModelVerdict::Unverifiable { .. }) => before,
        },
    }
}

fn completed(before: Verdict, status: u16, model: ModelVerdict, trust: HostTrust) -> Verdict {
    let credential = proven(before.credential, Proof::Accepted, trust);
    let (reason, usable, hint) = match (model, before.reason) {
        // Calls succeed, so `No` would be as wrong as `Yes`.
        (ModelVerdict::NotFound, _) => (Reason::ModelNotFound, Usable::Unknown, Some(OTHER_MODEL.into())),
        (_, Reason::AuthNotEnforced) => (Reason::AuthNotEnforced, Usable::Yes, before.hint),
        (_, _) => (Reason::Ok, Usable::Yes, None),
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
        (CredentialVerdict::Verified { how: Proof::ControlRefused }, found)
            if after.is_key_open || found == CredentialVerdict::Rejected =>
        {
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
