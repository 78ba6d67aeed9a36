//! The check whether a host serves an LLM API. No credential is sent.

use llm_config_providers::{
    CredentialProbe, HostTrust, Implied, ModelFact, Reason, SentCredential, Stage, vendors,
};

use super::ProbeTarget;
use super::model_evidence::with_fact;
use crate::budget::RequestBudget;
use crate::report::{CredentialVerdict, Usable};
use crate::verdict::Verdict;

const SERVES_SOMETHING: &str =
    "The server responds. Neither the key nor the model was checked at this depth.";

/// Sends a request without a credential. Any response of an API shows that it is there, also that a key is
/// missing. Where a web page responds instead of a list, a call without content follows: lists may lie
/// elsewhere.
pub(super) async fn check(budget: &mut RequestBudget<'_>, target: &ProbeTarget<'_>) -> Verdict {
    let provider = &target.provider;
    let probe = provider.family.reachability_probe(provider);
    let sent = SentCredential::None;
    let response = match budget.send_authenticated(provider, &probe.request, sent).await {
        Ok(response) => response,
        Err(error) => return Verdict::from_error(error),
    };
    let class = provider.classify(&probe.request.url, &response);
    let is_accepted = provider.family.acceptance(provider, &probe, &response, &class).is_some();
    let found = Verdict::from_response(class, &response);
    let is_problem = !is_accepted && is_problem(target, found.reason);
    let verdict = if is_problem && !responds_to_calls(budget, target, &probe, found.reason).await {
        found
    } else {
        let there = Verdict::from_reason(Reason::Depth, Stage::Http).with_hint(SERVES_SOMETHING);
        Verdict { http_status: found.http_status, ..there }
    };
    let why = Reason::Depth;
    let usable = if verdict.reason == why { Usable::Unknown } else { verdict.usable };
    let is_open_choice = provider.family.is_openai_compatible() || provider.vendor_by_host().is_some();
    let revealed = vendors::by_response(&response).filter(|_| is_open_choice);
    let verdict = Verdict { vendor: revealed, stage: Stage::Http, ..verdict };
    let verdict = verdict.with_credential(CredentialVerdict::NotVerified { why }).with_usable(usable);
    let is_open = provider.model().is_some() && provider.family.is_openai_compatible();
    if is_open { with_fact(verdict, &ModelFact::Unconfirmed) } else { verdict }
}

/// Whether a server that has a web page in the place of its list responds to calls as an API does.
async fn responds_to_calls(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    list: &CredentialProbe,
    reason: Reason,
) -> bool {
    let provider = &target.provider;
    let is_page = reason == Reason::NotAnLlmApi && provider.family.is_openai_compatible();
    let call = provider.family.empty_call(provider, list.root()).filter(|_| is_page);
    let Some(call) = call else { return false };
    let response = budget.send_authenticated(provider, &call.request, SentCredential::None).await;
    response.is_ok_and(|response| {
        let is_accepted = |class| provider.family.acceptance(provider, &call, &response, class).is_some();
        let class = provider.classify(&call.request.url, &response);
        is_accepted(&class) || !class.is_absent && class.stage >= Stage::Auth
    })
}

/// Whether a reason is a problem of the server, not of the missing credential.
fn is_problem(target: &ProbeTarget<'_>, reason: Reason) -> bool {
    if target.provider.family.is_openai_compatible() {
        return matches!(
            reason,
            Reason::Redirected
                | Reason::ProviderDown
                | Reason::ServerLoading
                | Reason::NotAnLlmApi
                | Reason::Tls
        );
    }
    // A proxy need not implement the path, so that its absence is a problem at the vendor's own host only.
    let is_missing_path = reason == Reason::WrongBasePath && target.provider.trust() != HostTrust::Vendor;
    let is_of_server = matches!(reason.implied(), Implied::Unusable | Implied::Undecided);
    is_of_server && reason != Reason::ConfigIncomplete && !is_missing_path
}
