//! The sequence of a check: credential, negative control, model, call; then one pure function combines the
//! evidence.

mod base_url_hint;
mod call;
mod combine;
#[cfg(test)]
mod combine_tests;
mod credential;
mod known;
mod model;
mod model_evidence;
mod negative_control;
mod no_key_control;
mod public_list;
mod reachability;
mod scheme_hint;

use llm_config_providers::{ProviderTarget, Reason, Stage, vendors};

pub(crate) use base_url_hint::reason_of_ping;

use self::credential::{CredentialEvidence, ProbeOutcome};
use crate::budget::RequestBudget;
use crate::report::{Depth, ModelVerdict};
use crate::verdict::Verdict;

/// The target of a check.
pub(crate) struct ProbeTarget<'a> {
    pub(crate) provider: ProviderTarget<'a>,
    pub(crate) depth: Depth,
}

impl ProbeTarget<'_> {
    /// Whether the check calls the model at its end, so that cheaper substitutes are left out.
    pub(crate) fn will_call_model(&self) -> bool {
        self.depth == Depth::Inference && self.provider.model().is_some()
    }
}

const CONSOLE: &str = "This is the address of a web page of the vendor: store the address of its API.";

const NO_CREDENTIAL: &str = "This provider needs a key: store one with the configuration.";

const NO_MODEL: &str = "No problem found. The configuration names no model, so no call was made.";

/// Checks a target within a budget.
pub(crate) async fn check(budget: &mut RequestBudget<'_>, target: &ProbeTarget<'_>) -> Verdict {
    let verdict = match (precheck(target), target.depth) {
        (Some(verdict), _) => verdict,
        (None, Depth::Reach) => assuming(target, reachability::check(budget, target).await),
        (None, Depth::Credential | Depth::Inference) => assuming(target, run(budget, target).await),
    };
    base_url_hint::annotate(target, scheme_hint::annotate(target, finish(target, verdict)))
}

/// The steps of a check beyond reachability.
async fn run(budget: &mut RequestBudget<'_>, target: &ProbeTarget<'_>) -> Verdict {
    let credential = credential::probe(budget, target).await;
    // The model is not called at another address than the configured one.
    if credential.is_elsewhere() {
        budget.release_reserved();
    }
    let credential = no_key_control::run(budget, target, credential).await;
    let credential = negative_control::run(budget, target, credential).await;
    let credential = public_list::probe_completion_auth(budget, target, credential).await;
    let model = model::probe(budget, target, &credential).await;
    let before = model_evidence::with_model(target, credential.verdict.clone(), model.as_ref());
    let call = call::run(budget, target, &before, &credential).await;
    if credential.outcome == ProbeOutcome::Inconclusive
        && call.finds_no_api()
        && let Some(found) = credential::probe_guess(budget, target).await
    {
        return at_guessed_address(budget, target, found).await;
    }
    let credential = negative_control::run_deferred(budget, target, credential, &call).await;
    let known = known::Known::new(target, &credential, model.as_ref());
    let verdict = combine::combine(target, &credential.verdict, model.as_ref(), &call, known);
    let call = call::confirm(budget, target, &verdict, call, known).await;
    let verdict = combine::combine(target, &credential.verdict, model.as_ref(), &call, known);
    combine::downgrade_unproven(verdict, &call, credential.guards_calls_like_lists(target))
}

/// The verdict on a configuration whose API is at another address.
async fn at_guessed_address(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    found: CredentialEvidence,
) -> Verdict {
    let found = negative_control::run(budget, target, found).await;
    let model = model::probe(budget, target, &found).await;
    model_evidence::with_model(target, found.verdict, model.as_ref())
}

/// The verdict on a configuration that needs no request.
fn precheck(target: &ProbeTarget<'_>) -> Option<Verdict> {
    let ProbeTarget { provider, depth } = target;
    let own_api = !provider.family.is_openai_compatible();
    if let Some(api) = vendors::api_of_console(provider.base.host(), own_api) {
        let verdict = Verdict::from_reason(Reason::WrongBasePath, Stage::Policy);
        return Some(verdict.with_suggested_url(api).with_hint(CONSOLE));
    }
    if *depth != Depth::Reach && provider.lacks_credential() {
        let verdict = Verdict::from_reason(Reason::ConfigIncomplete, Stage::Policy);
        return Some(verdict.with_hint(NO_CREDENTIAL));
    }
    let problem = provider.family.precheck(provider)?;
    let verdict = Verdict::from_reason(problem.reason, Stage::Policy);
    Some(match problem.hint {
        Some(hint) => verdict.with_hint(hint),
        None => verdict,
    })
}

/// Adds the assumptions of the family's requests.
fn assuming(target: &ProbeTarget<'_>, verdict: Verdict) -> Verdict {
    target.provider.family.notes(&target.provider).into_iter().fold(verdict, Verdict::with_note)
}

/// Adds the vendor unless the provider value names it.
fn finish(target: &ProbeTarget<'_>, verdict: Verdict) -> Verdict {
    let verdict = no_key_control::settle(verdict);
    let ProbeTarget { provider, .. } = target;
    let is_implied =
        |vendor: &&'static llm_config_providers::Vendor| vendors::is_implied_by(vendor, provider.provider());
    // Without credential, only responses reveal the vendor.
    let by_host = provider.vendor_by_host().filter(|_| target.depth != Depth::Reach);
    let vendor = verdict.vendor.or(by_host).filter(|vendor| !is_implied(vendor));
    let verdict = Verdict { vendor, ..verdict };
    // A vendor's own API reports why the model was not checked.
    let is_unchecked = verdict.model == ModelVerdict::NotAsked && provider.model().is_some();
    if is_unchecked && !provider.family.is_openai_compatible() {
        let why = verdict.reason;
        return verdict.with_model(ModelVerdict::Unverifiable { why });
    }
    verdict
}
