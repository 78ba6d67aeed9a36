//! To change a configuration, and to know beforehand what it would be.

use diesel::prelude::*;
use llm_config_core::audit::{Event, EventKind, Object};
use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, Settings, Stamp};
use llm_config_core::credential::{Credential, Presentation, SecretMeta};
use llm_config_core::credential_patch::CredentialPatch;
use llm_config_core::patch::ConfigPatch;
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

impl Tx<'_> {
    /// Changes `current`, as [`Tx::find_config`] just returned it, and records which fields
    /// were given.
    ///
    /// `Invalid` when the patch does not fit, above all when a stored credential would get a
    /// new destination; nothing is changed then.
    pub fn update_config(
        &mut self,
        current: &LlmConfig,
        patch: &ConfigPatch,
        caller: &Caller,
    ) -> Result<LlmConfig, StoreError> {
        let (settings, planned) = self.plan_change(current, patch)?;
        let credential = match planned {
            PlannedCredential::Stays => None,
            PlannedCredential::Given(credential) | PlannedCredential::FromStored(credential) => {
                Some(credential)
            }
        };
        let secret = match &credential {
            Some(credential) => Some(self.meta(credential)),
            None => current.secret.clone(),
        };
        let changed = LlmConfig {
            settings,
            secret,
            revision: current.revision.next(),
            updated: Stamp { at: self.now.max(current.updated.at), by: caller.identity.principal() },
            ..current.clone()
        };
        let is_retargeted =
            credential.is_some() || Target::from(&current.settings) != Target::from(&changed.settings);
        self.store_change(current, &changed, is_retargeted)?;
        if let Some(credential) = &credential {
            self.seal_credential(&changed, credential)?;
        }
        let event =
            Event::new(EventKind::ConfigUpdated, Object::Config(current.id, current.scope), caller.clone());
        self.append_event(&event.with_fields(&patch.fields()))?;
        Ok(changed)
    }

    /// What `patch` would make of `current`, by the rules of [`Tx::update_config`]. Stores nothing.
    pub(crate) fn plan_change(
        &mut self,
        current: &LlmConfig,
        patch: &ConfigPatch,
    ) -> Result<(Settings, PlannedCredential), StoreError> {
        let settings = patch.apply(current).map_err(StoreError::Invalid)?;
        let credential = self.planned_credential(current, &settings, patch)?;
        Ok((settings, credential))
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
        let presented = |provider, meta: &SecretMeta| Presentation::of(provider, meta.kind);
        let is_presented_alike = current.secret.as_ref().is_none_or(|meta| {
            presented(current.settings.provider, meta) == presented(settings.provider, meta)
        });
        if patch.credential.keeps(current.secret.as_ref()) && is_presented_alike {
            return Ok(PlannedCredential::Stays);
        }
        // What does not open any more is healed by giving all of it again.
        if current.secret.as_ref().is_none_or(|meta| patch.credential.is_whole(meta)) {
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
        self.hand_on_name(&current.scope, old_key.filter(is_left))?;
        if current.settings.labels != changed.settings.labels {
            self.replace_labels(changed.id, &changed.settings.labels)?;
        }
        Ok(())
    }
}
