//! To give a configuration to another owner, or to another workspace.

use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, OriginProvenance};
use llm_config_core::scope::Scope;

use super::secret::open_credential;
use crate::error::StoreError;
use crate::transaction::{Lock, Tx};

impl Tx<'_> {
    /// Gives `current`, as [`Tx::find_config`] just returned it, to another owner or another
    /// workspace, and seals its credential for there: what was sealed for the old place opens
    /// no more. Its past checks are deleted, because they show who asked and when. Where it belongs already,
    /// nothing happens.
    ///
    /// `ScopeKindMismatch` from an owner to a workspace or back, whose rules differ; `ForeignKey` when
    /// there is no such place; a conflict when an equal one is there; `DecryptionFailed` when its credential
    /// does not open.
    pub fn transfer_config(
        &mut self,
        current: &LlmConfig,
        scope: Scope,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        if scope == current.scope {
            return Ok(current.clone());
        }
        self.lock_place(&current.scope, &scope)?;
        let credential = open_credential(self, current)?;
        let updated = self.stamp_of_change(current, caller);
        let given_by = current.secret.as_ref().and_then(|secret| secret.given_by);
        let moved = LlmConfig {
            scope,
            secret: credential.as_ref().map(|it| self.meta(it, given_by)),
            // The new owner did not choose it.
            origin: OriginProvenance::new(updated),
            revision: current.revision.next(),
            updated,
            ..current.clone()
        };
        // Sealed anew, for another party: that it worked before says little.
        self.store_change(current, &moved, true)?;
        self.delete_checks(current.id)?;
        if let Some(credential) = &credential {
            self.seal_credential(&moved, credential)?;
        }
        // One for each place: whoever looks there finds that it left, or that it came.
        for (scope, note) in [(current.scope, "from"), (scope, "to")] {
            let object = AuditObject::Config(current.id, scope);
            self.append_event(&Event::new(EventKind::ConfigMoved, object, caller.clone()).with_note(note))?;
        }
        Ok(moved)
    }

    /// Keeps the new place from being deleted meanwhile.
    fn lock_place(&mut self, from: &Scope, to: &Scope) -> Result<(), StoreError> {
        match (from, to) {
            (Scope::Owner(_), Scope::Owner(id)) => self.lock(&Lock::ForShare("users", &id.to_string())),
            (Scope::Workspace(_), Scope::Workspace(id)) => {
                self.lock(&Lock::ForShare("workspaces", &id.to_string()))
            }
            (Scope::Owner(_), Scope::Workspace(_)) | (Scope::Workspace(_), Scope::Owner(_)) => {
                Err(StoreError::ScopeKindMismatch)
            }
        }
    }
}
