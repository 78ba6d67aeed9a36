//! The check of what was just saved.

use std::time::Duration;

use llm_config_core::id::ConfigId;
use llm_config_probe::report::Depth;
use llm_config_service::{ScopeFilter, Service, Session};

/// How long the page after a save may wait for the verdict.
const PATIENCE: Duration = Duration::from_secs(4);

/// Checks a configuration that was just saved, so that its page shows a verdict. Without one in time, or
/// without the right to check, the page offers the check.
pub(super) async fn check_saved(service: &Service, session: &Session, id: ConfigId) {
    let check = service.check(session, ScopeFilter::All, id, Ok(Depth::Credential));
    match tokio::time::timeout(PATIENCE, check).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::debug!(config = %id, %error, "a saved configuration was not checked"),
        Err(_) => tracing::debug!(config = %id, "a saved configuration was not checked in time"),
    }
}
