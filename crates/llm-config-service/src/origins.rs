//! Who chose the origin that a credential goes to: a refusal that says so, and who may read it.

use llm_config_core::access::{Action, Actor, ConfigAction, Decision, UserAction, decide};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, Stamp};
use llm_config_core::endpoint::Origin;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::patch::UnconfirmedOrigin;
use llm_config_core::time::Timestamp;
use llm_config_store::{StoreError, Tx};

use crate::read_configs::config_among;
use crate::{Error, ScopeFilter, Service, Session};

/// The origin of a configuration and who chose it.
#[derive(Debug)]
pub struct ConfigOrigin {
    /// The configuration.
    pub config: LlmConfig,
    /// Where its credential goes.
    pub origin: Origin,
    /// The name of the user who set it, for callers who may read that user.
    pub setter: Option<String>,
}

impl Service {
    /// Where the credential of a configuration goes, and who chose that.
    pub async fn origin(&self, session: &Session, id: ConfigId) -> Result<ConfigOrigin, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let config = config_among(tx, &actor, ScopeFilter::All, id, ConfigAction::Read)?;
                let setter = match config.origin.set {
                    Some(set) => readable_name(tx, &actor, set.by)?,
                    None => None,
                };
                let origin = tx.origin(&config);
                Ok(ConfigOrigin { config, origin, setter })
            })
            .await
    }

    /// The refusal of a credential that came without its endpoint, as this caller may read it.
    pub(crate) async fn unconfirmed_origin(&self, caller: &Caller, unconfirmed: &UnconfirmedOrigin) -> Error {
        let (caller, unconfirmed) = (caller.clone(), unconfirmed.clone());
        let refusal = self.store.read(move |tx| {
            let actor = tx.actor(&caller)?;
            refusal(tx, &actor, &unconfirmed)
        });
        match refusal.await {
            Ok(error) | Err(error) => error,
        }
    }
}

/// The result of a change. `UnconfirmedOrigin` becomes a refusal that names who set the origin.
pub(crate) fn changed(
    tx: &mut Tx<'_>,
    actor: &Actor,
    changed: Result<LlmConfig, StoreError>,
) -> Result<LlmConfig, Error> {
    match changed {
        Err(StoreError::UnconfirmedOrigin(unconfirmed)) => Err(refusal(tx, actor, &unconfirmed)?),
        other => Ok(other?),
    }
}

fn refusal(tx: &mut Tx<'_>, actor: &Actor, unconfirmed: &UnconfirmedOrigin) -> Result<Error, Error> {
    let set = match unconfirmed.set {
        Some(Stamp { at, by }) => {
            let at = utc(at);
            let name = readable_name(tx, actor, by)?.map_or_else(String::new, |name| format!(" ({name})"));
            format!(", set by {by}{name} on {at}")
        }
        None => String::new(),
    };
    Ok(Error::Invalid(unconfirmed.field_errors(&set)))
}

/// A moment for people: `2026-11-21T10:30:00Z`.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What a user is called, for an actor who may read that user.
fn readable_name(tx: &mut Tx<'_>, actor: &Actor, id: PrincipalId) -> Result<Option<String>, Error> {
    if id == PrincipalId::OPERATOR {
        return Ok(Some("the operator".to_owned()));
    }
    let Some(user) = tx.find_user(id)? else { return Ok(None) };
    let subject = tx.target_user(actor, &user)?;
    let may_read = decide(actor, &Action::User(UserAction::Read, subject)) == Decision::Allow;
    Ok(may_read.then(|| format!("{} {}", user.first_name, user.last_name)))
}
