//! The control without a key: a refused request, sent again without a credential.
//!
//! A refusal whose words do not judge the key may have another cause, such as a key in the wrong header.
//! If the server responds to a request without any key in the same way, its refusal does not judge the key.

use llm_config_providers::{Reason, Request, Response, SentCredential, Stage};

use super::ProbeTarget;
use super::credential::CredentialEvidence;
use crate::budget::RequestBudget;
use crate::report::CredentialVerdict;
use crate::verdict::Verdict;

const ALIKE: &str = "The server refuses the request in the same way without any key, so nothing is known \
    of this one: it may be wrong, or the server may expect it in another header.";

const UNKNOWN: &str = "The server refuses the request, and whether because of the key is not known.";

/// Judges a refused credential whose refusal leaves it open.
pub(super) async fn run(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    evidence: CredentialEvidence,
) -> CredentialEvidence {
    let CredentialEvidence { verdict, response, probe, .. } = &evidence;
    let Some(refusal) = response.as_ref().filter(|_| verdict.is_key_open) else { return evidence };
    budget.release_reserved();
    let verdict = judge(budget, target, verdict.clone(), refusal, &probe.request).await;
    CredentialEvidence { verdict, ..evidence }
}

/// Judges the credential of a refused request by the response to the same request without a key.
pub(super) async fn judge(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    verdict: Verdict,
    refusal: &Response,
    request: &Request,
) -> Verdict {
    let keyless = budget.send_authenticated(&target.provider, request, SentCredential::None).await;
    match keyless {
        Ok(keyless) if keyless.is_like(refusal) => unknown(verdict).with_hint(ALIKE),
        Ok(keyless) if shows_key_is_read(target, request, &keyless) => {
            let verdict = verdict.with_credential(CredentialVerdict::Rejected);
            Verdict { is_key_open: false, ..verdict }
        }
        Ok(_) | Err(_) => verdict,
    }
}

/// Whether the response to a request without a key, which differs from the refusal of the request with the
/// key, shows that the server reads the key. A success shows it, and so does a refusal by the API: one that
/// states a missing key, has status 401, or is an API error with status 400 or 403. A firewall's page does
/// not.
fn shows_key_is_read(target: &ProbeTarget<'_>, request: &Request, keyless: &Response) -> bool {
    let class = target.provider.classify(&request.url, keyless);
    let is_refusal = match keyless.status {
        401 => !keyless.is_html(),
        400 | 403 => keyless.error().is_error(),
        _ => false,
    };
    keyless.is_success() || is_refusal || class.reason == Reason::ConfigIncomplete
}

/// Reports that nothing is known of a key that no control has judged.
pub(super) fn settle(verdict: Verdict) -> Verdict {
    if verdict.is_key_open { unknown(verdict).with_hint(UNKNOWN) } else { verdict }
}

/// Nothing is known of the key.
fn unknown(verdict: Verdict) -> Verdict {
    let verdict = verdict.with_reason(Reason::UnexpectedAnswer, Stage::Auth).unverified();
    Verdict { is_key_open: false, ..verdict }
}
