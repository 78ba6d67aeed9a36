//! One check, from configuration to report.

use std::borrow::Cow;
use std::collections::HashSet;
use std::time::Duration;

use llm_config_core::credential::Credential;
use llm_config_core::endpoint::Endpoint;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Target;
use llm_config_egress::{CallError, Guard, LookupOwner};
use llm_config_providers::{Auth, BaseUrl, Note, ProviderTarget, Reason, Stage, vendors};

use crate::budget::{ProbeError, RequestBudget};
use crate::engine::{self, ProbeTarget};
use crate::report::{Depth, Report, shortened};
use crate::verdict::Verdict;

/// Checks configurations against their providers.
///
/// Cheap to clone. A check sends at most three requests, each through the [`Guard`], and ends within one
/// deadline.
#[derive(Clone, Debug)]
pub struct Prober {
    pub(crate) guard: Guard,
    deadline: Duration,
}

impl Prober {
    /// The default deadline of a check.
    pub const DEADLINE: Duration = Duration::from_secs(10);

    /// A prober that sends its requests through `guard`.
    #[must_use]
    pub fn new(guard: Guard) -> Self {
        let guard = guard.with_public_hosts(vendors::is_public_api);
        Self { guard, deadline: Self::DEADLINE }
    }

    /// The client through which requests are sent.
    #[must_use]
    pub const fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The same with the share of lookups of this owner.
    #[must_use]
    pub fn for_lookup_owner(&self, owner: LookupOwner) -> Self {
        Self { guard: self.guard.for_lookup_owner(owner), ..self.clone() }
    }

    /// The same with another deadline for all requests of a check together.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Checks a configuration. There is a report whatever the provider does.
    ///
    /// `credential` is sent to the target's origin only (a key that signs is not sent at all); a secret
    /// reference must be resolved before. A report with [`Reason::Busy`] tells nothing about the
    /// configuration.
    pub async fn probe(&self, target: &Target, credential: Option<&Credential>, depth: Depth) -> Report {
        let mut budget = RequestBudget::new(&self.guard, self.deadline);
        let (auth, mut notes) = match Auth::new(target.provider, credential) {
            Ok(auth) => auth,
            Err(error) => {
                let base = ProviderTarget::base_url(target);
                let verdict = Verdict::from_auth_error(error);
                return report(target, depth, &base, base.notes().to_vec(), budget, verdict);
            }
        };
        let target = ProbeTarget { provider: ProviderTarget::new(target, auth), depth };
        if target.provider.family.sends_stored_bearer(&target.provider) {
            notes.retain(|note| *note != Note::KeyPrefixLeftOut);
        }
        // Without a model to call, the reserved request is more useful in an earlier step.
        if target.will_call_model() {
            budget.reserve();
        }
        // Boxed, because the state of all steps together is large.
        let mut verdict = Box::pin(engine::check(&mut budget, &target)).await;
        if budget.is_incomplete() {
            // Our own congestion is no fact about the configuration, and the steps before it prove less than
            // a whole check.
            verdict = Verdict::from_error(ProbeError::Failed(CallError::Busy));
        }
        let ProviderTarget { target: stored, base, auth, .. } = &target.provider;
        let verdict = without_secrets(verdict, &auth.secrets());
        notes.splice(0..0, base.notes().iter().copied());
        report(stored, depth, base, notes, budget, verdict)
    }

    /// The report on a configuration whose secret could not be resolved, so that no request was sent.
    #[must_use]
    pub fn unresolved(&self, target: &Target, depth: Depth, error: ResolveError) -> Report {
        let base = ProviderTarget::base_url(target);
        let budget = RequestBudget::new(&self.guard, self.deadline);
        let verdict = Verdict::from_reason(reason_of(error), Stage::Policy);
        report(target, depth, &base, base.notes().to_vec(), budget, verdict)
    }
}

/// The reason of a secret that could not be resolved.
pub(crate) const fn reason_of(error: ResolveError) -> Reason {
    match error {
        ResolveError::Refused => Reason::SecretRefused,
        ResolveError::Unavailable => Reason::SecretUnavailable,
    }
}

/// Removes what a provider may have echoed from a request, where its own code or another address belongs.
fn without_secrets(verdict: Verdict, secrets: &[&str]) -> Verdict {
    let provider_code = verdict.provider_code.filter(|code| !echoes(code, secrets));
    // A longer text could not be stored as an endpoint.
    let is_storable = |url: &String| url.len() <= Endpoint::LIMIT && !echoes(url, secrets);
    let suggested_url = verdict.suggested_url.filter(is_storable);
    Verdict { provider_code, suggested_url, ..verdict }
}

/// Whether a text contains eight successive characters of a secret, or all of a shorter one. An empty
/// secret is in no text.
fn echoes(text: &str, secrets: &[&str]) -> bool {
    const PART: usize = 8;
    let text = text.to_ascii_lowercase();
    // Both may be long: with a set of parts, the time grows with their sum.
    let parts: HashSet<&[u8]> = text.as_bytes().windows(PART).collect();
    secrets.iter().filter(|secret| !secret.is_empty()).any(|secret| {
        let secret = secret.to_ascii_lowercase();
        let is_short = secret.len() < PART && text.contains(&secret);
        is_short || secret.as_bytes().windows(PART).any(|part| parts.contains(part))
    })
}

fn report(
    target: &Target,
    depth: Depth,
    base: &BaseUrl,
    mut notes: Vec<Note>,
    budget: RequestBudget<'_>,
    verdict: Verdict,
) -> Report {
    let (calls, cost) = budget.finish();
    let hint = verdict.hint.unwrap_or(Cow::Borrowed(verdict.reason.hint()));
    notes.extend(verdict.notes);
    Report {
        provider: target.provider,
        recognised: verdict.vendor,
        depth,
        tested_url: shortened(&base.without_query()),
        credential: verdict.credential,
        model: verdict.model,
        usable: verdict.usable,
        reason: verdict.reason,
        stage: verdict.stage,
        http_status: verdict.http_status,
        provider_code: verdict.provider_code,
        retry_after_seconds: verdict.retry_after,
        suggested_url: verdict.suggested_url,
        notes,
        calls,
        cost,
        hint,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn echoes_with_eight_characters_of_secret_is_true() {
        assert!(echoes("https://h/SK-12345/", &["sk-123456789"]));
        assert!(!echoes("https://h/sk-1234/", &["sk-123456789"]));
        assert!(echoes("https://h/s3c/", &["s3c"]));
        assert!(!echoes("s3", &["s3c"]));
        assert!(!echoes("https://h/", &[""]));
        assert!(echoes("https://h/second-secret", &["", "first-secret", "second-secret"]));
    }

    #[test]
    fn echoes_with_long_text_and_long_secret_is_fast() {
        let text = "https://h/".to_owned() + &"0123456/".repeat(50_000);
        let started = Instant::now();
        assert!(!echoes(&text, &[&"x".repeat(16 * 1024)]));
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
}
