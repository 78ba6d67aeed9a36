//! The check of the credential: a request that needs it.

use llm_config_providers::{
    Acceptance, Correction, CredentialProbe, HostTrust, ProbeKind, Problem, Reason, Response, ResponseClass,
    SentCredential, Stage, Vendor, vendors,
};

use super::ProbeTarget;
use crate::budget::{ProbeError, RequestBudget};
use crate::report::{Proof, Usable};
use crate::verdict::Verdict;

/// The outcome of a credential probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProbeOutcome {
    /// The request was accepted.
    Accepted,
    /// The credential is genuine, but may not list models.
    ListForbidden,
    /// The request was refused, or failed.
    Rejected,
    /// The server does not have the operation.
    Inconclusive,
}

/// What is known of the credential after a step.
pub(super) struct CredentialEvidence {
    pub(super) probe: CredentialProbe,
    pub(super) response: Option<Response>,
    pub(super) outcome: ProbeOutcome,
    pub(super) verdict: Verdict,
    /// Whether the response reports a problem of a genuine credential.
    pub(super) has_problem: bool,
    /// Whether the negative control is deferred until the model was called, whose own control proves more.
    pub(super) is_control_deferred: bool,
}

const LIST_FORBIDDEN: &str =
    "The credential is genuine but may not list models; only a call tells whether it may call them.";

const OWN_API: &str = "The server has an API of its own, which is called differently: choose its provider.";

/// Sends the probes of the family in order, until one is not inconclusive.
pub(super) async fn probe(budget: &mut RequestBudget<'_>, target: &ProbeTarget<'_>) -> CredentialEvidence {
    let mut kept: Option<CredentialEvidence> = None;
    let mut last = None;
    let probes = target.provider.family.credential_probes(&target.provider);
    // The call of the model proves more than one without content, and whether the configured address is
    // right.
    let is_replaced = |probe: &CredentialProbe| probe.kind == ProbeKind::EmptyCall || probe.is_guess;
    let are_left_out = target.will_call_model() && !probes.iter().all(is_replaced);
    for probe in probes {
        if are_left_out && is_replaced(&probe) || !may_follow(&probe, kept.as_ref(), target) {
            continue;
        }
        let evidence = send(budget, target, probe).await;
        let evidence = in_missed_header(budget, target, evidence).await;
        if is_final(&evidence, kept.as_ref(), target) {
            return evidence;
        }
        let is_reported = !evidence.probe.is_optional && !evidence.probe.is_sibling_host;
        if is_reported && kept.as_ref().is_none_or(|kept| is_more_precise(&evidence, kept)) {
            kept = Some(evidence);
        } else {
            last = Some(evidence);
        }
    }
    match kept.or(last) {
        Some(evidence) => evidence,
        None => unreachable_without_probe(target),
    }
}

/// Sends the probe of a guessed address, after the configured address has refused a call as no API does.
/// `None` if there is no such address, or no API.
pub(super) async fn probe_guess(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
) -> Option<CredentialEvidence> {
    let probes = target.provider.family.credential_probes(&target.provider);
    let guess = probes.into_iter().find(|probe| probe.is_guess).filter(|_| budget.remaining() > 0)?;
    let evidence = send(budget, target, guess).await;
    is_final(&evidence, None, target).then_some(evidence)
}

/// Whether inconclusive evidence replaces another: the response to a call tells more of the configured
/// address than the lack of a list, and an unexpected success is less precise than the lack of an
/// operation.
fn is_more_precise(evidence: &CredentialEvidence, kept: &CredentialEvidence) -> bool {
    let is_unexpected = |evidence: &CredentialEvidence| evidence.verdict.reason == Reason::UnexpectedAnswer;
    evidence.probe.kind == ProbeKind::EmptyCall
        && kept.outcome == ProbeOutcome::Inconclusive
        && (is_unexpected(kept) || is_unexpected(evidence))
}

