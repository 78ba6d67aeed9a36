//! What the later steps of a check need from the earlier ones.

use llm_config_providers::{HostTrust, ModelFact, Vendor};

use super::ProbeTarget;
use super::credential::{CredentialEvidence, ProbeOutcome};

/// What earlier steps have shown, besides the verdict so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// How far the host is trusted to complete requests for genuine keys and existing models only.
    pub(super) trust: HostTrust,
    /// Whether an operation below the configured base has responded, so that the base is right.
    pub(super) has_answered: bool,
    /// Whether the list lacks the model, and the server is of a product that uses its own model whatever
    /// the name.
    pub(super) falls_back: bool,
    /// Whether the server is of such a product, whatever its list contains.
    pub(super) may_fall_back: bool,
}

impl Known {
    pub(super) fn new(
        target: &ProbeTarget<'_>,
        credential: &CredentialEvidence,
        model: Option<&ModelFact>,
    ) -> Self {
        let is_response = matches!(credential.outcome, ProbeOutcome::Accepted | ProbeOutcome::ListForbidden);
        Self {
            trust: target.provider.completion_trust(),
            has_answered: is_response && !credential.is_elsewhere(),
            falls_back: model == Some(&ModelFact::FallsBack),
            may_fall_back: credential.vendor(target).is_some_and(Vendor::falls_back),
        }
    }
}
