//! Secrets in the server's environment: `env://NAME`.

use llm_config_core::secret::{ResolveError, Secret, SecretRef, SecretSource, SecretStore};

/// Reads environment variables of the server's process.
#[derive(Clone, Copy, Debug)]
pub struct EnvironmentSource;

#[async_trait::async_trait]
impl SecretSource for EnvironmentSource {
    /// The variable's value, unchanged. A variable that is not set, is blank, or is not UTF-8 is refused.
    async fn resolve(&self, reference: &SecretRef) -> Result<Secret, ResolveError> {
        let location = reference.location().filter(|location| location.store() == SecretStore::Env);
        let location = location.ok_or(ResolveError::Refused)?;
        let &[name] = location.segments() else { return Err(ResolveError::Refused) };
        #[expect(clippy::disallowed_methods, reason = "a grant names the variable, so this is not a setting")]
        let text = std::env::var(name).map_err(|_| ResolveError::Refused)?;
        Secret::from_stored(text).map_err(|_| ResolveError::Refused)
    }
}