/// Sends a refused probe again with the key in the header in which the refusal misses it. The result counts
/// if it is accepted.
async fn in_missed_header(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    refused: CredentialEvidence,
) -> CredentialEvidence {
    let CredentialEvidence { probe, outcome, .. } = &refused;
    let refusal = refused.response.as_ref().filter(|_| *outcome == ProbeOutcome::Rejected);
    let family = target.provider.family;
    let other = refusal.and_then(|refusal| family.in_missed_header(&target.provider, probe, refusal));
    let Some(probe) = other.filter(|_| budget.remaining() > 0) else { return refused };
    let evidence = send(budget, target, probe).await;
    if evidence.outcome == ProbeOutcome::Accepted { evidence } else { refused }
}

/// Every family has a probe; without one, nothing would be known.
fn unreachable_without_probe(target: &ProbeTarget<'_>) -> CredentialEvidence {
    CredentialEvidence {
        probe: target.provider.family.reachability_probe(&target.provider),
        response: None,
        outcome: ProbeOutcome::Inconclusive,
        verdict: Verdict::from_reason(Reason::Depth, Stage::Policy),
        has_problem: false,
        is_control_deferred: false,
    }
}

/// Whether a probe is worth sending after others.
fn may_follow(probe: &CredentialProbe, kept: Option<&CredentialEvidence>, target: &ProbeTarget<'_>) -> bool {
    let is_call = probe.kind == ProbeKind::EmptyCall;
    let Some(kept) = kept else { return true };
    match kept.outcome {
        ProbeOutcome::ListForbidden => is_call && target.provider.model().is_some(),
        // A refusal below the path of a request is most likely about the path.
        ProbeOutcome::Inconclusive if probe.is_guess && target.provider.may_be_mistyped() => true,
        // An API responded to the call at the configured address, so that the API is there.
        ProbeOutcome::Inconclusive if kept.probe.kind == ProbeKind::EmptyCall => {
            !probe.is_guess || kept.verdict.reason != Reason::UnexpectedAnswer
        }
        ProbeOutcome::Inconclusive if is_call && !target.provider.family.is_openai_compatible() => {
            lacks_operation(target, &kept.verdict)
        }
        ProbeOutcome::Accepted | ProbeOutcome::Rejected | ProbeOutcome::Inconclusive => true,
    }
}

/// Whether a server with a vendor's own API lacks an operation. A web page instead of a response shows that
/// there is no such API.
fn lacks_operation(target: &ProbeTarget<'_>, verdict: &Verdict) -> bool {
    match target.provider.trust() {
        HostTrust::Vendor => verdict.reason == Reason::WrongBasePath,
        HostTrust::Unknown => matches!(verdict.http_status, Some(404 | 405 | 501)),
    }
}

/// Whether no further probe is needed.
fn is_final(
    evidence: &CredentialEvidence,
    kept: Option<&CredentialEvidence>,
    target: &ProbeTarget<'_>,
) -> bool {
    let CredentialEvidence { probe, outcome, verdict, .. } = evidence;
    let is_of_api = verdict.stage >= Stage::Auth;
    match outcome {
        ProbeOutcome::Accepted => true,
        // The sibling host is reachable, so that its response counts.
        ProbeOutcome::Inconclusive => probe.is_sibling_host,
        // A vendor's own API checks the right to call the model itself.
        ProbeOutcome::ListForbidden => probe.is_guess || !target.provider.family.is_openai_compatible(),
        ProbeOutcome::Rejected if probe.is_guess => is_of_api,
        ProbeOutcome::Rejected if probe.is_optional => verdict.reason != Reason::Redirected,
        ProbeOutcome::Rejected if probe.is_sibling_host => {
            verdict.stage >= Stage::Http && verdict.reason != Reason::Timeout
        }
        ProbeOutcome::Rejected => {
            is_of_api || kept.is_none_or(|kept| kept.outcome != ProbeOutcome::ListForbidden)
        }
    }
}

