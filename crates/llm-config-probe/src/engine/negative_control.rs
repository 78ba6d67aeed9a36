//! The negative control: the accepted request, sent again with a key that no provider has issued.

use llm_config_providers::{HostTrust, Note, Reason, SentCredential, Stage, Vendor, vendors};

use super::ProbeTarget;
use super::call::CallEvidence;
use super::credential::{CredentialEvidence, ProbeOutcome, record_cost};
use crate::budget::RequestBudget;
use crate::report::{CredentialVerdict, Proof, Usable};
use crate::verdict::{Verdict, may_concern_key};

/// The response of a server to a key known to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NegativeControl {
    /// The server refused it, so it checks keys.
    Refused,
    /// The server accepted it like the configured key.
    Accepted,
    /// Nothing follows, for this reason.
    Unclear(Reason),
}

const BUDGET: &str = "The server responds, but the request budget was used up before it was known \
    whether it checks keys: an endpoint that needs no guessing saves a request.";

const UNCLEAR: &str =
    "The server responds, but whether it checks keys is not known: its response to a wrong key is unclear.";

const BODY_FIRST: &str = "The server refuses the body of a test call with any key: only a real call \
    tells whether it accepts the key.";

const NOT_CHECKED_YET: &str =
    "The server refused the call for another reason than the key, but may not have checked the key yet.";

/// Judges the credential by the negative control, unless the host is trusted or the control is deferred.
pub(super) async fn run(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    evidence: CredentialEvidence,
) -> CredentialEvidence {
    let is_accepted = evidence.outcome == ProbeOutcome::Accepted;
    if !is_accepted && !evidence.verdict.is_verified() {
        return evidence;
    }
    if target.provider.auth.is_none() {
        let verdict = keyless(evidence.verdict);
        return CredentialEvidence { verdict, ..evidence };
    }
    if target.provider.trust() == HostTrust::Vendor {
        return evidence;
    }
    // The model is not called as the configuration stands, so its request is left for the control.
    if evidence.probe.is_in_other_header() {
        budget.release_reserved();
    }
    // Refusals by a vendor's own API are controlled by its words alone.
    if !is_accepted && !target.provider.family.is_openai_compatible() {
        let verdict = without_control(evidence.verdict);
        return CredentialEvidence { verdict, ..evidence };
    }
    if is_accepted && may_defer(target, &evidence) {
        budget.reserve();
        let why = Reason::Depth;
        let verdict = evidence.verdict.with_credential(CredentialVerdict::NotVerified { why });
        return CredentialEvidence { verdict, is_control_deferred: true, ..evidence };
    }
    judge(budget, target, evidence).await
}

/// Runs the deferred control, if the call of the model proved nothing about the credential.
pub(super) async fn run_deferred(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    evidence: CredentialEvidence,
    call: &CallEvidence,
) -> CredentialEvidence {
    if !evidence.is_control_deferred || call.reached_model() {
        return evidence;
    }
    let how = Proof::Accepted;
    let verdict = evidence.verdict.with_credential(CredentialVerdict::Verified { how });
    judge(budget, target, CredentialEvidence { verdict, is_control_deferred: false, ..evidence }).await
}

/// Sends the control, judges the credential by it, and adds the vendor that its response reveals.
async fn judge(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    evidence: CredentialEvidence,
) -> CredentialEvidence {
    let ControlResponse { control, status, revealed } = send(budget, target, &evidence).await;
    let vendor = evidence.vendor(target).or(revealed);
    let verdict = control.apply(evidence.verdict, vendor);
    let is_compatible = target.provider.family.is_openai_compatible();
    let vendor = verdict.vendor.or(revealed.filter(|_| is_compatible));
    let is_decisive = !is_compatible && control != NegativeControl::Refused;
    let http_status = if is_decisive { status } else { verdict.http_status };
    CredentialEvidence { verdict: Verdict { http_status, vendor, ..verdict }, ..evidence }
}

/// Whether the control waits for the call of the model: a list may be public, and the model's own control
/// proves more.
fn may_defer(target: &ProbeTarget<'_>, evidence: &CredentialEvidence) -> bool {
    let is_list = evidence.probe.kind == llm_config_providers::ProbeKind::List;
    let is_known = evidence.guards_calls_like_lists(target);
    let is_compatible = target.provider.family.is_openai_compatible();
    target.will_call_model() && is_compatible && is_list && !is_known && !evidence.is_elsewhere()
}

