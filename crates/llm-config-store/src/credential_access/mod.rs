//! The only access to a usable credential: decides by policy, checks the destination, and writes the audit
//! event.

mod error;
mod opened;

use llm_config_core::access::{Action, Actor, ConfigAction, Decision, decide};
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{CallSettings, LlmConfig, NewLlmConfig};
use llm_config_core::credential::Credential;
use llm_config_core::id::ConfigId;
use llm_config_core::patch::ConfigPatch;
use llm_config_core::scope::Scope;
use llm_config_core::target::{Purpose, Target};

pub use error::{OpenDraftError, OpenTargetError};
pub use opened::{OpenedDraft, OpenedTarget, PendingResolution, Resolution};

use crate::configs::{PlannedCredential, open_credential};
use crate::error::StoreError;
use crate::store::Store;
use crate::transaction::Tx;

impl Store {
    /// Opens the credential of a configuration for its destination: decides by policy about the action of
    /// `purpose`, decrypts for the configuration's current origin, and records the opening or the refusal
    /// with its purpose.
    ///
    /// A secret reference is returned as a reference. The caller resolves it and records the result with
    /// [`Store::record_resolution`].
    pub async fn open_target(
        &self,
        id: ConfigId,
        caller: &Caller,
        purpose: Purpose,
    ) -> Result<OpenedTarget, OpenTargetError> {
        let caller = caller.clone();
        let opened = self.write(move |tx| {
            let request = Request { id, caller: &caller, actions: &[purpose.action()], purpose };
            tx.open(&request, |tx, config| open_stored(tx, config))
        });
        opened.await?
    }

    /// Like [`Store::open_target`], but for the target after an update with `patch`, by the rules of
    /// [`Tx::update_config`]: fails with `Store(Invalid)` if the update would, above all if a stored
    /// credential would get a new destination. Changes nothing.
    ///
    /// The caller needs the rights to update the configuration and to use its credential. The stored
    /// credential is opened, and the opening recorded, only if the patch does not replace all of it. A check
    /// of such a target does not apply to the stored configuration, although `revision` is that of the
    /// stored configuration.
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
                Request { id, caller: &caller, actions: &[ConfigAction::Update, purpose.action()], purpose };
            tx.open(&request, |tx, config| open_planned(tx, config, &patch, &caller))
        });
        opened.await?
    }

    /// Opens a draft for a check, as a configuration of `scope`. The caller needs the rights to create the
    /// configuration and to use its credential, and the workspace or owner must exist. Stores nothing.
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
        let requester = caller.clone();
        let decided = self.write(move |tx| {
            let actor = tx.actor(&requester)?;
            let actions =
                [ConfigAction::Create, purpose.action()].map(|action| Action::Configs(action, scope));
            if !may_all(&actor, actions) {
                if !is_inline {
                    let event = Event::new(EventKind::CredentialRefused, object, requester.clone());
                    tx.append_event(&event.with_note(purpose.as_str()))?;
                }
                return Ok(Err(OpenDraftError::Denied));
            }
            let exists = match scope {
                Scope::Owner(owner) => tx.find_user(owner)?.is_some(),
                Scope::Workspace(workspace) => tx.find_workspace(workspace)?.is_some(),
            };
            let opened = if exists { Ok(actor.role) } else { Err(OpenDraftError::NoSuchScope(scope)) };
            Ok::<_, OpenDraftError>(opened)
        });
        let role = decided.await??;
        let pending = (!is_inline).then(|| PendingResolution { object, caller: caller.clone(), purpose });
        Ok(OpenedDraft { scope, role, target: Target::from(&settings), credential, pending })
    }

    /// Records the result of resolving a secret reference. The secret must not be used before this has
    /// succeeded.
    pub async fn record_resolution(
        &self,
        pending: PendingResolution,
        resolution: Resolution,
    ) -> Result<(), StoreError> {
        let PendingResolution { object, caller, purpose } = pending;
        let kind = match resolution {
            Resolution::Opened => EventKind::CredentialOpened,
            Resolution::Refused => EventKind::CredentialRefused,
        };
        let event = Event::new(kind, object, caller).with_note(purpose.as_str());
        self.write(move |tx| tx.append_event(&event)).await
    }
}

