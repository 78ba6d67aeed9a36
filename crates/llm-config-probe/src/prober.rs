//! One check, from configuration to report.

use std::borrow::Cow;
use std::collections::HashSet;
use std::time::Duration;

use llm_config_core::credential::Credential;
use llm_config_core::endpoint::Endpoint;
use llm_config_core::secret::ResolveError;
use llm_config_core::target::Target;

use crate::access::{Access, Unshowable};
use crate::base::Base;
use crate::finding::Finding;
use crate::providers::{self, Subject};
use crate::report::{Depth, Note, Reason, Report, Stage, shortened};
use crate::run::Run;
use llm_config_egress::Guard;

/// Checks configurations against the providers that they name.
///
/// Cheap to clone. A check makes at most three requests, each through the [`Guard`], and ends
/// within one deadline.
#[derive(Clone, Debug)]
pub struct Prober {
    pub(crate) guard: Guard,
    deadline: Duration,
}

impl Prober {
    /// How long a check takes at most, unless something else is chosen.
    pub const DEADLINE: Duration = Duration::from_secs(10);

    /// Checks through `guard`.
    #[must_use]
    pub const fn new(guard: Guard) -> Self {
        Self { guard, deadline: Self::DEADLINE }
    }

    /// With another deadline for all requests of a check together.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Finds out whether a configuration works. Whatever the provider does, there is a report.
    ///
    /// `credential` is shown to the target's origin and nowhere else; a secret reference must be
    /// resolved by then.
    pub async fn probe(&self, target: &Target, credential: Option<&Credential>, depth: Depth) -> Report {
        let run = Run::new(&self.guard, self.deadline);
        // Where there is no model to call, the request that would be kept back can tell more before.
        let is_called = depth == Depth::Inference && target.model.is_some();
        let mut run = if is_called { run.reserving_one() } else { run };
        let base = Base::read(target.provider, &target.endpoint);
        let mut notes = base.notes.clone();
        let finding = match Access::of(target.provider, credential) {
            Ok((access, found)) => {
                notes.extend(found);
                let subject = Subject { target, base: &base, access: &access, depth };
                clear(providers::check(&mut run, &subject).await, &access.secrets())
            }
            Err(unshowable) => cannot_be_shown(unshowable),
        };
        report(target, depth, &base, notes, run, finding)
    }
}

impl Prober {
    /// The report on a configuration whose secret could not be had, so that nothing was sent.
    #[must_use]
    pub fn unresolved(&self, target: &Target, depth: Depth, error: ResolveError) -> Report {
        let base = Base::read(target.provider, &target.endpoint);
        let run = Run::new(&self.guard, self.deadline);
        report(target, depth, &base, base.notes.clone(), run, Finding::of(unresolved(error), Stage::Policy))
    }
}

/// Why a secret that could not be had decides.
pub(crate) const fn unresolved(error: ResolveError) -> Reason {
    match error {
        ResolveError::Refused => Reason::SecretRefused,
        ResolveError::Unavailable => Reason::SecretUnavailable,
    }
}

pub(crate) fn cannot_be_shown(unshowable: Unshowable) -> Finding {
    match unshowable {
        Unshowable::Malformed(fault) => {
            Finding::of(Reason::KeyMalformed, Stage::Policy).hint(fault.to_string())
        }
        Unshowable::Reference => Finding::of(Reason::SecretRefused, Stage::Policy),
        Unshowable::Identity => Finding::of(Reason::BlockedByPolicy, Stage::Policy).hint(
            "The server's own Google identity may not be used here: the operator lists who may, and where.",
        ),
    }
}

/// A provider may echo what it was sent, also where its own code or another address belongs.
fn clear(finding: Finding, secrets: &[&str]) -> Finding {
    let provider_code = finding.provider_code.filter(|it| !echoes(it, secrets));
    // What is longer than an endpoint could not be stored.
    let is_storable = |it: &String| it.len() <= Endpoint::LIMIT && !echoes(it, secrets);
    let suggested_url = finding.suggested_url.filter(is_storable);
    Finding { provider_code, suggested_url, ..finding }
}

/// Whether a text has eight characters in a row of a secret, or all of a shorter one. An empty secret
/// is in no text.
fn echoes(text: &str, secrets: &[&str]) -> bool {
    const PART: usize = 8;
    let text = text.to_ascii_lowercase();
    // Both may be long: looking each part up keeps the time to their sum.
    let parts: HashSet<&[u8]> = text.as_bytes().windows(PART).collect();
    secrets.iter().filter(|it| !it.is_empty()).any(|secret| {
        let secret = secret.to_ascii_lowercase();
        let is_short = secret.len() < PART && text.contains(&secret);
        is_short || secret.as_bytes().windows(PART).any(|it| parts.contains(it))
    })
}

fn report(
    target: &Target,
    depth: Depth,
    base: &Base,
    mut notes: Vec<Note>,
    run: Run<'_>,
    finding: Finding,
) -> Report {
    let (calls, cost) = run.finish();
    let hint = finding.hint.unwrap_or(Cow::Borrowed(finding.reason.hint()));
    notes.extend(finding.notes);
    Report {
        provider: target.provider,
        recognised: finding.product,
        depth,
        tested_url: shortened(&base.shown()),
        credential: finding.credential,
        model: finding.model,
        usable: finding.usable,
        reason: finding.reason,
        stage: finding.stage,
        http_status: finding.http_status,
        provider_code: finding.provider_code,
        retry_after_seconds: finding.retry_after,
        suggested_url: finding.suggested_url,
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
    fn a_text_echoes_a_secret_with_eight_characters_of_it() {
        assert!(echoes("https://h/SK-12345/", &["sk-123456789"]));
        assert!(!echoes("https://h/sk-1234/", &["sk-123456789"]));
        assert!(echoes("https://h/s3c/", &["s3c"]));
        assert!(!echoes("s3", &["s3c"]));
        assert!(!echoes("https://h/", &[""]));
        assert!(echoes("https://h/second-secret", &["", "first-secret", "second-secret"]));
    }

    #[test]
    fn long_texts_and_long_secrets_are_compared_at_once() {
        let text = "https://h/".to_owned() + &"0123456/".repeat(50_000);
        let started = Instant::now();
        assert!(!echoes(&text, &[&"x".repeat(16 * 1024)]));
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
}
