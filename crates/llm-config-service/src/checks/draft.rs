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
const NEEDS_IN_WORKSPACE: &str = "checking a configuration needs the role WRITE in the workspace";

impl Service {
    /// Checks a configuration of `scope` that is not stored. Nothing is stored.
    ///
    /// A `scope` of `None` stands for a workspace whose id is invalid. It is refused like a workspace that the
    /// caller may not write to.
    pub async fn check_draft(
        &self,
        session: &Session,
        scope: Option<Scope>,
        draft: NewLlmConfig,
        depth: Depth,
    ) -> Result<Report, Error> {
        let scope = scope.ok_or_else(|| Error::Denied(NEEDS_IN_WORKSPACE.to_owned()))?;
        // Refuses before the rate limit is charged; `open_draft` decides again and is binding.
        for action in [ConfigAction::Create, ConfigAction::Ping] {
            let action = Action::Config(action, scope);
            if !is_allowed(&session.actor, &action) {
                return Err(denied(&session.actor, &action, needs(&scope)));
            }
        }
        let caller = &session.caller;
        self.limits.check(caller.identity.principal(), None)?;
        let slot = self.providers.slot().await?;
        let opened = self.store.open_draft(scope, draft, caller, Purpose::Validate).await;
        let opened = opened.map_err(|error| open_error(error, &scope))?;
        let OpenedDraft { scope, role, target, credential, pending } = opened;
        let prober = slot.prober(session, role);
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
            Error::Denied(needs(scope).to_owned())
        }
        (OpenDraftError::Store(error), _) => error.into(),
    }
}

/// The sentence for a caller who may not check a draft of `scope`.
const fn needs(scope: &Scope) -> &'static str {
    match scope {
        Scope::Workspace(_) => NEEDS_IN_WORKSPACE,
        Scope::Owner(_) => {
            "checking a configuration needs the permissions CREATE_LLM_OWN and PING_LLM_OWN, for another \
             owner CREATE_LLM_ANY, READ_LLM_ANY and PING_LLM_ANY"
        }
    }
}
