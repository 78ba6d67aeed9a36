//! Updates of a configuration, performed or only planned.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, Settings, Stamp};
use llm_config_core::credential::{Credential, CredentialKind, CredentialUse, SecretMeta};
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::{ConfigPatch, CredentialPatch, PatchContext, PatchedConfig};
use llm_config_core::target::Target;

use super::row::ConfigRow;
use super::sealed_credential::open_credential;
use super::search;
use crate::cache::Dependency;
use crate::database::schema::llm_configs;
use crate::error::StoreError;
use crate::transaction::Tx;

/// The effect of an update on the stored credential.
pub(crate) enum PlannedCredential {
    /// The stored credential, or its absence, does not change.
    Unchanged,
    /// The stored credential is removed.
    Removed,
    /// The caller sent this complete credential, which replaces the stored one.
    Complete(Credential),
    /// This credential replaces the stored one and contains parts of it, or the same parts for another use.
    FromStored(Credential),
}

/// Whether a change affects the target of a configuration: where calls go, and with which credential. Checks
/// of an earlier target no longer apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetChange {
    Unchanged,
    Changed,
}

/// The principal who sent the stored credential; without a credential, the one who set the origin.
fn credential_giver(config: &LlmConfig) -> Option<PrincipalId> {
    match &config.secret {
        Some(secret) => secret.given_by,
        None => config.origin.set.map(|set| set.by),
    }
}

fn needs_whole_credential() -> FieldErrors {
    FieldErrors::one(
        Field::SecretValue,
        "is not enough, because the stored credential can no longer be opened and its header is unknown; \
         give the whole credential anew, or drop its key id explicitly",
    )
}