async fn send(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    evidence: &CredentialEvidence,
) -> ControlResponse {
    let CredentialEvidence { probe, verdict: first, .. } = evidence;
    let provider = &target.provider;
    let sent = SentCredential::Wrong;
    let response = match budget.send_authenticated(provider, &probe.request, sent).await {
        Ok(response) => response,
        Err(error) => {
            let control = NegativeControl::Unclear(Verdict::from_error(error).reason);
            return ControlResponse { control, status: None, revealed: None };
        }
    };
    let status = Some(response.status);
    record_cost(budget, probe, &response);
    let class = provider.classify(&probe.request.url, &response);
    let revealed = vendors::by_response(&response);
    if provider.family.acceptance(provider, probe, &response, &class).is_some() {
        return ControlResponse { control: NegativeControl::Accepted, status, revealed };
    }
    let reason = class.reason;
    let is_other_status = first.http_status != Some(response.status);
    // Some servers refuse a key in unknown words; what counts is that they accepted the other key.
    let is_refusal = is_other_status && response.may_refuse_key() && may_concern_key(reason);
    let control = if Verdict::from_class(class).rejects_credential() || is_refusal {
        NegativeControl::Refused
    } else if !is_other_status && reason == first.reason {
        NegativeControl::Accepted
    } else {
        NegativeControl::Unclear(reason)
    };
    ControlResponse { control, status, revealed }
}

/// The control, with the details of its response.
struct ControlResponse {
    control: NegativeControl,
    status: Option<u16>,
    /// The vendor that the response reveals.
    revealed: Option<&'static Vendor>,
}

impl NegativeControl {
    /// The consequence for a verdict that was reached with the configured key.
    fn apply(self, verdict: Verdict, vendor: Option<&'static Vendor>) -> Verdict {
        let is_ok = verdict.reason == Reason::Ok;
        match self {
            Self::Refused => {
                verdict.with_credential(CredentialVerdict::Verified { how: Proof::ControlRefused })
            }
            Self::Accepted if is_ok && is_partial(&verdict) => body_first(verdict),
            Self::Accepted if is_ok => {
                let verdict = Verdict { reason: Reason::AuthNotEnforced, ..verdict };
                let verdict = verdict.with_credential(CredentialVerdict::NotRequired);
                match vendor.and_then(|vendor| vendor.hint(Reason::AuthNotEnforced, 200, true)) {
                    Some(hint) => verdict.with_hint(hint),
                    None => verdict,
                }
            }
            // It was refused for another reason, perhaps before the key was checked.
            Self::Accepted => {
                verdict.with_credential(CredentialVerdict::NotVerified { why: Reason::AuthNotEnforced })
            }
            Self::Unclear(why) => unclear(verdict, why),
        }
    }
}

fn unclear(verdict: Verdict, why: Reason) -> Verdict {
    let is_ok = verdict.reason == Reason::Ok;
    let verdict = verdict.with_credential(CredentialVerdict::NotVerified { why });
    let verdict = if is_ok {
        let hint = if why == Reason::Budget { BUDGET } else { UNCLEAR };
        Verdict { reason: why, ..verdict }.with_usable(Usable::Unknown).with_hint(hint)
    } else {
        verdict
    };
    if why == Reason::Budget { verdict.with_note(Note::ControlLeftOut) } else { verdict }
}

/// Whether the request was refused for its missing content only.
fn is_partial(verdict: &Verdict) -> bool {
    verdict.credential == CredentialVerdict::Verified { how: Proof::RefusedOtherwise }
}

/// A server may check the body before the key, so that it refuses all keys alike.
fn body_first(verdict: Verdict) -> Verdict {
    verdict.with_reason(Reason::Depth, Stage::Http).unverified().with_hint(BODY_FIRST)
}

/// The consequence of a response to a request without a key.
fn keyless(verdict: Verdict) -> Verdict {
    if !verdict.is_verified() {
        verdict
    } else if verdict.reason == Reason::Ok && is_partial(&verdict) {
        body_first(verdict)
    } else {
        verdict.with_credential(CredentialVerdict::NotRequired)
    }
}

/// A refusal by a server that is not the vendor: it may refuse calls before it checks the credential.
fn without_control(verdict: Verdict) -> Verdict {
    if !is_partial(&verdict) {
        return verdict;
    }
    let hint = verdict.hint.clone().unwrap_or(NOT_CHECKED_YET.into());
    verdict.unverified().with_hint(hint)
}
