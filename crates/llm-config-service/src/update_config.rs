//! To change a configuration.

use llm_config_core::access::ConfigAction;
use llm_config_core::config::{LlmConfig, Precondition};
use llm_config_core::id::ConfigId;
use llm_config_core::patch::ConfigPatch;

use crate::origins::changed;
use crate::read_configs::config_among;
use crate::{Error, ScopeFilter, Service, Session};

/// A change that was read from a request, or why it could not be: whoever may not change the
/// configuration does not learn which.
pub type Parsed<T> = Result<T, Unfit>;

/// Why a request is not fit to be carried out.
#[derive(Clone, Debug)]
pub enum Unfit {
    /// It could not be read.
    Malformed(crate::Problems),
    /// It breaks rules.
    Invalid(llm_config_core::field::FieldErrors),
}

impl From<Unfit> for Error {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Malformed(problems) => Self::Malformed(problems),
            Unfit::Invalid(violations) => Self::Invalid(violations),
        }
    }
}

impl Service {
    /// Changes a configuration. Nothing is changed unless all of the change fits.
    pub async fn update_config(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        precondition: Parsed<Precondition>,
        patch: Parsed<ConfigPatch>,
    ) -> Result<LlmConfig, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                let current = config_among(tx, &actor, filter, id, ConfigAction::Update)?;
                require(&precondition, &current)?;
                let patch = patch.as_ref().map_err(Clone::clone)?;
                if patch.fields().is_empty() {
                    return Ok(current);
                }
                let updated = tx.update_config(&current, patch, &caller);
                changed(tx, &actor, updated)
            })
            .await
    }
}

/// Refuses to go on where the request is about another state of the configuration.
pub(crate) fn require(precondition: &Parsed<Precondition>, current: &LlmConfig) -> Result<(), Error> {
    let precondition = precondition.as_ref().map_err(Clone::clone)?;
    if precondition.holds(current.version()) { Ok(()) } else { Err(Error::Stale) }
}
