//! The one door to a usable credential.

use llm_config_core::access::{Action, Actor, ConfigAction, Decision, OrgRole, decide};
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, NewLlmConfig, Revision};
use llm_config_core::credential::Credential;
use llm_config_core::id::{ConfigId, Incarnation};
use llm_config_core::patch::ConfigPatch;
use llm_config_core::scope::Scope;
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
    /// Its state at the opening.
    pub revision: Revision,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Who it belongs to.
    pub scope: Scope,
    /// The caller's role in the organisation at that moment.
    pub role: OrgRole,
    /// What is called.
    pub target: Target,
    /// What the provider is shown. A reference to a secret, or the server's own identity, is not
    /// resolved yet.
    pub credential: Option<Credential>,
    /// For a credential that is not resolved yet: the opening that is to be recorded once that
    /// succeeded or failed, with [`Store::record_resolution`].
    pub pending: Option<PendingResolution>,
}

/// A draft that its author may try out. Its credential is the one that the draft has.
#[derive(Debug)]
pub struct OpenedDraft {
    /// Who the configuration would belong to.
    pub scope: Scope,
    /// The caller's role in the organisation at that moment.
    pub role: OrgRole,
    /// What is called.
    pub target: Target,
    /// What the provider is shown.
    pub credential: Option<Credential>,
    /// As [`OpenedTarget::pending`].
    pub pending: Option<PendingResolution>,
}

/// An opening whose outcome is not known yet, because the secret is in a store of the operator's.
#[derive(Debug)]
#[must_use = "the audit log has to say whether the secret was opened or refused"]
pub struct PendingResolution {
    object: AuditObject,
    caller: Caller,
    purpose: Purpose,
}

/// What came of resolving a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The secret is at hand.
    Opened,
    /// A grant or the secret's store refused it, or the store did not answer.
    Refused,
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
    /// The store did not do it; `DecryptionFailed` when the ciphertext does not belong to the destination,
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

/// Why a draft may not be tried out.
#[derive(Debug, thiserror::Error)]
pub enum OpenDraftError {
    /// The caller may not create such a configuration and have its credential used.
    #[error("the caller may not create such a configuration")]
    Denied,
    /// There is no such workspace or owner.
    #[error("there is no {_0}")]
    NoSuchScope(Scope),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TxError for OpenDraftError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Denied | Self::NoSuchScope(_) => None,
        }
    }
}

impl Store {
    /// Opens the credential of a configuration for its destination: asks the policy, opens the
    /// ciphertext for the origin that the configuration names now, and records the opening, or
    /// the refusal, with its purpose.
    ///
    /// A reference to a secret is handed out as a reference; nothing is resolved here, and what comes
    /// of it is recorded by [`Store::record_resolution`].
    pub async fn open_target(
        &self,
        id: ConfigId,
        caller: &Caller,
        purpose: Purpose,
    ) -> Result<OpenedTarget, OpenTargetError> {
        let caller = caller.clone();
        let opened = self.write(move |tx| {
            let request = Request { id, caller: &caller, verbs: &[ConfigAction::Ping], purpose };
            tx.open(&request, |tx, config| stored(tx, config))
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
            let request =
                Request { id, caller: &caller, verbs: &[ConfigAction::Update, ConfigAction::Ping], purpose };
            tx.open(&request, |tx, config| planned(tx, config, &patch, &caller))
        });
        opened.await?
    }

    /// Decides whether `draft`, which is not stored, may be tried out as a configuration of `scope`:
    /// the caller must be one who may both create it and have its credential used, and the workspace or
    /// owner must exist. Nothing is stored.
    pub async fn open_draft(
        &self,
        scope: Scope,
        draft: NewLlmConfig,
        caller: &Caller,
        purpose: Purpose,
    ) -> Result<OpenedDraft, OpenDraftError> {
        let NewLlmConfig { settings, credential, inferred: _ } = draft;
        let object = match scope {
            Scope::Owner(owner) => AuditObject::User(owner),
            Scope::Workspace(workspace) => AuditObject::Workspace(workspace),
        };
        let is_inline = credential.as_ref().is_none_or(Credential::is_inline);
        let by = caller.clone();
        let allowed = self.write(move |tx| {
            let actor = tx.actor(&by)?;
            if !may_all(&actor, &[ConfigAction::Create, ConfigAction::Ping], scope) {
                if !is_inline {
                    let event = Event::new(EventKind::CredentialRefused, object, by.clone());
                    tx.append_event(&event.with_note(purpose.as_str()))?;
                }
                return Ok(Err(OpenDraftError::Denied));
            }
            let is_there = match scope {
                Scope::Owner(owner) => tx.find_user(owner)?.is_some(),
                Scope::Workspace(workspace) => tx.find_workspace(workspace)?.is_some(),
            };
            let found = if is_there { Ok(actor.role) } else { Err(OpenDraftError::NoSuchScope(scope)) };
            Ok::<_, OpenDraftError>(found)
        });
        let role = allowed.await??;
        let pending = (!is_inline).then(|| PendingResolution { object, caller: caller.clone(), purpose });
        Ok(OpenedDraft { scope, role, target: Target::from(&settings), credential, pending })
    }

