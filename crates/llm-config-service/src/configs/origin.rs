//! The origin that a credential is bound to, the user who set the origin, and the error that names both.

use llm_config_core::access::{Action, Actor, ConfigAction, UserAction};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, Stamp};
use llm_config_core::endpoint::Origin;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::patch::UnconfirmedOrigin;
use llm_config_store::Tx;

use super::authorization::authorized_config;
use super::scope_filter::ScopeFilter;
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;
use crate::time::rfc3339_utc;

/// A configuration, its origin, and the user who set the origin.
#[derive(Debug)]
pub struct ConfigOrigin {
    /// The configuration.
    pub config: LlmConfig,
    /// The origin that its credential is bound to.
    pub origin: Origin,
    /// The name of the user who set the origin, for callers who may read that user.
    pub setter: Option<String>,
}

impl Service {
    /// The origin that the credential of a configuration is bound to.
    pub async fn origin(&self, session: &Session, id: ConfigId) -> Result<ConfigOrigin, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let config = authorized_config(tx, &actor, ScopeFilter::All, id, &[ConfigAction::Read])?;
                let setter = match config.origin.set {
                    Some(set) => readable_name(tx, &actor, set.by)?,
                    None => None,
                };
                let origin = tx.origin(&config);
                Ok(ConfigOrigin { config, origin, setter })
            })
            .await
    }

    /// The error of [`unconfirmed_origin_errors`], read in a transaction of its own.
    pub(crate) async fn unconfirmed_origin_error(
        &self,
        caller: &Caller,
        unconfirmed: &UnconfirmedOrigin,
    ) -> Error {
        let (caller, unconfirmed) = (caller.clone(), unconfirmed.clone());
        let error = self.store.read(move |tx| {
            let actor = tx.actor(&caller)?;
            unconfirmed_origin_errors(tx, &actor, &unconfirmed).map(Error::Invalid)
        });
        match error.await {
            Ok(error) | Err(error) => error,
        }
    }
}

/// The errors of a change with a credential that came without its endpoint. Names the user who set the
/// current origin.
pub(crate) fn unconfirmed_origin_errors(
    tx: &mut Tx<'_>,
    actor: &Actor,
    unconfirmed: &UnconfirmedOrigin,
) -> Result<FieldErrors, Error> {
    let set = match unconfirmed.set {
        Some(Stamp { at, by }) => {
            let at = rfc3339_utc(at);
            let name = readable_name(tx, actor, by)?.map_or_else(String::new, |name| format!(" ({name})"));
            format!(", set by {by}{name} on {at}")
        }
        None => String::new(),
    };
    Ok(unconfirmed.field_errors(&set))
}

/// The name of a user, for an actor who may read that user.
fn readable_name(tx: &mut Tx<'_>, actor: &Actor, id: PrincipalId) -> Result<Option<String>, Error> {
    if id == PrincipalId::OPERATOR {
        return Ok(Some("the operator".to_owned()));
    }
    let Some(user) = tx.find_user(id)? else { return Ok(None) };
    let target = tx.target_user(actor, &user)?;
    let may_read = is_allowed(actor, &Action::User(UserAction::Read, target));
    Ok(may_read.then(|| format!("{} {}", user.first_name, user.last_name)))
}
