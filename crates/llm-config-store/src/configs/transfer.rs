//! Transfer of a configuration to another owner or workspace.

use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, OriginProvenance};
use llm_config_core::scope::Scope;

use super::sealed_credential::open_credential;
use super::update::TargetChange;
use crate::error::StoreError;
use crate::transaction::{Lock, Tx};

impl Tx<'_> {
    /// Transfers `current`, as [`Tx::find_config`] has just returned it, to another owner or workspace.
    ///
    /// The credential is sealed again for the new scope, because the old ciphertext is bound to the old one.
    /// Past checks are deleted, because they contain who requested them and when. If `scope` is the current
    /// scope, nothing changes.
    ///
    /// Fails with `ScopeKindMismatch` between an owner and a workspace, whose rules differ; with `ForeignKey`
    /// if the new scope does not exist; with `Conflict` if the new scope has an equal configuration; and with
    /// `DecryptionFailed` if the credential cannot be opened.
    pub fn transfer_config(
        &mut self,
        current: &LlmConfig,
        scope: Scope,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        if scope == current.scope {
            return Ok(current.clone());
        }
        self.lock_new_scope(&current.scope, &scope)?;
        let credential = open_credential(self, current)?;
        let updated = self.change_stamp(current, caller);
        let given_by = current.secret.as_ref().and_then(|secret| secret.given_by);
        let moved = LlmConfig {
            scope,
            secret: credential.as_ref().map(|credential| self.secret_meta(credential, given_by)),
            // The caller of the transfer set the origin. The new owner did not choose it.
            origin: OriginProvenance::new(updated),
            revision: current.revision.next(),
            updated,
            ..current.clone()
        };
        // Transferring counts as changing the target: past checks must not apply to the new owner.
        self.store_change(current, &moved, TargetChange::Changed)?;
        self.delete_checks(current.id)?;
        if let Some(credential) = &credential {
            self.seal_credential(&moved, credential)?;
        }
        // One event for each scope, so that both logs contain the transfer.
        for (scope, note) in [(current.scope, "from"), (scope, "to")] {
            let object = AuditObject::Config(current.id, scope);
            self.append_event(&Event::new(EventKind::ConfigMoved, object, caller.clone()).with_note(note))?;
        }
        Ok(moved)
    }

    /// Prevents the deletion of the new owner or workspace until the transaction ends.
    fn lock_new_scope(&mut self, from: &Scope, to: &Scope) -> Result<(), StoreError> {
        match (from, to) {
            (Scope::Owner(_), Scope::Owner(_)) => self.require_owner(to),
            (Scope::Workspace(_), Scope::Workspace(id)) => {
                self.lock(&Lock::ForShare { table: "workspaces", id: &id.to_string() })
            }
            (Scope::Owner(_), Scope::Workspace(_)) | (Scope::Workspace(_), Scope::Owner(_)) => {
                Err(StoreError::ScopeKindMismatch)
            }
        }
    }
}
