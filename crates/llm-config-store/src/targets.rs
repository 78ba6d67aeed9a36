//! The one door to a usable credential.

use llm_config_core::access::{Action, Decision, OrgRole, Verb, decide};
use llm_config_core::audit::{Event, EventKind, Object};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, Revision, Scope};
use llm_config_core::credential::Credential;
use llm_config_core::id::{ConfigId, Incarnation};
use llm_config_core::patch::ConfigPatch;
use llm_config_core::target::{Purpose, Target};
use llm_config_core::time::Timestamp;

use crate::Store;
use crate::configs::{PlannedCredential, open_credential};
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
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The caller's role in the organisation at that moment.
    pub role: OrgRole,
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
    /// The store did not do it; `Sealed` when the ciphertext does not belong to the destination,
    /// `Invalid` when a planned change does not fit.
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
        let opened = self.write(move |tx| {
            let asked = Asked { id, caller: &caller, verbs: &[Verb::Ping], purpose };
            tx.open(&asked, |tx, config| stored(tx, config))
        });
        opened.await?
    }

    /// As [`Store::open_target`], but the target as it would be after an update with `patch`, by
    /// the rules of [`Tx::update_config`]: `Store(Invalid)` where that would refuse it, above all
    /// where a stored credential would get a new destination. Nothing is changed.
    ///
    /// The caller must be one who may both update the configuration and have its credential
    /// used. The stored credential is opened, and that recorded, only where the patch does not
    /// replace all of it. What is found out about such a target is not about the stored
    /// configuration, though `revision` is the one that the patch would change.
    pub async fn open_planned_target(
        &self,
        id: ConfigId,
        caller: &Caller,
        patch: ConfigPatch,
        purpose: Purpose,
    ) -> Result<OpenedTarget, OpenTargetError> {
        let caller = caller.clone();
        let opened = self.write(move |tx| {
            let asked = Asked { id, caller: &caller, verbs: &[Verb::Update, Verb::Ping], purpose };
            tx.open(&asked, |tx, config| planned(tx, config, &patch))
        });
        opened.await?
    }
}

/// Who wants what opened, and what he must be allowed for it.
struct Asked<'a> {
    id: ConfigId,
    caller: &'a Caller,
    verbs: &'a [Verb],
    purpose: Purpose,
}

/// What the policy let pass.
struct Opening {
    target: Target,
    credential: Option<Credential>,
    /// Whether it goes into the audit log.
    is_recorded: bool,
}

/// What the transaction committed: the opening, or the refusal, with its audit event.
type Outcome = Result<OpenedTarget, OpenTargetError>;

impl Tx<'_> {
    fn open(
        &mut self,
        asked: &Asked<'_>,
        open: impl FnOnce(&mut Self, &LlmConfig) -> Result<Opening, StoreError>,
    ) -> Result<Outcome, OpenTargetError> {
        let Asked { id, caller, verbs, purpose } = *asked;
        let actor = self.actor(caller)?;
        let config = self.find_config_shared(id)?.ok_or(OpenTargetError::NotFound(id))?;
        let object = Object::Config(id, config.scope);
        let record = |kind| Event::new(kind, object, caller.clone()).with_note(purpose.as_str());
        let may = |verb: &Verb| decide(&actor, &Action::Config(*verb, config.scope)) == Decision::Allow;
        if !verbs.iter().all(may) {
            self.append_event(&record(EventKind::CredentialRefused))?;
            return Ok(Err(OpenTargetError::Denied(id)));
        }
        let Opening { target, credential, is_recorded } = match open(self, &config) {
            Ok(opening) => opening,
            Err(error @ (StoreError::Sealed { .. } | StoreError::Unreadable { .. })) => {
                self.append_event(&record(EventKind::CredentialRefused))?;
                return Ok(Err(error.into()));
            }
            Err(error) => return Err(error.into()),
        };
        if is_recorded {
            self.append_event(&record(EventKind::CredentialOpened))?;
        }
        let LlmConfig { incarnation, scope, revision, .. } = config;
        let (opened_at, role) = (self.now(), actor.role);
        Ok(Ok(OpenedTarget { config: id, incarnation, scope, revision, opened_at, role, target, credential }))
    }

    /// Records that a credential that nobody showed, a reference or the server's own identity, is
    /// about to be used for something that is not stored.
    pub fn record_unstored_opening(
        &mut self,
        scope: Scope,
        caller: &Caller,
        purpose: Purpose,
    ) -> Result<(), StoreError> {
        let object = match scope {
            Scope::Owner(owner) => Object::User(owner),
            Scope::Workspace(workspace) => Object::Workspace(workspace),
        };
        let event = Event::new(EventKind::CredentialOpened, object, caller.clone());
        self.append_event(&event.with_note(purpose.as_str()))
    }
}

/// The configuration as it is.
fn stored(tx: &mut Tx<'_>, config: &LlmConfig) -> Result<Opening, StoreError> {
    let credential = open_credential(tx, config)?;
    Ok(Opening { target: Target::from(&config.settings), credential, is_recorded: true })
}

/// The configuration as `patch` would make it.
fn planned(tx: &mut Tx<'_>, config: &LlmConfig, patch: &ConfigPatch) -> Result<Opening, StoreError> {
    let (settings, credential) = tx.plan_change(config, patch)?;
    let target = Target::from(&settings);
    let (credential, is_recorded) = match credential {
        // Whoever gives a reference did not show that he knows what is behind it.
        PlannedCredential::Given(credential) => {
            let is_recorded = !credential.proves_knowledge();
            (Some(credential), is_recorded)
        }
        PlannedCredential::FromStored(credential) => (Some(credential), true),
        PlannedCredential::Stays => {
            // For the planned destination, not for the present one: even if the rules above let
            // pass another origin, the ciphertext would not.
            let credential = open_credential(tx, &LlmConfig { settings, ..config.clone() })?;
            let is_recorded = credential.is_some();
            (credential, is_recorded)
        }
    };
    Ok(Opening { target, credential, is_recorded })
}
