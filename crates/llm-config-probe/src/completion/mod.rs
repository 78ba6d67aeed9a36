//! The completion requests of a check: the smallest request that a model completes, with corrections of
//! its parameters.
//!
//! Most such requests that fail at working configurations fail because of optional members. So the request
//! has almost none, and a parameter is changed where it is refused.

#[cfg(test)]
mod tests;

use llm_config_providers::{
    CompletionOutcome, CompletionRequest, ModelEcho, ProviderTarget, RefusedParameter, Request, Response,
    SentCredential,
};
use url::Url;

use crate::budget::{ProbeError, RequestBudget};

/// The result of a completion request, corrections included.
pub(crate) enum CompletionResult {
    /// The model responded, or was stopped by the output limit alone.
    Completed {
        /// The status of the response.
        status: u16,
        /// The model in the response.
        echo: ModelEcho,
    },
    /// The request was refused for a parameter of checks, which the configuration does not set.
    ParameterRefused {
        /// The status of the response.
        status: u16,
        /// The parameter.
        parameter: RefusedParameter,
    },
    /// The provider refused the request.
    Refused(Box<Response>),
    /// There was no response.
    Failed(ProbeError),
}

/// Sends `first` to `url`. It is sent again if a parameter is refused, as long as the check has requests
/// left: each parameter is changed once. `keep` is the number of requests that are left to the control, if
/// the model states that it only streams: it responds then, and only the credential is open.
pub(crate) async fn complete(
    budget: &mut RequestBudget<'_>,
    target: &ProviderTarget<'_>,
    url: &Url,
    first: CompletionRequest<'_>,
    sent: SentCredential,
    keep: usize,
) -> CompletionResult {
    let mut request = first;
    loop {
        let response = match send(budget, target, url, &request, sent).await {
            Ok(response) => response,
            Err(error) => return CompletionResult::Failed(error),
        };
        let outcome = CompletionOutcome::new(&request, &response);
        let only_streams = CompletionOutcome::ParameterRefused(RefusedParameter::NotStreamed);
        let kept = if outcome == only_streams { keep } else { 0 };
        match request.corrected(outcome, first.limit).filter(|_| budget.remaining() > kept) {
            Some(corrected) => request = corrected,
            None => return result(outcome, response),
        }
    }
}

async fn send(
    budget: &mut RequestBudget<'_>,
    target: &ProviderTarget<'_>,
    url: &Url,
    request: &CompletionRequest<'_>,
    sent: SentCredential,
) -> Result<Response, ProbeError> {
    let tokens = request.limit.tokens;
    let before = budget.remaining();
    let request = Request::post(url.clone(), &request.body());
    let response = budget.send_authenticated(target, &request, sent).await;
    // A repeated request counts twice, a request that was not allowed not at all.
    for _ in budget.remaining()..before {
        budget.may_generate(tokens);
    }
    response
}

fn result(outcome: CompletionOutcome, response: Response) -> CompletionResult {
    match outcome {
        CompletionOutcome::Completed(echo) => CompletionResult::Completed { status: response.status, echo },
        CompletionOutcome::ParameterRefused(parameter) => {
            CompletionResult::ParameterRefused { status: response.status, parameter }
        }
        CompletionOutcome::ServerError | CompletionOutcome::Refused => {
            CompletionResult::Refused(Box::new(response))
        }
    }
}

/// What a refused parameter leaves open. The sentence names what the provider stated, and nothing else.
pub(crate) const fn hint(parameter: RefusedParameter) -> &'static str {
    match parameter {
        RefusedParameter::LimitName => {
            "The call was refused only for the output limit that this server sets: the provider does not \
             know its name."
        }
        RefusedParameter::LimitSize { .. } => {
            "The call was refused only for the output limit that this server sets: the provider demands a \
             higher one."
        }
        RefusedParameter::LimitTooLarge => {
            "The call was refused only for the output limit that this server sets: the provider demands a \
             lower one."
        }
        RefusedParameter::LimitBelowThinking => {
            "The call was refused only for the output limit that this server sets: it is below the model's \
             budget for thinking."
        }
        RefusedParameter::NotStreamed => {
            "The call was refused only because it was not streamed: the model responds to streamed calls \
             only."
        }
        RefusedParameter::StreamName => {
            "The call was refused only for its member `stream`, which the provider does not know."
        }
        RefusedParameter::SystemMissing => {
            "The call was refused only because it has no system message, which the model demands."
        }
    }
}
