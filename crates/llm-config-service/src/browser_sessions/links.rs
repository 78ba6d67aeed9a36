//! Creates login links.

use std::sync::Arc;
use std::time::Duration;

use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;
use llm_config_store::LoginCode;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::policy::require_operator;
use crate::service::Service;
use crate::session::Session;

/// How long a link can be used.
const VALID_FOR: Duration = Duration::from_mins(5);

/// A new login link, which signs its user in once.
pub struct LoginLink {
    /// The code, which is not stored and cannot be read again.
    pub code: Zeroizing<String>,
    /// When the link expires.
    pub expires_at: Timestamp,
}

impl Service {
    /// Creates a link that signs a user in. Only for the operator, who can issue a token to the user too.
    pub async fn create_login_link(&self, session: &Session, user: PrincipalId) -> Result<LoginLink, Error> {
        let caller = session.caller.clone();
        require_operator(&caller, "creating a login link")?;
        let new = Arc::new(LoginCode::generate());
        let code = Zeroizing::new(new.expose().to_owned());
        let expires_at = self
            .store
            .write(move |tx| {
                tx.find_user(user)?.ok_or(Error::NotFound("user"))?;
                tx.delete_expired_login_links()?;
                let expires_at = tx.now().plus(VALID_FOR);
                tx.create_login_link(&new, user, expires_at, &caller)?;
                Ok::<_, Error>(expires_at)
            })
            .await?;
        Ok(LoginLink { code, expires_at })
    }
}
