//! Lists users.

use llm_config_core::access::{Action, UserAction};
use llm_config_store::User;

use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// The users that the caller may read, by e-mail address.
    pub async fn list_users(&self, session: &Session) -> Result<Vec<User>, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let mut visible = Vec::new();
                for user in tx.list_users()? {
                    let target = tx.target_user(&actor, &user)?;
                    if is_allowed(&actor, &Action::User(UserAction::Read, target)) {
                        visible.push(user);
                    }
                }
                Ok(visible)
            })
            .await
    }
}