pub(super) async fn send(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    probe: CredentialProbe,
) -> CredentialEvidence {
    let provider = &target.provider;
    let sent = SentCredential::Configured;
    let response = match budget.send_authenticated(provider, &probe.request, sent).await {
        Ok(response) => response,
        Err(error) => return failed(target, probe, error),
    };
    record_cost(budget, &probe, &response);
    let class = class_of(target, &probe, &response);
    // A server that is not the vendor may refuse requests before it checks the credential.
    let may_forbid_list = if provider.family.is_openai_compatible() {
        probe.kind == ProbeKind::List
    } else {
        provider.trust() == HostTrust::Vendor
    };
    let acceptance = provider.family.acceptance(provider, &probe, &response, &class);
    let has_problem = acceptance.is_some_and(|acceptance| acceptance.problem.is_some());
    let (outcome, verdict) = match acceptance {
        Some(acceptance) => (ProbeOutcome::Accepted, accepted(acceptance, &response)),
        None if class.is_absent => {
            let verdict = Verdict::from_response(class, &response);
            (ProbeOutcome::Inconclusive, explained(provider.family.absence(provider), verdict))
        }
        None if class.forbids_listing && may_forbid_list => {
            let verdict = Verdict::from_response(class, &response);
            (ProbeOutcome::ListForbidden, verdict.with_usable(Usable::Unknown).with_hint(LIST_FORBIDDEN))
        }
        None => {
            let verdict = Verdict::from_response(class, &response);
            // The right may be missing for the list alone.
            let is_open = is_compatible_list(target, &probe)
                && verdict.reason == Reason::NoPermission
                && !verdict.is_verified();
            let usable = if is_open { Usable::Unknown } else { verdict.usable };
            (ProbeOutcome::Rejected, verdict.with_usable(usable))
        }
    };
    let revealed = vendors::by_response(&response);
    let verdict = with_vendor(target, revealed, outcome, corrected(target, &probe, verdict));
    CredentialEvidence {
        probe,
        response: Some(response),
        outcome,
        verdict,
        has_problem,
        is_control_deferred: false,
    }
}

/// The class of a response that is not the expected one. A refused list cannot concern the model, which
/// the request does not name, although its words contain `models`: the list is forbidden, or missing.
fn class_of(target: &ProbeTarget<'_>, probe: &CredentialProbe, response: &Response) -> ResponseClass {
    let class = target.provider.classify(&probe.request.url, response);
    let is_of_model = matches!(
        class.reason,
        Reason::ModelNoAccess | Reason::ModelNotFound | Reason::ModelWrongApi | Reason::DeploymentNotFound
    );
    if !is_of_model || !is_compatible_list(target, probe) {
        class
    } else if matches!(response.status, 401 | 403) {
        let class = ResponseClass::new(Reason::NoPermission, Stage::Auth);
        ResponseClass { is_conclusive: false, ..class }
    } else {
        let class = ResponseClass::new(Reason::UnexpectedAnswer, Stage::Http);
        ResponseClass { is_absent: true, ..class }
    }
}

fn is_compatible_list(target: &ProbeTarget<'_>, probe: &CredentialProbe) -> bool {
    probe.kind == ProbeKind::List && target.provider.family.is_openai_compatible()
}

/// Adds the problem of the configuration that explains a missing operation.
fn explained(problem: Option<Problem>, verdict: Verdict) -> Verdict {
    let Some(Problem { reason, hint }) = problem else { return verdict };
    let verdict = verdict.with_reason(reason, Stage::Http).unverified();
    Verdict { hint: hint.map(Into::into), ..verdict }
}

fn failed(target: &ProbeTarget<'_>, probe: CredentialProbe, error: ProbeError) -> CredentialEvidence {
    let verdict = Verdict::from_error(error);
    let hint = target.provider.vendor.and_then(|vendor| vendor.unresolved_host_hint);
    let verdict = match hint.filter(|_| verdict.stage == Stage::Dns) {
        Some(hint) => verdict.with_hint(hint),
        None => verdict,
    };
    let (outcome, has_problem) = (ProbeOutcome::Rejected, false);
    let verdict = with_vendor(target, None, outcome, corrected(target, &probe, verdict));
    CredentialEvidence { probe, response: None, outcome, verdict, has_problem, is_control_deferred: false }
}

