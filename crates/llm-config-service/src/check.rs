//! To find out whether a configuration works: as it is stored, before it is stored, and before
//! it is changed.

use llm_config_core::access::{Action, ConfigAction, Decision, decide};
use llm_config_core::caller::Caller;
use llm_config_core::config::NewLlmConfig;
use llm_config_core::credential::Credential;
use llm_config_core::id::ConfigId;
use llm_config_core::patch::ConfigPatch;
use llm_config_core::scope::Scope;
use llm_config_core::target::{Purpose, Target};
use llm_config_probe::Prober;
use llm_config_probe::report::{Depth, Reason, Report, Usable};
use llm_config_store::{
    Check, CheckReport, CheckTrigger, NewCheck, OpenDraftError, OpenTargetError, OpenedDraft, OpenedTarget,
    PendingResolution, StoreError,
};

use crate::read_configs::config_among;
use crate::update_config::Parsed;
use crate::{CreateConfig, CreateInWorkspace, Error, MissingReference, Service, Session};

/// How many reports of a configuration are shown.
const SHOWN: u32 = 20;

/// Which configurations a request may be about: each of the two APIs knows its own only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeFilter {
    /// Those of workspaces.
    Workspaces,
    /// Those of owners.
    Owners,
    /// All.
    All,
}

impl Service {
    /// Checks a configuration as it is stored, and keeps the report. Changes nothing else.
    pub async fn check(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        depth: Depth,
    ) -> Result<Report, Error> {
        self.permitted(session, filter, id, ConfigAction::Ping).await?;
        self.limits.check(session.actor.id, Some(id))?;
        let _slot = self.outgoing.slot().await;
        let opened = self.store.open_target(id, &session.caller, Purpose::Validate).await?;
        let prober = self.outgoing.prober(session, opened.role);
        self.check_opened(prober, &session.caller, opened, depth, CheckTrigger::Request).await
    }

