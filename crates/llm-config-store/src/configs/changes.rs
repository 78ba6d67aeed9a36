//! To change a configuration, and to know beforehand what it would be.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, Settings, Stamp};
use llm_config_core::credential::{Credential, CredentialUse, SecretMeta};
use llm_config_core::field::Field;
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::{ConfigPatch, CredentialPatch, PatchContext, PatchedConfig};
use llm_config_core::target::Target;

use super::row::ConfigRow;
use super::secret::open_credential;
use crate::error::StoreError;
use crate::schema::llm_configs;
use crate::transaction::Tx;

/// What becomes of a configuration's credential by a change.
pub(crate) enum PlannedCredential {
    /// The stored one stays sealed as it is; or there is none, and there will be none.
    Stays,
    /// This one, given as a whole, takes its place.
    Given(Credential),
    /// This one takes its place. The stored one was opened for it: a part of it stays, or it is
    /// to be presented in another way.
    FromStored(Credential),
}

/// Who gave what the origin was chosen for: the stored credential, else the origin itself.
fn giver(config: &LlmConfig) -> Option<PrincipalId> {
    match &config.secret {
        Some(secret) => secret.given_by,
        None => config.origin.set.map(|set| set.by),
    }
}

impl Tx<'_> {
    /// Changes `current`, as [`Tx::find_config`] just returned it, and records which fields
    /// were given.
    ///
    /// `Invalid` when the patch does not fit, above all when a stored credential would get a
    /// new destination; `UnconfirmedOrigin` when a credential comes without its endpoint from a
    /// principal who did not choose the present origin. Nothing is changed then.
    pub fn update_config(
        &mut self,
        current: &LlmConfig,
        patch: &ConfigPatch,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        let updated = self.stamp_of_change(current, caller);
        let (PatchedConfig { settings, origin, is_other_origin }, planned) =
            self.plan_change(current, patch, updated)?;
        let given_before = current.secret.as_ref().and_then(|secret| secret.given_by);
        let (credential, given_by) = match planned {
            PlannedCredential::Stays => (None, given_before),
            PlannedCredential::Given(credential) => (Some(credential), Some(updated.by)),
            PlannedCredential::FromStored(credential) => {
                let is_new = patch.credential.has_inline_secret();
                (Some(credential), if is_new { Some(updated.by) } else { given_before })
            }
        };
        let secret = match &credential {
            Some(credential) => Some(self.meta(credential, given_by)),
            None => current.secret.clone(),
        };
        let revision = current.revision.next();
        let changed = LlmConfig { settings, secret, origin, revision, updated, ..current.clone() };
        let is_retargeted =
            credential.is_some() || Target::from(&current.settings) != Target::from(&changed.settings);
        self.store_change(current, &changed, is_retargeted)?;
        if let Some(credential) = &credential {
            self.seal_credential(&changed, credential)?;
        }
        let event = |kind| Event::new(kind, AuditObject::Config(current.id, current.scope), caller.clone());
        self.append_event(&event(EventKind::ConfigUpdated).with_fields(&patch.fields()))?;
        if is_other_origin && giver(current) != Some(updated.by) {
            let decides = |field: &Field| matches!(field, Field::Endpoint | Field::ApiPath);
            let fields: Vec<_> = patch.fields().into_iter().filter(decides).collect();
            self.append_event(&event(EventKind::OriginChanged).with_fields(&fields))?;
        }
        Ok(changed)
    }

    pub(crate) fn stamp_of_change(&self, current: &LlmConfig, caller: &Caller) -> Stamp {
        Stamp { at: self.now.max(current.updated.at), by: caller.identity.principal() }
    }

    /// What `patch` would make of `current`, by the rules of [`Tx::update_config`]. Stores nothing.
    pub(crate) fn plan_change(
        &mut self,
        current: &LlmConfig,
        patch: &ConfigPatch,
        stamp: Stamp,
    ) -> Result<(PatchedConfig, PlannedCredential), StoreError> {
        let patched = patch.apply(current, &PatchContext { stamp, hosts: &*self.store.hosts })?;
        let credential = self.planned_credential(current, &patched.settings, patch)?;
        Ok((patched, credential))
    }

    /// Opens the stored credential only where a part of it stays, or it is to be presented in
    /// another way.
    fn planned_credential(
        &mut self,
        current: &LlmConfig,
        settings: &Settings,
        patch: &ConfigPatch,
    ) -> Result<PlannedCredential, StoreError> {
        if let CredentialPatch::Replace(credential) = &patch.credential {
            return Ok(PlannedCredential::Given(credential.duplicate()));
        }
        let presented = |provider, meta: &SecretMeta| CredentialUse::for_provider(provider, meta.kind);
        let is_presented_alike = current.secret.as_ref().is_none_or(|meta| {
            presented(current.settings.provider, meta) == presented(settings.provider, meta)
        });
        if patch.credential.leaves_unchanged(current.secret.as_ref()) && is_presented_alike {
            return Ok(PlannedCredential::Stays);
        }
        // What does not open any more is healed by giving all of it again.
        if current.secret.as_ref().is_none_or(|meta| patch.credential.replaces_all(meta)) {
            let given = patch.credential.credential(None).map_err(StoreError::Invalid)?;
            return Ok(PlannedCredential::Given(given));
        }
        let stored = open_credential(self, current)?;
        let credential = patch.credential.credential(stored.as_ref()).map_err(StoreError::Invalid)?;
        Ok(PlannedCredential::FromStored(credential))
    }

    /// Writes `changed` in place of `current`. With `is_retargeted`, what was found out about
    /// `current` says nothing about it any more. The key of the name changes only with the name or its
    /// place: rows from before the present rule of uniqueness keep theirs.
    pub(super) fn store_change(
        &mut self,
        current: &LlmConfig,
        changed: &LlmConfig,
        is_retargeted: bool,
    ) -> Result<(), StoreError> {
        let fingerprints = &self.store.fingerprints;
        let none = || fingerprints.credential(None);
        let credential = changed.secret.as_ref().map_or_else(none, |secret| secret.fingerprint);
        let unique = fingerprints.config(&changed.scope, &changed.settings, &credential);
        let row = ConfigRow::new(changed, &unique, &credential);
        let at_revision =
            llm_configs::table.find(&row.id).filter(llm_configs::revision.eq(current.revision.number()));
        // Diesel leaves out of a change what is `None`.
        let retargeted = is_retargeted.then(|| llm_configs::target_revision.eq(changed.revision.number()));
        let is_renamed = (&current.settings.name, current.scope) != (&changed.settings.name, changed.scope);
        let old_key = if is_renamed { self.name_key(&row.id)? } else { None };
        let new_key = changed.settings.name.uniqueness_key();
        let renamed = is_renamed.then(|| llm_configs::name_key.eq(&new_key));
        if diesel::update(at_revision).set((&row, retargeted, renamed)).execute(self.conn)? != 1 {
            return Err(StoreError::Stale);
        }
        let is_left = |key: &String| *key != new_key || current.scope != changed.scope;
        self.promote_name(&current.scope, old_key.filter(is_left))?;
        if current.settings.labels != changed.settings.labels {
            self.replace_labels(changed.id, &changed.settings.labels)?;
        }
        Ok(())
    }
}
