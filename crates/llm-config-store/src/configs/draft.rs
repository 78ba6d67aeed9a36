//! What is known about a configuration that is not stored. Nothing is opened, stored or recorded.

use diesel::prelude::*;
use llm_config_core::caller::Caller;
use llm_config_core::config::{Connection, LlmConfig};
use llm_config_core::credential::{Credential, CredentialFingerprint};
use llm_config_core::id::{ConfigId, WorkspaceId};
use llm_config_core::patch::{ConfigPatch, PatchContext};
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;

use crate::database::schema::llm_configs;
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::Tx;

impl Tx<'_> {
    /// The configuration of `workspace` because of which another one cannot have this name.
    pub fn name_holder(
        &mut self,
        workspace: WorkspaceId,
        name: &DisplayName,
    ) -> Result<Option<ConfigId>, StoreError> {
        let id: Option<String> = llm_configs::table
            .filter(llm_configs::workspace_id.eq(workspace.to_string()))
            .filter(llm_configs::name_key.eq(name.uniqueness_key()))
            .select(llm_configs::id)
            .get_result(self.conn)
            .optional()?;
        id.map(|id| Row { table: "llm_configs", id: &id }.parse("id", &id)).transpose()
    }

    /// At most two of the configurations of `scope` with this connection and credential. An owner has at
    /// most one.
    pub fn configs_with_connection(
        &mut self,
        scope: &Scope,
        connection: &Connection<'_>,
        credential: &CredentialFingerprint,
    ) -> Result<Vec<ConfigId>, StoreError> {
        let fingerprint = self.context.fingerprints.connection(scope, connection, credential);
        let found = llm_configs::table
            .filter(llm_configs::fingerprint.eq(fingerprint.as_bytes().to_vec()))
            .limit(2)
            .select(llm_configs::id)
            .into_boxed();
        let found = match scope {
            Scope::Owner(owner) => found.filter(llm_configs::owner_id.eq(owner.to_string())),
            // The unique index of owners has the fingerprints of workspaces too, below no owner.
            Scope::Workspace(workspace) => found
                .filter(llm_configs::owner_id.is_null())
                .filter(llm_configs::workspace_id.eq(workspace.to_string())),
        };
        let ids: Vec<String> = found.load(self.conn)?;
        ids.iter().map(|id| Row { table: "llm_configs", id }.parse("id", id)).collect()
    }

    /// The keyed fingerprint of a credential; `None` stands for a configuration without one.
    #[must_use]
    pub fn credential_fingerprint(&self, credential: Option<&Credential>) -> CredentialFingerprint {
        self.context.fingerprints.credential(credential)
    }

    /// Succeeds if the rules on changes allow `patch`, as far as they need no stored secret. Fails as
    /// [`Tx::update_config`] does.
    pub fn examine_change(
        &self,
        current: &LlmConfig,
        patch: &ConfigPatch,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let stamp = self.change_stamp(current, caller);
        patch.apply(current, &PatchContext { stamp, hosts: &*self.context.hosts })?;
        Ok(())
    }
}
