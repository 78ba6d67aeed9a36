//! The call of the model.

use llm_config_providers::{ModelEcho, Reason, RefusedParameter, Request, Response, SentCredential, Stage};

use super::credential::CredentialEvidence;
use super::known::Known;
use super::{ProbeTarget, no_key_control};
use crate::budget::RequestBudget;
use crate::completion::{CompletionResult, complete};
use crate::report::{CredentialVerdict, ModelVerdict};
use crate::verdict::{Verdict, may_concern_key};

/// The evidence of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CallEvidence {
    /// The model was not called.
    NotCalled,
    /// The model responded, or was stopped by the output limit alone.
    Completed {
        status: u16,
        echo: ModelEcho,
        /// The same call with a wrong key.
        control: Option<CallControl>,
        /// The same call for a model that no server has.
        unknown_model: Option<UnknownModel>,
    },
    /// The call was refused for a parameter of checks, which the configuration does not set.
    ParameterRefused {
        status: u16,
        parameter: RefusedParameter,
        /// The same call with a wrong key.
        control: Option<CallControl>,
    },
    /// The call was refused, or failed.
    Refused(Box<Verdict>),
}

/// The response to a completed call that was repeated with a wrong key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallControl {
    /// There is no key, so the server does not need one.
    Keyless,
    /// The model responded to the wrong key as well.
    Completed,
    /// The wrong key was refused.
    Refused,
    /// Nothing follows, for this reason.
    Unclear(Reason),
    /// The request budget is exhausted.
    LeftOut,
}

/// The response to a completed call that was repeated for a model that no server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnknownModel {
    /// It was refused, so the server knows the configured model by its name.
    Refused,
    /// It was completed too: the server uses its own model whatever the name.
    Completed,
    /// Nothing follows.
    Unclear,
}

impl CallEvidence {
    /// Whether the call passed the check of the key, if the server has one, as far as the response tells.
    pub(super) const fn reached_model(&self) -> bool {
        matches!(self, Self::Completed { .. } | Self::ParameterRefused { .. })
    }

    /// Whether the configured address refused the call as no API does.
    pub(super) fn finds_no_api(&self) -> bool {
        let is_no_api =
            |verdict: &Verdict| matches!(verdict.reason, Reason::WrongBasePath | Reason::NotAnLlmApi);
        matches!(self, Self::Refused(verdict) if is_no_api(verdict))
    }
}

/// Calls the model, if the check goes as far and the evidence `before` leaves a question open.
pub(super) async fn run(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    before: &Verdict,
    credential: &CredentialEvidence,
) -> CallEvidence {
    budget.release_reserved();
    let provider = &target.provider;
    if !target.will_call_model() || !should_call_model(before) {
        return CallEvidence::NotCalled;
    }
    let Some(url) = provider.family.completion_url(provider) else { return CallEvidence::NotCalled };
    let request = provider.completion_request(&url);
    let keep = usize::from(is_only_key_open(before));
    match complete(budget, provider, &url, request, SentCredential::Configured, keep).await {
        CompletionResult::Completed { status, echo } => {
            CallEvidence::Completed { status, echo, control: None, unknown_model: None }
        }
        CompletionResult::ParameterRefused { status, parameter } => {
            CallEvidence::ParameterRefused { status, parameter, control: None }
        }
        CompletionResult::Refused(response) => {
            let verdict = refusal(target, &url, &response);
            // The negative control of an accepted list, which is still to come, proves more.
            let verdict = if verdict.is_key_open && !credential.is_control_deferred {
                let request = Request::post(url, &request.body());
                no_key_control::judge(budget, target, verdict, &response, &request).await
            } else {
                verdict
            };
            CallEvidence::Refused(Box::new(verdict))
        }
        CompletionResult::Failed(error) => CallEvidence::Refused(Box::new(Verdict::from_error(error))),
    }
}

/// Whether a list was answered that contains the model, and only whether the server checks keys is open.
fn is_only_key_open(before: &Verdict) -> bool {
    let is_unknown = matches!(before.credential, CredentialVerdict::NotVerified { .. });
    is_unknown && before.reason == Reason::Ok && before.model == ModelVerdict::Verified
}

/// Whether a call may reveal more. Models may be callable even where a list is missing.
fn should_call_model(before: &Verdict) -> bool {
    let is_elsewhere = before.notes.iter().any(|note| note.is_elsewhere());
    let may_reveal = matches!(
        before.reason,
        Reason::Ok
            | Reason::AuthNotEnforced
            | Reason::Depth
            | Reason::Budget
            | Reason::ModelNotFound
            | Reason::UnexpectedAnswer
            | Reason::WrongBasePath
            | Reason::NotAnLlmApi
            | Reason::KeyRestrictedScope
            | Reason::NoPermission
            | Reason::RateLimited
    );
    // One request was reserved for this.
    let is_server_up = before.http_status.is_some() || before.reason == Reason::Budget;
    may_reveal && is_server_up && !is_elsewhere && before.credential != CredentialVerdict::Rejected
}

