//! Secrets in the environment.

use llm_config_core::secret::ResolveError;
use llm_config_secrets::EnvironmentSource;

use super::resolved;

#[tokio::test]
async fn resolve_variable_returns_value_unchanged() {
    let path = std::env::var_os("PATH").and_then(|path| path.into_string().ok()).unwrap();
    assert_eq!(resolved(&EnvironmentSource, "env://PATH").await, Ok(path));
}

#[tokio::test]
async fn resolve_without_variable_is_refused() {
    for uri in ["env://NO_SUCH_VARIABLE_IS_SET", "env://PATH#x", "env:///PATH", "env://PA*", "file:///PATH"] {
        assert_eq!(resolved(&EnvironmentSource, uri).await, Err(ResolveError::Refused), "{uri}");
    }
}
