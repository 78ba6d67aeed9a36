//! The sealed credential of a configuration.

use diesel::prelude::*;
use llm_config_core::config::LlmConfig;
use llm_config_core::credential::{Credential, CredentialKind, CredentialUse};
use llm_config_core::endpoint::{Origin, VendorHosts, origin_of};

use crate::database::schema::secrets;
use crate::error::StoreError;
use crate::row::corrupt;
use crate::transaction::Tx;
use crate::vault::{
    AssociatedData, SLOT, Vault, VaultError, credential_from_plaintext, credential_to_plaintext,
};

fn associated(config: &LlmConfig, kind: CredentialKind, origin: &Origin) -> AssociatedData {
    let credential_use = CredentialUse::for_provider(config.settings.provider, kind);
    AssociatedData::for_secret(config.id, &config.scope, origin, credential_use)
}

impl Tx<'_> {
    /// The origin that the credential of `config` is bound to and sent to.
    #[must_use]
    pub fn origin(&self, config: &LlmConfig) -> Origin {
        origin_of(&*self.context.hosts, &config.settings.endpoint, &config.settings.api_path)
    }

    /// Seals `credential` for the destination of `config` and replaces the stored one, if any.
    pub(super) fn seal_credential(
        &mut self,
        config: &LlmConfig,
        credential: &Credential,
    ) -> Result<(), StoreError> {
        let row = self.sealed(config, credential);
        self.remove_credential(config)?;
        diesel::insert_into(secrets::table).values(row).execute(self.conn)?;
        Ok(())
    }

    /// Deletes the sealed credential of `config`, if there is one.
    pub(super) fn remove_credential(&mut self, config: &LlmConfig) -> Result<(), StoreError> {
        let old = secrets::table.filter(secrets::config_id.eq(config.id.to_string()));
        if diesel::delete(old.filter(secrets::slot.eq(SLOT))).execute(self.conn)? > 0 {
            self.effects.leaves_ciphertext = true;
        }
        Ok(())
    }

    /// The row of `credential`, sealed for the destination of `config`.
    pub(super) fn sealed(&self, config: &LlmConfig, credential: &Credential) -> SecretRow {
        let plaintext = credential_to_plaintext(credential);
        let bound_to = associated(config, credential.kind(), &self.origin(config));
        let envelope = self.context.vault.seal(&bound_to, &plaintext);
        let given_by = config.secret.as_ref().and_then(|secret| secret.given_by);
        SecretRow {
            config_id: config.id.to_string(),
            slot: SLOT,
            kind: credential.kind().as_str(),
            mask: credential.mask().map(|mask| mask.to_string()),
            key_id_mask: credential.key_id_mask().map(|mask| mask.to_string()),
            kek_id: envelope.key_id.as_str().to_owned(),
            envelope: envelope.to_bytes(),
            sealed_at: self.now.as_micros(),
            given_by: given_by.map(|id| id.to_string()),
            source: credential.source().as_str(),
            reference: credential.reference_uri().map(ToOwned::to_owned),
        }
    }
}

/// A new row of a sealed credential.
#[derive(Insertable)]
#[diesel(table_name = secrets, treat_none_as_default_value = false)]
pub(super) struct SecretRow {
    config_id: String,
    slot: &'static str,
    kind: &'static str,
    mask: Option<String>,
    key_id_mask: Option<String>,
    kek_id: String,
    envelope: Vec<u8>,
    sealed_at: i64,
    given_by: Option<String>,
    source: &'static str,
    reference: Option<String>,
}

/// Opens the credential of `config` for its current destination.
pub(crate) fn open_credential(tx: &mut Tx<'_>, config: &LlmConfig) -> Result<Option<Credential>, StoreError> {
    let Some(meta) = &config.secret else { return Ok(None) };
    let id = config.id.to_string();
    let row: Option<Vec<u8>> = secrets::table
        .filter(secrets::config_id.eq(&id))
        .filter(secrets::slot.eq(SLOT))
        .select(secrets::envelope)
        .get_result(tx.conn)
        .optional()?;
    let envelope = row.ok_or_else(|| corrupt("secrets", &id, "slot"))?;
    open_envelope(&tx.context.vault, &*tx.context.hosts, config, meta.kind, &envelope).map(Some)
}

/// Opens a sealed credential of `config`.
pub(super) fn open_envelope(
    vault: &Vault,
    hosts: &dyn VendorHosts,
    config: &LlmConfig,
    kind: CredentialKind,
    envelope: &[u8],
) -> Result<Credential, StoreError> {
    let id = config.id.to_string();
    let failed =
        |source: VaultError| StoreError::DecryptionFailed { table: "secrets", row: id.clone(), source };
    let open = |origin: &Origin| vault.open(&associated(config, kind, origin), envelope);
    let origin = origin_of(hosts, &config.settings.endpoint, &config.settings.api_path);
    let whole_host = config.settings.endpoint.origin();
    let plaintext = open(&origin).or_else(|error| {
        // Earlier versions bound a credential to the whole host even where a vendor divides its host among
        // customers by path. A credential sealed by this version cannot be opened that way.
        if origin == whole_host { Err(error) } else { open(&whole_host).map_err(|_| error) }
    });
    let credential = credential_from_plaintext(&plaintext.map_err(failed)?);
    credential.ok_or_else(|| corrupt("secrets", &id, "envelope"))
}
