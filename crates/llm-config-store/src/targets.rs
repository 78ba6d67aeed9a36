//! The one door to a usable credential.

use llm_config_core::access::{Action, Decision, Verb, decide};
use llm_config_core::audit::{Event, EventKind, Object};
use llm_config_core::caller::Caller;
use llm_config_core::config::{Revision, Scope};
use llm_config_core::credential::Credential;
use llm_config_core::id::{ConfigId, Incarnation};
use llm_config_core::target::{Purpose, Target};

use crate::Store;
use crate::configs::open_credential;
use crate::error::{StoreError, TxError};
use crate::transaction::Tx;

/// A destination and the opened credential that was entered for it.
///
/// The credential's secret is overwritten in memory when this is dropped. Hold it for one use, and
/// send the credential nowhere but to the origin of the target's endpoint.
#[derive(Debug)]
pub struct OpenedTarget {
    /// The configuration that it was opened from.
    pub config: ConfigId,
    /// Which one of that id.
    pub incarnation: Incarnation,
    /// Whose it is.
    pub scope: Scope,
    /// Its state at the opening.
    pub revision: Revision,
    /// What is called.
    pub target: Target,
    /// What the provider is shown.
    pub credential: Option<Credential>,
}

/// Why a credential was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenTargetError {
    /// There is no such configuration.
    #[error("there is no configuration `{_0}`")]
    NotFound(ConfigId),
    /// The caller may not use it.
    #[error("the caller may not use the credential of configuration `{_0}`")]
    Denied(ConfigId),
    /// The store did not do it; `Sealed` when the ciphertext does not belong to the destination.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TxError for OpenTargetError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NotFound(_) | Self::Denied(_) => None,
        }
    }
}

impl Store {
    /// Opens the credential of a configuration for its destination: asks the policy, opens the
    /// ciphertext for the origin that the configuration names now, and records the opening, or
    /// the refusal, with its purpose.
    ///
    /// A reference to a secret is handed out as a reference; nothing is resolved here.
    pub async fn open_target(
        &self,
        id: ConfigId,
        caller: &Caller,
        purpose: Purpose,
    ) -> Result<OpenedTarget, OpenTargetError> {
        let caller = caller.clone();
        self.write(move |tx| tx.open_target(id, &caller, purpose)).await?
    }
}

/// What the transaction committed: the opening, or the refusal, with its audit event.
type Outcome = Result<OpenedTarget, OpenTargetError>;

impl Tx<'_> {
    fn open_target(
        &mut self,
        id: ConfigId,
        caller: &Caller,
        purpose: Purpose,
    ) -> Result<Outcome, OpenTargetError> {
        let actor = self.actor(caller)?;
        let config = self.find_config_shared(id)?.ok_or(OpenTargetError::NotFound(id))?;
        let object = Object::Config(id, config.scope);
        let record = |kind| Event::new(kind, object, caller.clone()).with_note(purpose.as_str());
        if decide(&actor, &Action::Config(Verb::Ping, config.scope)) != Decision::Allow {
            self.append_event(&record(EventKind::CredentialRefused))?;
            return Ok(Err(OpenTargetError::Denied(id)));
        }
        let credential = match open_credential(self, &config) {
            Ok(credential) => credential,
            Err(error @ (StoreError::Sealed { .. } | StoreError::Unreadable { .. })) => {
                self.append_event(&record(EventKind::CredentialRefused))?;
                return Ok(Err(error.into()));
            }
            Err(error) => return Err(error.into()),
        };
        self.append_event(&record(EventKind::CredentialOpened))?;
        Ok(Ok(OpenedTarget {
            config: id,
            incarnation: config.incarnation,
            scope: config.scope,
            revision: config.revision,
            target: Target::from(&config.settings),
            credential,
        }))
    }
}