    /// Records what came of resolving a reference. The secret is to be used only once this succeeded.
    pub async fn record_resolution(
        &self,
        opening: PendingResolution,
        resolution: Resolution,
    ) -> Result<(), StoreError> {
        let PendingResolution { object, caller, purpose } = opening;
        let kind = match resolution {
            Resolution::Opened => EventKind::CredentialOpened,
            Resolution::Refused => EventKind::CredentialRefused,
        };
        let event = Event::new(kind, object, caller).with_note(purpose.as_str());
        self.write(move |tx| tx.append_event(&event)).await
    }
}

fn may_all(actor: &Actor, verbs: &[ConfigAction], scope: Scope) -> bool {
    verbs.iter().all(|verb| decide(actor, &Action::Config(*verb, scope)) == Decision::Allow)
}

/// What is to be opened, by whom, and which rights that needs.
struct Request<'a> {
    id: ConfigId,
    caller: &'a Caller,
    verbs: &'a [ConfigAction],
    purpose: Purpose,
}

/// A target with its credential, once the policy let it pass.
struct Opening {
    target: Target,
    credential: Option<Credential>,
    /// Whether a credential is used that the request itself did not show.
    is_of_the_registry: bool,
}

/// What the transaction committed: the opening, or the refusal, with its audit event.
type Outcome = Result<OpenedTarget, OpenTargetError>;

impl Tx<'_> {
    fn open(
        &mut self,
        request: &Request<'_>,
        open: impl FnOnce(&mut Self, &LlmConfig) -> Result<Opening, StoreError>,
    ) -> Result<Outcome, OpenTargetError> {
        let Request { id, caller, verbs, purpose } = *request;
        let actor = self.actor(caller)?;
        let config = self.find_config_shared(id)?.ok_or(OpenTargetError::NotFound(id))?;
        let object = AuditObject::Config(id, config.scope);
        let record = |kind| Event::new(kind, object, caller.clone()).with_note(purpose.as_str());
        if !may_all(&actor, verbs, config.scope) {
            self.append_event(&record(EventKind::CredentialRefused))?;
            return Ok(Err(OpenTargetError::Denied(id)));
        }
        let Opening { target, credential, is_of_the_registry } = match open(self, &config) {
            Ok(opening) => opening,
            Err(error @ (StoreError::DecryptionFailed { .. } | StoreError::Corrupt { .. })) => {
                self.append_event(&record(EventKind::CredentialRefused))?;
                return Ok(Err(error.into()));
            }
            Err(error) => return Err(error.into()),
        };
        let is_inline = credential.as_ref().is_none_or(Credential::is_inline);
        let pending = (!is_inline).then(|| PendingResolution { object, caller: caller.clone(), purpose });
        if is_inline && is_of_the_registry {
            self.append_event(&record(EventKind::CredentialOpened))?;
        }
        let LlmConfig { incarnation, scope, revision, .. } = config;
        let (opened_at, role) = (self.now(), actor.role);
        Ok(Ok(OpenedTarget {
            config: id,
            incarnation,
            revision,
            opened_at,
            scope,
            role,
            target,
            credential,
            pending,
        }))
    }
}

/// The configuration as it is.
fn stored(tx: &mut Tx<'_>, config: &LlmConfig) -> Result<Opening, StoreError> {
    let credential = open_credential(tx, config)?;
    Ok(Opening { target: Target::from(&config.settings), credential, is_of_the_registry: true })
}

/// The configuration as `patch` would make it.
fn planned(
    tx: &mut Tx<'_>,
    config: &LlmConfig,
    patch: &ConfigPatch,
    caller: &Caller,
) -> Result<Opening, StoreError> {
    let stamp = tx.stamp_of_change(config, caller);
    let (patched, credential) = tx.plan_change(config, patch, stamp)?;
    let settings = patched.settings;
    let target = Target::from(&settings);
    let (credential, is_of_the_registry) = match credential {
        PlannedCredential::Given(credential) => (Some(credential), false),
        PlannedCredential::FromStored(credential) => (Some(credential), true),
        PlannedCredential::Stays => {
            // For the planned destination, not for the present one: even if the rules above let
            // pass another origin, the ciphertext would not.
            let credential = open_credential(tx, &LlmConfig { settings, ..config.clone() })?;
            let is_opened = credential.is_some();
            (credential, is_opened)
        }
    };
    Ok(Opening { target, credential, is_of_the_registry })
}
