//! The check of the model, as far as that is possible without calling it.

use llm_config_providers::{
    AcceptedProbe, ModelFact, ModelRequest, ModelStep, Reason, ResponseClass, SentCredential,
};

use super::ProbeTarget;
use super::credential::{CredentialEvidence, ProbeOutcome};
use crate::budget::{ProbeError, RequestBudget};
use crate::verdict::Verdict;

/// Runs the model steps of the family. `None` if the model is not checked.
pub(super) async fn probe(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    evidence: &CredentialEvidence,
) -> Option<ModelFact> {
    let provider = &target.provider;
    provider.model()?;
    let is_list_forbidden = evidence.outcome == ProbeOutcome::ListForbidden;
    let is_open = matches!(evidence.verdict.reason, Reason::Ok | Reason::AuthNotEnforced);
    let is_possible = match evidence.outcome {
        // Calls fail whatever the model is.
        ProbeOutcome::Accepted if evidence.has_problem => false,
        ProbeOutcome::Accepted => is_open || provider.family.is_openai_compatible(),
        ProbeOutcome::ListForbidden => !provider.family.is_openai_compatible(),
        ProbeOutcome::Rejected | ProbeOutcome::Inconclusive => false,
    };
    let response = evidence.response.as_ref().filter(|_| is_possible)?;
    let vendor = evidence.vendor(target);
    let accepted = AcceptedProbe { probe: &evidence.probe, response, vendor, is_list_forbidden };
    let mut step = provider.family.model_step(provider, &accepted);
    loop {
        step = match step {
            ModelStep::Done(fact) => return Some(fact),
            ModelStep::Send(request) => send(budget, target, *request).await,
        }
    }
}

async fn send<'a>(
    budget: &mut RequestBudget<'_>,
    target: &'a ProbeTarget<'_>,
    request: ModelRequest<'a>,
) -> ModelStep<'a> {
    let sent = if request.is_public { SentCredential::None } else { SentCredential::Configured };
    // The call tells more, and may need the requests that this saves for its controls.
    if let Some(fact) = request.if_left_out.filter(|_| target.will_call_model()) {
        return ModelStep::Done(fact);
    }
    match budget.send_authenticated(&target.provider, &request.request, sent).await {
        Ok(response) => (request.next)(&response),
        Err(ProbeError::Failed(_)) if request.is_sibling_host => ModelStep::Done(ModelFact::NotChecked),
        Err(error) => ModelStep::Done(fact_of(target, error)),
    }
}

fn fact_of(target: &ProbeTarget<'_>, error: ProbeError) -> ModelFact {
    let verdict = Verdict::from_error(error);
    if target.provider.family.is_openai_compatible() {
        return ModelFact::Unverifiable { why: verdict.reason, status: None };
    }
    let class = ResponseClass::new(verdict.reason, verdict.stage);
    ModelFact::Refused { class, status: None, code: None, retry_after: None }
}
