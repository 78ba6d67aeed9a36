//! The port that resolves secret references.

use super::reference::SecretRef;
use super::value::Secret;

/// Why a reference cannot be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Not granted or not found. One error for both, so that callers cannot test which secrets exist.
    #[error("the secret reference cannot be used here")]
    Refused,
    /// The secret store does not respond.
    #[error("the secret store is unavailable")]
    Unavailable,
}

/// Port: resolves a secret reference at the moment of use.
#[async_trait::async_trait]
pub trait SecretSource: Send + Sync {
    /// The secret that `reference` names.
    async fn resolve(&self, reference: &SecretRef) -> Result<Secret, ResolveError>;
}
