//! The check of the credential at a server that lists its models without a key: a call without content.

use llm_config_providers::{ProbeKind, Reason, Stage};

use super::ProbeTarget;
use super::credential::{CredentialEvidence, ProbeOutcome, send};
use crate::budget::RequestBudget;
use crate::report::CredentialVerdict;
use crate::verdict::Verdict;

const CONTROL_LEFT_OUT: &str = "The server lists its models without a key, and the request budget was \
    used up before it was known whether a call needs one.";

const CALL_FAILED: &str = "The server lists its models without a key, but whether a call needs one is \
    not known: check again later.";

const REFUSED_BEYOND_LIST: &str = "The server lists its models without a key, but rejects a call with \
    this key: check that all of it was copied.";

/// Probes the completion endpoint if the list of models is public: there are servers that list without a
/// key and call with one (LLM7 in 0xzr/freellmpool#109, older llama-server in ggml-org/llama.cpp#27027).
pub(super) async fn probe_completion_auth(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    evidence: CredentialEvidence,
) -> CredentialEvidence {
    let provider = &target.provider;
    let is_public = evidence.verdict.credential == CredentialVerdict::NotRequired
        && evidence.probe.kind == ProbeKind::List;
    if !is_public || evidence.guards_calls_like_lists(target) {
        return evidence;
    }
    // Without a model, so that no server loads one for this.
    let Some(probe) = provider.family.empty_call(provider, evidence.probe.root()) else { return evidence };
    // At another root than the configuration's, the model is not called.
    if target.will_call_model() && !evidence.is_elsewhere() {
        return if provider.auth.is_none() { evidence } else { until_called(evidence) };
    }
    if provider.auth.is_none() && !provider.family.is_openai_compatible() {
        return evidence;
    }
    if budget.remaining() == 0 {
        let verdict = only_listed(evidence.verdict, Reason::Budget, CONTROL_LEFT_OUT);
        let verdict = verdict.with_note(llm_config_providers::Note::ControlLeftOut);
        return CredentialEvidence { verdict, ..evidence };
    }
    let call = send(budget, target, probe).await;
    let is_refused = call.outcome == ProbeOutcome::Rejected;
    let is_of_key = call.verdict.rejects_credential() || matches!(call.verdict.http_status, Some(401..=403));
    if is_refused && is_of_key {
        let verdict = refused_beyond_list(call.verdict);
        let vendor = verdict.vendor.or(evidence.verdict.vendor);
        let outcome = ProbeOutcome::Rejected;
        return CredentialEvidence { verdict: Verdict { vendor, ..verdict }, outcome, ..evidence };
    }
    if is_refused && call.verdict.is_transient() {
        let verdict = only_listed(evidence.verdict, call.verdict.reason, CALL_FAILED);
        return CredentialEvidence { verdict, ..evidence };
    }
    evidence
}

/// The key is open until the model is called.
fn until_called(evidence: CredentialEvidence) -> CredentialEvidence {
    let why = Reason::AuthNotEnforced;
    let verdict = evidence.verdict.with_reason(Reason::Ok, Stage::Auth);
    let verdict = verdict.with_credential(CredentialVerdict::NotVerified { why });
    CredentialEvidence { verdict, ..evidence }
}

/// Only that the list is public is known.
fn only_listed(verdict: Verdict, why: Reason, hint: &'static str) -> Verdict {
    let verdict = verdict.with_reason(why, Stage::Auth);
    verdict.with_credential(CredentialVerdict::NotVerified { why }).with_hint(hint)
}

/// Calls are refused although the list is public. Without a control, a genuine key is not proven.
fn refused_beyond_list(verdict: Verdict) -> Verdict {
    match verdict.credential {
        CredentialVerdict::Rejected => verdict.with_hint(REFUSED_BEYOND_LIST),
        CredentialVerdict::Verified { .. } => verdict.unverified(),
        CredentialVerdict::NotRequired | CredentialVerdict::NotVerified { .. } => verdict,
    }
}
