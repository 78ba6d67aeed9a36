//! The check whether a host serves an LLM API. No credential is sent.

use llm_config_providers::{HostTrust, Implied, ModelFact, Reason, SentCredential, Stage, vendors};

use super::ProbeTarget;
use super::model_evidence::with_fact;
use crate::budget::RequestBudget;
use crate::report::{CredentialVerdict, Usable};
use crate::verdict::Verdict;

const SERVES_SOMETHING: &str =
    "The server responds. Neither the key nor the model was checked at this depth.";

/// Sends one request without a credential. Any response of an API shows that it is there, also that a key
/// is missing.
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
    let verdict = if !is_accepted && is_problem(target, found.reason) {
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
