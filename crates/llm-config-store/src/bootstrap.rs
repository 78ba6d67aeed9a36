//! Creation of the root user, which happens once.

use std::collections::BTreeMap;
use std::sync::Arc;

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::Labels;

use crate::error::StoreError;
use crate::identities::user::User;
use crate::identities::users::NewUser;
use crate::store::Store;
use crate::tokens::{NewToken, TokenText};

impl Store {
    /// Creates the root user, an owner, with one unrestricted token. Returns `None` if a root user was
    /// created before; of two concurrent calls only one returns the token.
    pub async fn create_root(
        &self,
        caller: &Caller,
        token: TokenText,
    ) -> Result<Option<(User, Arc<TokenText>)>, StoreError> {
        let (user_id, token_id) = (self.new_principal_id(), self.new_token_id());
        let caller = caller.clone();
        let token = Arc::new(token);
        let text = Arc::clone(&token);
        let root = self
            .write(move |tx| {
                if !tx.claim_root()? {
                    return Ok(None);
                }
                let user = tx.create_user(user_id, &root_user(), &caller)?;
                let labels = Labels::try_from(BTreeMap::from([("purpose".to_owned(), "admin".to_owned())]));
                let new = NewToken {
                    holder: user_id,
                    parent: None,
                    labels: labels.unwrap_or_default(),
                    token_scope: TokenScope::default(),
                };
                tx.create_token(token_id, &text, &new, &caller)?;
                tx.append_event(&Event::new(
                    EventKind::RootCreated,
                    AuditObject::User(user_id),
                    caller.clone(),
                ))?;
                Ok::<_, StoreError>(Some(user))
            })
            .await?;
        Ok(root.map(|user| (user, token)))
    }
}

/// Has the names that the original server of the `/v1/llms` API gives its first user.
#[expect(clippy::expect_used, reason = "constants, which the tests parse")]
fn root_user() -> NewUser {
    NewUser {
        email: "root@localhost".parse().expect("an e-mail address"),
        username: Some("root".parse().expect("a name")),
        first_name: "System".parse().expect("a name"),
        last_name: "Root User".parse().expect("a name"),
        role: OrgRole::Owner,
    }
}
