//! Changes a token.

use llm_config_core::access::{TokenAction, exceeds};
use llm_config_core::config::Labels;
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::id::TokenId;
use llm_config_core::patch::LabelPatch;
use llm_config_store::{Token, TokenChange, TokenStatus};

use super::authorization::authorized_token;
use crate::error::{Error, Parsed};
use crate::policy::ensure_active_owner;
use crate::service::Service;
use crate::session::Session;

/// A change of the labels of a token.
pub type LabelChange = LabelPatch<Labels>;

/// A change of a token.
#[derive(Clone, Debug, Default)]
pub struct UpdateToken {
    /// The change of the labels.
    pub labels: LabelChange,
    /// The new status; `None` keeps the current status.
    pub status: Option<TokenStatus>,
}

impl Service {
    /// Changes the labels or the status of a token.
    pub async fn update_token(
        &self,
        session: &Session,
        id: TokenId,
        change: Parsed<UpdateToken>,
    ) -> Result<Token, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                tx.lock_identities()?;
                let found = tx.find_token(id)?;
                let actor = tx.actor(&caller)?;
                let current = authorized_token(tx, &actor, found, TokenAction::Update)?;
                let change = change.as_ref().map_err(Clone::clone)?;
                // An activated token has its rights again, so the rule for issued tokens applies.
                let activates = change.status == Some(TokenStatus::Active);
                if activates && exceeds(&actor, current.holder, &current.token_scope) {
                    return Err(Error::Denied(
                        "a token cannot activate a token with more rights, more workspaces or a later expiry"
                            .to_owned(),
                    ));
                }
                let change = TokenChange { labels: labels(&current, &change.labels)?, status: change.status };
                ensure_active_owner(tx, &caller, |tx| Ok(tx.update_token(&current, &change, &caller)?))
            })
            .await
    }
}

fn labels(current: &Token, change: &LabelChange) -> Result<Option<Labels>, Error> {
    if matches!(change, LabelPatch::Keep) {
        return Ok(None);
    }
    let changed = change.apply(&current.labels);
    changed.map(Some).map_err(|error| Error::Invalid(FieldErrors::one(Field::Labels, error)))
}