/// The verdict of a refused call.
fn refusal(target: &ProbeTarget<'_>, url: &url::Url, response: &Response) -> Verdict {
    let class = target.provider.classify(url, response);
    let stage = class.stage.max(stage_of(class.reason));
    let verdict = Verdict::from_response(class, response);
    Verdict { stage, ..verdict }
}

/// The step at which a call ends that is refused for a reason.
fn stage_of(reason: Reason) -> Stage {
    let is_of_model = matches!(
        reason,
        Reason::ModelNotFound
            | Reason::ModelNoAccess
            | Reason::ModelNeedsInferenceProfile
            | Reason::ModelWrongApi
            | Reason::DeploymentNotFound
            | Reason::UpstreamKeyRejected
            | Reason::ServerLoading
    );
    if is_of_model {
        Stage::Model
    } else if reason.implied().judges_credential() {
        Stage::Auth
    } else {
        Stage::Http
    }
}

/// Repeats a call that reached the model: with a wrong key if the credential is still unknown, and for a
/// model that no server has if another model responded.
pub(super) async fn confirm(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
    verdict: &Verdict,
    call: CallEvidence,
    known: Known,
) -> CallEvidence {
    let is_key_unknown = matches!(verdict.credential, CredentialVerdict::NotVerified { .. });
    match call {
        CallEvidence::Completed { status, echo, .. } => {
            let control = if is_key_unknown { Some(control(budget, target).await) } else { None };
            let is_model_unknown = verdict.model != ModelVerdict::Verified && echo == ModelEcho::Other;
            let unknown_model = if is_model_unknown && !known.falls_back && budget.remaining() > 0 {
                call_unknown_model(budget, target).await
            } else {
                None
            };
            CallEvidence::Completed { status, echo, control, unknown_model }
        }
        CallEvidence::ParameterRefused { status, parameter, .. } if is_key_unknown => {
            let control = Some(control(budget, target).await);
            CallEvidence::ParameterRefused { status, parameter, control }
        }
        CallEvidence::NotCalled | CallEvidence::ParameterRefused { .. } | CallEvidence::Refused(_) => call,
    }
}

/// Calls a model that no server has. The credential is the configured one, so that only the model differs.
async fn call_unknown_model(
    budget: &mut RequestBudget<'_>,
    target: &ProbeTarget<'_>,
) -> Option<UnknownModel> {
    let provider = &target.provider;
    let url = provider.family.completion_url(provider)?;
    let request = provider.completion_request(&url).with_unknown_model();
    Some(match complete(budget, provider, &url, request, SentCredential::Configured, 0).await {
        CompletionResult::Completed { .. } => UnknownModel::Completed,
        CompletionResult::Refused(response) => {
            let reason = refusal(target, &url, &response).reason;
            let is_of_model = stage_of(reason) == Stage::Model && reason != Reason::ServerLoading;
            let is_absence = reason == Reason::UnexpectedAnswer && response.status == 404;
            if is_of_model || is_absence { UnknownModel::Refused } else { UnknownModel::Unclear }
        }
        CompletionResult::ParameterRefused { .. } | CompletionResult::Failed(_) => UnknownModel::Unclear,
    })
}

async fn control(budget: &mut RequestBudget<'_>, target: &ProbeTarget<'_>) -> CallControl {
    let provider = &target.provider;
    if provider.auth.is_none() {
        return CallControl::Keyless;
    }
    let url = provider.family.completion_url(provider).filter(|_| budget.remaining() > 0);
    let Some(url) = url else { return CallControl::LeftOut };
    let request = provider.completion_request(&url);
    match complete(budget, provider, &url, request, SentCredential::Wrong, 0).await {
        CompletionResult::Completed { .. } => CallControl::Completed,
        CompletionResult::Refused(response) => {
            let refusal = refusal(target, &url, &response);
            // Some servers refuse a key in unknown words; what counts is that they accepted the other key.
            let is_refusal = response.may_refuse_key() && may_concern_key(refusal.reason);
            let is_rejected = refusal.reason.implied() == llm_config_providers::Implied::Rejected;
            if is_rejected || is_refusal {
                CallControl::Refused
            } else {
                CallControl::Unclear(refusal.reason)
            }
        }
        CompletionResult::ParameterRefused { .. } | CompletionResult::Failed(_) => {
            CallControl::Unclear(Reason::UnexpectedAnswer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stage_of_reason_is_the_last_step_of_the_call() {
        for (reason, stage) in [
            (Reason::BadKey, Stage::Auth),
            (Reason::RateLimited, Stage::Auth),
            (Reason::ModelNotFound, Stage::Model),
            (Reason::NotAnLlmApi, Stage::Http),
            (Reason::ProviderDown, Stage::Http),
        ] {
            assert_eq!(stage_of(reason), stage, "{reason:?}");
        }
    }
}
