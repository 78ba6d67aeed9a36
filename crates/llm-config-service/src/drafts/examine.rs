//! Examines a new configuration, or a change of a stored one.

use llm_config_core::access::{Action, Actor, ConfigAction};
use llm_config_core::config::UncheckedConfig;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::ConfigId;
use llm_config_core::patch::UncheckedPatch;
use llm_config_core::scope::Scope;
use llm_config_store::{StoreError, Tx};

use super::examination::DraftExamination;
use super::parts::{ConnectionFacts, DraftParts};
use crate::configs::{
    CREATE_REQUIREMENT, ScopeFilter, authorize_creation, authorized_config, require_scope,
    unconfirmed_origin_errors,
};
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Says what can be said about a draft without calling its provider. Nothing is stored or recorded.
    ///
    /// Without `replaced`, the draft is a new configuration of `scope`, and the caller needs the rights to
    /// create it. A `scope` of `None` stands for a workspace whose id is invalid. With `replaced`, the draft
    /// is the new state of that configuration, whose scope counts, and the caller needs the rights to update
    /// it. What the draft leaves out then stays as it is, the credential included.
    pub async fn examine_draft(
        &self,
        session: &Session,
        scope: Option<Scope>,
        draft: UncheckedConfig,
        replaced: Option<ConfigId>,
    ) -> Result<DraftExamination, Error> {
        let (actor, caller) = (session.actor.clone(), session.caller.clone());
        match replaced {
            None => {
                let scope = scope.ok_or_else(|| Error::Denied(CREATE_REQUIREMENT.to_owned()))?;
                authorize_creation(&actor, scope)?;
                let draft = draft.examine(&scope);
                self.store
                    .read(move |tx| {
                        require_scope(tx, &actor, scope)?;
                        let parts = DraftParts::from_new(&draft, &scope);
                        examination(tx, &actor, &scope, &parts, draft.errors.clone(), None)
                    })
                    .await
            }
            Some(id) => {
                let (patch, invalid) = UncheckedPatch::from_config(draft).examine();
                self.store
                    .read(move |tx| {
                        let update = &[ConfigAction::Update];
                        let current = authorized_config(tx, &actor, ScopeFilter::All, id, update)?;
                        let mut errors = invalid.clone();
                        let change = tx.examine_change(&current, &patch, &caller);
                        errors.extend(errors_of_change(tx, &actor, change)?);
                        let parts = DraftParts::from_change(tx, &current, &patch, &invalid);
                        examination(tx, &actor, &current.scope, &parts, errors, Some(id))
                    })
                    .await
            }
        }
    }
}

/// The violations that a change was refused for.
fn errors_of_change(
    tx: &mut Tx<'_>,
    actor: &Actor,
    change: Result<(), StoreError>,
) -> Result<FieldErrors, Error> {
    match change {
        Ok(()) => Ok(FieldErrors::default()),
        Err(StoreError::Invalid(errors)) => Ok(errors),
        Err(StoreError::UnconfirmedOrigin(unconfirmed)) => unconfirmed_origin_errors(tx, actor, &unconfirmed),
        Err(error) => Err(error.into()),
    }
}

fn examination(
    tx: &mut Tx<'_>,
    actor: &Actor,
    scope: &Scope,
    parts: &DraftParts<'_>,
    violations: FieldErrors,
    replaced: Option<ConfigId>,
) -> Result<DraftExamination, Error> {
    let ConnectionFacts { called_url, suggested_url, credential_note } = parts.connection_facts();
    // To other callers, the existence of a configuration is not revealed, although storing the draft would.
    let is_shown = |id: &ConfigId| {
        Some(*id) != replaced && is_allowed(actor, &Action::Config(ConfigAction::Read, *scope, *id))
    };
    let name_holder = match (scope, parts.name) {
        (Scope::Workspace(workspace), Some(name)) => tx.name_holder(*workspace, name)?,
        (Scope::Workspace(_), None) | (Scope::Owner(_), _) => None,
    };
    let equal = match parts.connection(tx) {
        Some((connection, credential)) => tx.configs_with_connection(scope, &connection, &credential)?,
        None => Vec::new(),
    };
    Ok(DraftExamination {
        violations,
        called_url,
        suggested_url,
        credential_note,
        name_taken_by: name_holder.filter(is_shown),
        same_connection: equal.into_iter().find(is_shown),
    })
}
