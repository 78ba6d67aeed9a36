//! The sealed credential of a configuration.

use diesel::prelude::*;
use llm_config_core::config::LlmConfig;
use llm_config_core::credential::{Credential, CredentialKind, Presentation};

use crate::error::StoreError;
use crate::row::unreadable;
use crate::schema::secrets;
use crate::transaction::Tx;
use crate::vault::{AssociatedData, SLOT, VaultError, credential_from_plaintext, credential_to_plaintext};

/// The row of a configuration says where its credential may go; the ciphertext knows better.
fn associated(config: &LlmConfig, kind: CredentialKind) -> AssociatedData {
    let presentation = Presentation::of(config.settings.provider, kind);
    AssociatedData::of_secret(config.id, &config.scope, &config.settings.endpoint.origin(), presentation)
}

impl Tx<'_> {
    /// Seals `credential` for `config`'s destination, in place of any that was there.
    pub(super) fn seal_credential(
        &mut self,
        config: &LlmConfig,
        credential: &Credential,
    ) -> Result<(), StoreError> {
        let id = config.id.to_string();
        let plaintext = credential_to_plaintext(credential);
        let envelope = self.store.vault.seal(&associated(config, credential.kind()), &plaintext);
        let old = secrets::table.filter(secrets::config_id.eq(&id)).filter(secrets::slot.eq(SLOT));
        if diesel::delete(old).execute(self.conn)? > 0 {
            self.leaves_ciphertext = true;
        }
        let row = (
            secrets::config_id.eq(&id),
            secrets::slot.eq(SLOT),
            secrets::kind.eq(credential.kind().as_str()),
            secrets::mask.eq(credential.mask().map(|it| it.to_string())),
            secrets::key_id_mask.eq(credential.key_id_mask().map(|it| it.to_string())),
            secrets::kek_id.eq(envelope.key_id.as_str().to_owned()),
            secrets::envelope.eq(envelope.to_bytes()),
            secrets::sealed_at.eq(self.now.as_micros()),
        );
        diesel::insert_into(secrets::table).values(row).execute(self.conn)?;
        Ok(())
    }
}

/// Opens the credential of `config` for the destination that its row names now.
pub(crate) fn open_credential(tx: &mut Tx<'_>, config: &LlmConfig) -> Result<Option<Credential>, StoreError> {
    let Some(meta) = &config.secret else { return Ok(None) };
    let id = config.id.to_string();
    let row: Option<Vec<u8>> = secrets::table
        .filter(secrets::config_id.eq(&id))
        .filter(secrets::slot.eq(SLOT))
        .select(secrets::envelope)
        .first(tx.conn)
        .optional()?;
    let envelope = row.ok_or_else(|| unreadable("secrets", &id, "slot"))?;
    let sealed = |source: VaultError| StoreError::Sealed { table: "secrets", row: id.clone(), source };
    let plaintext = tx.store.vault.open(&associated(config, meta.kind), &envelope).map_err(sealed)?;
    let credential = credential_from_plaintext(&plaintext);
    credential.map(Some).ok_or_else(|| unreadable("secrets", &id, "envelope"))
}
