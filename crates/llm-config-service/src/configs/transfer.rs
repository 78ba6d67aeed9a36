//! Transfers a configuration to another owner or another workspace.

use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_store::{StoreError, Tx};

use super::details::{ConfigDetails, details_of};
use super::named_scope::NamedScope;
use crate::error::{Error, MissingReference};
use crate::policy::require_operator;
use crate::service::Service;
use crate::session::Session;
use crate::workspaces::WorkspaceTarget;

/// The new owner or workspace of a configuration.
#[derive(Clone, Copy, Debug)]
pub enum TransferTarget {
    /// The owner.
    Owner(PrincipalId),
    /// The workspace.
    Workspace(WorkspaceTarget),
}

/// A configuration after a transfer.
pub struct TransferredConfig {
    /// The configuration in its new scope, with its state.
    pub details: ConfigDetails,
    /// The scope before the transfer.
    pub from: NamedScope,
}

impl Service {
    /// Transfers a configuration and seals its credential for the new scope. A transfer to the current
    /// scope changes nothing. Only the operator may transfer, because a transfer gives a credential to
    /// another party.
    ///
    /// An owner's configuration can be transferred only to an owner, a workspace's only to a workspace.
    /// `Missing` if the new owner does not exist; `NotFound` if the configuration or the new workspace does
    /// not exist.
    pub async fn transfer_config(
        &self,
        session: &Session,
        id: ConfigId,
        to: TransferTarget,
    ) -> Result<TransferredConfig, Error> {
        require_operator(&session.caller, "transferring a configuration")?;
        let caller = session.caller.clone();
        self.store
            .write_as(&session.caller, move |tx| {
                let actor = tx.actor(&caller)?;
                let current = tx.find_config(id)?.ok_or(Error::NotFound("configuration"))?;
                // In the same transaction, so that the names of a completed transfer are known.
                let from = named_scope(tx, current.scope)?;
                let to = target_scope(tx, to)?;
                let config = tx.transfer_config(&current, to, &caller)?;
                Ok(TransferredConfig { details: details_of(tx, &actor, config)?, from })
            })
            .await
    }
}

/// The scope of a target that exists in the expected revision.
fn target_scope(tx: &mut Tx<'_>, target: TransferTarget) -> Result<Scope, Error> {
    match target {
        TransferTarget::Owner(id) => {
            tx.find_user(id)?.ok_or(Error::Missing(MissingReference::Owner))?;
            Ok(Scope::Owner(id))
        }
        TransferTarget::Workspace(target) => {
            let workspace = tx.find_workspace(target.id)?.ok_or(Error::NotFound("workspace"))?;
            target.require_revision(&workspace)?;
            Ok(Scope::Workspace(workspace.id))
        }
    }
}

/// A scope with its name. A row that cannot be decoded does not prevent a transfer away from it.
fn named_scope(tx: &mut Tx<'_>, scope: Scope) -> Result<NamedScope, Error> {
    let name = match scope {
        Scope::Owner(id) => tx.find_user(id).map(|owner| owner.map(|owner| owner.email.into())),
        Scope::Workspace(id) => {
            tx.find_workspace(id).map(|workspace| workspace.map(|workspace| workspace.name.into()))
        }
    };
    match name {
        Ok(name) => Ok(NamedScope { scope, name }),
        Err(StoreError::Corrupt { .. }) => Ok(NamedScope { scope, name: None }),
        Err(error) => Err(error.into()),
    }
}