/// Adds the corrections to the configuration that a probe assumes.
fn corrected(target: &ProbeTarget<'_>, probe: &CredentialProbe, verdict: Verdict) -> Verdict {
    let Correction { suggested_url, notes } = probe.correction(&target.provider);
    let suggested_url = verdict.suggested_url.clone().or(suggested_url);
    notes.into_iter().fold(Verdict { suggested_url, ..verdict }, Verdict::with_note)
}

/// A server may generate although the content is missing (llama-cpp-python 0.3.36).
pub(super) fn record_cost(budget: &mut RequestBudget<'_>, probe: &CredentialProbe, response: &Response) {
    let may_have_generated = response.is_success() && !response.is_html() && !response.error().is_error();
    if probe.kind == ProbeKind::EmptyCall && may_have_generated {
        budget.may_generate(1);
    }
}

fn accepted(acceptance: Acceptance, response: &Response) -> Verdict {
    let how = if acceptance.is_partial { Proof::RefusedOtherwise } else { Proof::Accepted };
    let verdict = Verdict::accepted(how, response);
    let Some(problem) = acceptance.problem else { return verdict };
    let verdict = verdict.with_reason(problem.reason, Stage::Auth);
    match problem.hint {
        Some(hint) => verdict.with_hint(hint),
        None => verdict,
    }
}

/// Adds the vendor. A refusal by a vendor with an API of its own does not judge a key that was sent in the
/// wrong header.
fn with_vendor(
    target: &ProbeTarget<'_>,
    revealed: Option<&'static Vendor>,
    outcome: ProbeOutcome,
    verdict: Verdict,
) -> Verdict {
    let provider = &target.provider;
    let vendor = vendor_of(target, revealed, verdict.stage);
    let is_foreign = revealed.or(provider.vendor).is_some_and(|vendor| provider.is_foreign_to(vendor));
    let is_judged = verdict.rejects_credential() || verdict.reason == Reason::UnexpectedAnswer;
    let verdict = if outcome == ProbeOutcome::Rejected && is_foreign && is_judged {
        verdict.with_reason(Reason::UnexpectedAnswer, Stage::Http).unverified().with_hint(OWN_API)
    } else {
        verdict
    };
    Verdict { vendor, ..verdict }
}

/// The vendor to report. Where a vendor's own API is called, only its own host is proof.
fn vendor_of(
    target: &ProbeTarget<'_>,
    revealed: Option<&'static Vendor>,
    stage: Stage,
) -> Option<&'static Vendor> {
    let provider = &target.provider;
    if provider.family.is_openai_compatible() {
        let own = provider.vendor.filter(|_| provider.is_own_host());
        own.or(revealed).or(provider.vendor)
    } else {
        provider.vendor.filter(|_| provider.is_own_host() && stage >= Stage::Auth)
    }
}

impl CredentialEvidence {
    /// The vendor that responded: revealed, or named by host or provider value.
    pub(super) fn vendor(&self, target: &ProbeTarget<'_>) -> Option<&'static Vendor> {
        let revealed = self.response.as_ref().and_then(vendors::by_response);
        revealed.or(self.verdict.vendor).or(target.provider.vendor)
    }

    /// Whether the server checks keys for calls exactly when it checks them for its list.
    pub(super) fn guards_calls_like_lists(&self, target: &ProbeTarget<'_>) -> bool {
        self.vendor(target).is_some_and(|vendor| vendor.guards_calls_like_lists)
    }

    /// Whether the configuration's own calls go to another root than the probe.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.probe.root().is_some_and(llm_config_providers::ApiRoot::is_elsewhere)
    }
}
