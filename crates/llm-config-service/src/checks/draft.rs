//! Checks a configuration before it is stored.

use llm_config_core::access::{Action, ConfigAction};
use llm_config_core::config::NewLlmConfig;
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_probe::report::{Depth, Report};
use llm_config_store::{CheckTrigger, OpenDraftError, OpenedDraft};

use super::run::Probe;
use crate::error::{Error, MissingReference};
use crate::policy::{denied, is_allowed};
use crate::service::Service;
use crate::session::Session;

/// The sentence for a caller who may not check a draft of a workspace.
const WORKSPACE_REQUIREMENT: &str = "checking a configuration requires the role WRITE in the workspace";

impl Service {
    /// Checks a configuration of `scope` that is not stored. Nothing is stored.
    ///
    /// A `scope` of `None` stands for a workspace whose id is invalid. The refusal is the same as for a
    /// workspace that the caller may not write to.
    pub async fn check_draft(
        &self,
        session: &Session,
        scope: Option<Scope>,
        draft: NewLlmConfig,
        depth: Depth,
    ) -> Result<Report, Error> {
        let scope = scope.ok_or_else(|| Error::Denied(WORKSPACE_REQUIREMENT.to_owned()))?;
        // Refuses before the rate limit is charged; `open_draft` decides again and is binding.
        for action in [ConfigAction::Create, ConfigAction::Ping] {
            let action = Action::Configs(action, scope);
            if !is_allowed(&session.actor, &action) {
                return Err(denied(&session.actor, &action, requirement(&scope)));
            }
        }
        let caller = &session.caller;
        self.limits.check(caller.identity.principal(), None)?;
        let slot = self.slot(session, &draft.settings.endpoint).await?;
        let opened = self.store.open_draft(scope, draft, caller, Purpose::Validate).await;
        let opened = opened.map_err(|error| open_error(error, &scope))?;
        let OpenedDraft { scope, role, target, credential, pending } = opened;
        let prober = &slot.prober(session, role);
        let (scope, target, credential) = (&scope, &target, credential.as_ref());
        let trigger = CheckTrigger::Request;
        self.probe(&slot, prober, Probe { scope, target, credential, pending, depth, trigger }).await
    }
}

fn open_error(error: OpenDraftError, scope: &Scope) -> Error {
    match (error, scope) {
        (OpenDraftError::NoSuchScope(_), Scope::Owner(_)) => Error::Missing(MissingReference::Owner),
        // One sentence for a workspace that does not exist and one that the caller may not write to: an
        // outsider does not learn which workspaces exist.
        (OpenDraftError::Denied | OpenDraftError::NoSuchScope(_), scope) => {
            Error::Denied(requirement(scope).to_owned())
        }
        (OpenDraftError::Store(error), _) => error.into(),
    }
}

/// The sentence for a caller who may not check a draft of `scope`.
const fn requirement(scope: &Scope) -> &'static str {
    match scope {
        Scope::Workspace(_) => WORKSPACE_REQUIREMENT,
        Scope::Owner(_) => {
            "checking a configuration requires the rights CREATE_LLM_OWN and PING_LLM_OWN, for another \
             owner CREATE_LLM_ANY, READ_LLM_ANY and PING_LLM_ANY"
        }
    }
}