impl Tx<'_> {
    /// Updates `current`, as [`Tx::find_config`] has just returned it, and records the given fields in the
    /// audit log.
    ///
    /// Fails with `Invalid` if the patch is invalid for `current`, above all if a stored credential would get
    /// a new destination, and with `UnconfirmedOrigin` if the caller gives a credential without its endpoint
    /// and has neither set nor confirmed the stored origin. Nothing changes then.
    pub fn update_config(
        &mut self,
        current: &LlmConfig,
        patch: &ConfigPatch,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        let updated = self.change_stamp(current, caller);
        let (PatchedConfig { settings, origin, changes_origin }, planned) =
            self.plan_change(current, patch, updated)?;
        let given_before = current.secret.as_ref().and_then(|secret| secret.given_by);
        let is_removed = matches!(planned, PlannedCredential::Removed);
        let (credential, given_by) = match planned {
            PlannedCredential::Unchanged | PlannedCredential::Removed => (None, given_before),
            PlannedCredential::Complete(credential) => (Some(credential), Some(updated.by)),
            PlannedCredential::FromStored(credential) => {
                let is_new = patch.credential.has_new_secret();
                (Some(credential), if is_new { Some(updated.by) } else { given_before })
            }
        };
        let secret = match &credential {
            Some(credential) => Some(self.secret_meta(credential, given_by)),
            None => current.secret.clone().filter(|_| !is_removed),
        };
        let revision = current.revision.next();
        let changed = LlmConfig { settings, secret, origin, revision, updated, ..current.clone() };
        let has_new_target = credential.is_some()
            || is_removed
            || Target::from(&current.settings) != Target::from(&changed.settings);
        let target = if has_new_target { TargetChange::Changed } else { TargetChange::Unchanged };
        self.store_change(current, &changed, target)?;
        if let Some(credential) = &credential {
            self.seal_credential(&changed, credential)?;
        }
        if is_removed {
            self.remove_credential(&changed)?;
        }
        let event = |kind| Event::new(kind, AuditObject::Config(current.id, current.scope), caller.clone());
        self.append_event(&event(EventKind::ConfigUpdated).with_fields(&patch.fields()))?;
        if changes_origin && credential_giver(current) != Some(updated.by) {
            let decides = |field: &Field| matches!(field, Field::Endpoint | Field::ApiPath);
            let fields: Vec<_> = patch.fields().into_iter().filter(decides).collect();
            self.append_event(&event(EventKind::OriginChanged).with_fields(&fields))?;
        }
        Ok(changed)
    }

    pub(crate) fn change_stamp(&self, current: &LlmConfig, caller: &Caller) -> Stamp {
        Stamp { at: self.now.max(current.updated.at), by: caller.identity.principal() }
    }

    /// The result of applying `patch` to `current` by the rules of [`Tx::update_config`]. Stores nothing.
    pub(crate) fn plan_change(
        &mut self,
        current: &LlmConfig,
        patch: &ConfigPatch,
        stamp: Stamp,
    ) -> Result<(PatchedConfig, PlannedCredential), StoreError> {
        let patched = patch.apply(current, &PatchContext { stamp, hosts: &*self.context.hosts })?;
        let credential = self.planned_credential(current, &patched.settings, patch)?;
        Ok((patched, credential))
    }

    /// Opens the stored credential only if a part of it stays or if it is to be used in another way.
    fn planned_credential(
        &mut self,
        current: &LlmConfig,
        settings: &Settings,
        patch: &ConfigPatch,
    ) -> Result<PlannedCredential, StoreError> {
        match &patch.credential {
            CredentialPatch::Replace(credential) => {
                return Ok(PlannedCredential::Complete(credential.duplicate()));
            }
            CredentialPatch::Remove if current.secret.is_some() => return Ok(PlannedCredential::Removed),
            CredentialPatch::Remove | CredentialPatch::Keep | CredentialPatch::Parts(_) => {}
        }
        let use_of = |provider, meta: &SecretMeta| CredentialUse::for_provider(provider, meta.kind);
        let has_same_use = current
            .secret
            .as_ref()
            .is_none_or(|meta| use_of(current.settings.provider, meta) == use_of(settings.provider, meta));
        if patch.credential.leaves_unchanged(current.secret.as_ref()) && has_same_use {
            return Ok(PlannedCredential::Unchanged);
        }
        if current.secret.as_ref().is_none_or(|meta| patch.credential.drops_all(meta)) {
            let stored = self.stored_header(current, patch)?;
            let credential = patch.credential.credential(stored.as_ref()).map_err(StoreError::Invalid)?;
            return Ok(PlannedCredential::Complete(credential));
        }
        let stored = open_credential(self, current)?;
        let credential = patch.credential.credential(stored.as_ref()).map_err(StoreError::Invalid)?;
        Ok(PlannedCredential::FromStored(credential))
    }

    /// The stored key, whose header stays when the key itself is replaced. `None` for other credentials.
    ///
    /// A key that cannot be opened any more can be replaced, but only as a whole: a change that says nothing
    /// about the identifier keeps the header, and without it the new key would be sent in another one.
    fn stored_header(
        &mut self,
        current: &LlmConfig,
        patch: &ConfigPatch,
    ) -> Result<Option<Credential>, StoreError> {
        if current.secret.as_ref().is_none_or(|meta| meta.kind != CredentialKind::ApiKey) {
            return Ok(None);
        }
        match open_credential(self, current) {
            Err(StoreError::DecryptionFailed { .. } | StoreError::Corrupt { .. }) => {
                let changed = patch.fields();
                let is_whole = changed.contains(&Field::KeyId)
                    || [Field::HeaderName, Field::HeaderPrefix].iter().all(|part| changed.contains(part));
                if is_whole { Ok(None) } else { Err(StoreError::Invalid(needs_whole_credential())) }
            }
            opened => opened,
        }
    }

    /// Writes `changed` over `current`. A uniqueness key changes only with what it is made of, so that rows
    /// stored under earlier uniqueness rules keep their keys.
    pub(super) fn store_change(
        &mut self,
        current: &LlmConfig,
        changed: &LlmConfig,
        target: TargetChange,
    ) -> Result<(), StoreError> {
        let none = || self.context.fingerprints.credential(None);
        let credential = changed.secret.as_ref().map_or_else(none, |secret| secret.fingerprint);
        let row = ConfigRow::new(changed, &credential);
        let at_revision =
            llm_configs::table.find(&row.id).filter(llm_configs::revision.eq(current.revision.number()));
        // Diesel omits a column whose change is `None`.
        let target_revision = match target {
            TargetChange::Unchanged => None,
            TargetChange::Changed => Some(llm_configs::target_revision.eq(changed.revision.number())),
        };
        let is_renamed = (&current.settings.name, current.scope) != (&changed.settings.name, changed.scope);
        let old_key = if is_renamed { self.stored_name_key(&row.id)? } else { None };
        let new_key = changed.settings.name.uniqueness_key();
        let renamed = is_renamed.then(|| llm_configs::name_key.eq(&new_key));
        let new_fingerprint = self.fingerprint(changed);
        let is_distinct = self.fingerprint(current) != new_fingerprint;
        let old_fingerprint = if is_distinct { self.stored_fingerprint(&row.id)? } else { None };
        let distinct = is_distinct.then(|| llm_configs::fingerprint.eq(new_fingerprint.as_bytes().to_vec()));
        let search = llm_configs::search.eq(search::column(&changed.settings));
        let columns = (&row, target_revision, renamed, distinct, search);
        if diesel::update(at_revision).set(columns).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        self.invalidate(Dependency::Config(changed.id));
        self.promote_fingerprint(&current.scope, old_fingerprint)?;
        let is_freed = |key: &String| *key != new_key || current.scope != changed.scope;
        self.promote_name(&current.scope, old_key.filter(is_freed))?;
        if current.settings.labels != changed.settings.labels {
            self.replace_labels(changed.id, &changed.settings.labels)?;
        }
        Ok(())
    }
}