/// Whether the policy allows all of `actions`.
fn may_all(actor: &Actor, actions: impl IntoIterator<Item = Action>) -> bool {
    actions.into_iter().all(|action| decide(actor, &action) == Decision::Allow)
}

/// A request to open a configuration, with the rights that it needs.
struct Request<'a> {
    id: ConfigId,
    caller: &'a Caller,
    actions: &'a [ConfigAction],
    purpose: Purpose,
}

/// A target with its credential, after the policy has allowed the request.
struct Opening {
    target: Target,
    credential: Option<Credential>,
    /// Whether the credential is a stored one, rather than one from the request.
    is_stored: bool,
}

/// The committed result: the opened target or the refusal. Both commit their audit event.
type Outcome = Result<OpenedTarget, OpenTargetError>;

impl Tx<'_> {
    fn open(
        &mut self,
        request: &Request<'_>,
        open: impl FnOnce(&mut Self, &LlmConfig) -> Result<Opening, StoreError>,
    ) -> Result<Outcome, OpenTargetError> {
        let Request { id, caller, actions, purpose } = *request;
        let actor = self.actor(caller)?;
        let config = self.find_config_shared(id)?.ok_or(OpenTargetError::NotFound(id))?;
        let object = AuditObject::Config(id, config.scope);
        let record = |kind| Event::new(kind, object, caller.clone()).with_note(purpose.as_str());
        let actions = actions.iter().map(|action| Action::Config(*action, config.scope, id));
        if !may_all(&actor, actions) {
            self.append_event(&record(EventKind::CredentialRefused))?;
            return Ok(Err(OpenTargetError::Denied(id)));
        }
        let Opening { target, credential, is_stored } = match open(self, &config) {
            Ok(opening) => opening,
            Err(error @ (StoreError::DecryptionFailed { .. } | StoreError::Corrupt { .. })) => {
                self.append_event(&record(EventKind::CredentialRefused))?;
                return Ok(Err(error.into()));
            }
            Err(error) => return Err(error.into()),
        };
        let is_inline = credential.as_ref().is_none_or(Credential::is_inline);
        let pending = (!is_inline).then(|| PendingResolution { object, caller: caller.clone(), purpose });
        if is_inline && is_stored {
            self.append_event(&record(EventKind::CredentialOpened))?;
        }
        let LlmConfig { incarnation, scope, revision, settings, .. } = config;
        let (opened_at, role) = (self.now(), actor.role);
        let call_settings = match purpose {
            Purpose::Call => self.call_settings(id)?,
            Purpose::Validate | Purpose::Ping => CallSettings::default(),
        };
        Ok(Ok(OpenedTarget {
            config: id,
            incarnation,
            revision,
            opened_at,
            scope,
            role,
            settings,
            call_settings,
            target,
            credential,
            pending,
        }))
    }
}

/// Opens the stored configuration.
fn open_stored(tx: &mut Tx<'_>, config: &LlmConfig) -> Result<Opening, StoreError> {
    let credential = open_credential(tx, config)?;
    Ok(Opening { target: Target::from(&config.settings), credential, is_stored: true })
}

/// Opens the configuration that `patch` would make.
fn open_planned(
    tx: &mut Tx<'_>,
    config: &LlmConfig,
    patch: &ConfigPatch,
    caller: &Caller,
) -> Result<Opening, StoreError> {
    let stamp = tx.change_stamp(config, caller);
    let (patched, credential) = tx.plan_change(config, patch, stamp)?;
    let settings = patched.settings;
    let target = Target::from(&settings);
    let (credential, is_stored) = match credential {
        PlannedCredential::Removed => (None, false),
        PlannedCredential::Complete(credential) => (Some(credential), false),
        PlannedCredential::FromStored(credential) => (Some(credential), true),
        PlannedCredential::Unchanged => {
            // For the planned destination, so that decryption fails even if the rules above allowed another
            // origin.
            let credential = open_credential(tx, &LlmConfig { settings, ..config.clone() })?;
            let is_stored = credential.is_some();
            (credential, is_stored)
        }
    };
    Ok(Opening { target, credential, is_stored })
}