    /// Checks what was opened, outside of any transaction, and keeps the report unless the
    /// configuration changed meanwhile.
    pub(crate) async fn check_opened(
        &self,
        prober: &Prober,
        caller: &Caller,
        opened: OpenedTarget,
        depth: Depth,
        trigger: CheckTrigger,
    ) -> Result<Report, Error> {
        let OpenedTarget { config, incarnation, revision, opened_at, scope, target, .. } = opened;
        let (credential, pending) = (opened.credential, opened.pending);
        let report = self.probe(prober, &scope, &target, credential.as_ref(), pending, depth).await?;
        drop(credential);
        self.metrics.checked(trigger, &report);
        let kept = match CheckReport::try_from(report.to_json()) {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(config = %config, error = %error, "a report cannot be kept");
                return Ok(report);
            }
        };
        let new = NewCheck {
            config,
            incarnation,
            revision,
            at: opened_at,
            trigger,
            checked_by: caller.identity.principal(),
            works: outcome(&report, trigger),
            report: kept,
        };
        let is_kept = self.store.write(move |tx| Ok::<_, Error>(tx.record_check(&new)?)).await?;
        if !is_kept {
            tracing::info!(config = %config, "the configuration was changed while it was checked");
        }
        Ok(report)
    }

    /// Checks what would become a configuration of a workspace. Nothing is stored.
    pub async fn check_new_in_workspace(
        &self,
        session: &Session,
        CreateInWorkspace { workspace, new }: CreateInWorkspace,
        depth: Depth,
    ) -> Result<Report, Error> {
        const NEEDS: &str = "checking a configuration needs the role WRITE in the workspace";
        let workspace = workspace.ok_or(Error::Denied(NEEDS))?;
        // One sentence for a workspace that is not there and one that is closed to the caller.
        self.check_draft(session, Scope::Workspace(workspace), new, depth).await.map_err(
            |error| match error {
                DraftError::Denied | DraftError::NoSuchScope => Error::Denied(NEEDS),
                DraftError::Other(error) => error,
            },
        )
    }

    /// Checks what would become a configuration of an owner. Nothing is stored.
    pub async fn check_new(
        &self,
        session: &Session,
        CreateConfig { id: _, owner, new }: CreateConfig,
        depth: Depth,
    ) -> Result<Report, Error> {
        const NEEDS: &str = "checking a configuration needs the permissions CREATE_LLM_OWN and \
                             PING_LLM_OWN, for another owner CREATE_LLM_ANY, READ_LLM_ANY and PING_LLM_ANY";
        let owner = owner.unwrap_or_else(|| session.caller.identity.principal());
        self.check_draft(session, Scope::Owner(owner), new, depth).await.map_err(|error| match error {
            DraftError::Denied => Error::Denied(NEEDS),
            DraftError::NoSuchScope => Error::Missing(MissingReference::Owner),
            DraftError::Other(error) => error,
        })
    }

    /// Checks what a configuration would be after a change. The stored secret is used only where
    /// the change leaves its destination alone. Nothing is stored.
    pub async fn check_planned(
        &self,
        session: &Session,
        id: ConfigId,
        patch: Parsed<ConfigPatch>,
        depth: Depth,
    ) -> Result<Report, Error> {
        self.permitted(session, ScopeFilter::All, id, ConfigAction::Update).await?;
        self.permitted(session, ScopeFilter::All, id, ConfigAction::Ping).await?;
        let patch = patch?;
        self.limits.check(session.actor.id, Some(id))?;
        let _slot = self.outgoing.slot().await;
        let opened = self.store.open_planned_target(id, &session.caller, patch, Purpose::Validate).await;
        let opened = match opened {
            Err(OpenTargetError::Store(StoreError::UnconfirmedOrigin(unconfirmed))) => {
                return Err(self.unconfirmed_origin(&session.caller, &unconfirmed).await);
            }
            other => other?,
        };
        let OpenedTarget { scope, role, target, credential, pending, .. } = opened;
        let prober = self.outgoing.prober(session, role);
        let report = self.probe(prober, &scope, &target, credential.as_ref(), pending, depth).await?;
        self.metrics.checked(CheckTrigger::Request, &report);
        Ok(report)
    }

    /// The last reports of a configuration, newest first.
    pub async fn checks(&self, session: &Session, id: ConfigId) -> Result<Vec<Check>, Error> {
        self.permitted(session, ScopeFilter::All, id, ConfigAction::Read).await?;
        self.store.read(move |tx| Ok::<_, Error>(tx.list_checks(id, SHOWN)?)).await
    }

    /// Whose configuration it is, if the caller may do this to it.
    pub async fn permitted(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        verb: ConfigAction,
    ) -> Result<Scope, Error> {
        let actor = session.actor.clone();
        let found = self.store.read(move |tx| config_among(tx, &actor, filter, id, verb)).await?;
        Ok(found.scope)
    }

    async fn check_draft(
        &self,
        session: &Session,
        scope: Scope,
        draft: NewLlmConfig,
        depth: Depth,
    ) -> Result<Report, DraftError> {
        // Refuses early; the store decides again on the facts of that moment.
        let may = |verb| decide(&session.actor, &Action::Config(verb, scope)) == Decision::Allow;
        if !(may(ConfigAction::Create) && may(ConfigAction::Ping)) {
            return Err(DraftError::Denied);
        }
        let caller = &session.caller;
        self.limits.check(caller.identity.principal(), None)?;
        let _slot = self.outgoing.slot().await;
        let opened = self.store.open_draft(scope, draft, caller, Purpose::Validate).await?;
        let OpenedDraft { scope, role, target, credential, pending } = opened;
        let prober = self.outgoing.prober(session, role);
        let report = self.probe(prober, &scope, &target, credential.as_ref(), pending, depth).await?;
        self.metrics.checked(CheckTrigger::Request, &report);
        Ok(report)
    }

    /// Checks `target` through `prober`, with the secret that a reference leads to.
    async fn probe(
        &self,
        prober: &Prober,
        scope: &Scope,
        target: &Target,
        credential: Option<&Credential>,
        pending: Option<PendingResolution>,
        depth: Depth,
    ) -> Result<Report, Error> {
        Ok(match self.resolve(credential, scope, target, pending).await? {
            Ok(credential) => prober.probe(target, credential.as_ref(), depth).await,
            Err(error) => prober.unresolved(target, depth, error),
        })
    }
}

/// Why a draft was not checked, before it is said in the words of its scope.
enum DraftError {
    Denied,
    NoSuchScope,
    Other(Error),
}

impl From<OpenDraftError> for DraftError {
    fn from(error: OpenDraftError) -> Self {
        match error {
            OpenDraftError::Denied => Self::Denied,
            OpenDraftError::NoSuchScope(_) => Self::NoSuchScope,
            OpenDraftError::Store(error) => Self::Other(error.into()),
        }
    }
}

impl From<Error> for DraftError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// What a report says about whether the configuration is available. Who only asked whether
/// something is there did not ask that; what nobody asked for says nothing while it is unsure; and
/// where the way out was closed, that is about whoever asked, or about this server.
fn outcome(report: &Report, trigger: CheckTrigger) -> Option<bool> {
    if report.reason == Reason::BlockedByPolicy {
        return None;
    }
    match (report.depth, report.usable, trigger) {
        (Depth::Credential | Depth::Inference, Usable::Yes, _) => Some(true),
        (Depth::Credential | Depth::Inference, Usable::No, _)
        | (Depth::Credential | Depth::Inference, Usable::Unknown, CheckTrigger::Request) => Some(false),
        (Depth::Reach, _, _)
        | (Depth::Credential | Depth::Inference, Usable::Unknown, CheckTrigger::Background) => None,
    }
}

impl From<OpenTargetError> for Error {
    fn from(error: OpenTargetError) -> Self {
        match error {
            OpenTargetError::NotFound(_) => Self::NotFound("configuration"),
            OpenTargetError::Denied(_) => {
                Self::Denied("the caller may not use this configuration's credential")
            }
            OpenTargetError::Store(error) => error.into(),
        }
    }
}
