//! The completion requests of a check: the smallest request that a model completes, with corrections of
//! its output limit.
//!
//! Most such requests that fail at working configurations fail because of optional members. So the request
//! has almost none, and the output limit is changed where it is refused.

#[cfg(test)]
mod tests;

use llm_config_providers::{
    CompletionOutcome, CompletionRequest, ModelEcho, ProviderTarget, Request, Response, SentCredential,
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
    /// The request was accepted, and refused for the output limit of checks.
    LimitRefused,
    /// The provider refused the request.
    Refused(Box<Response>),
    /// There was no response.
    Failed(ProbeError),
}

/// Sends `first` to `url`. It is sent again if its output limit is refused, as long as the check has
/// requests left: once with the limit's other name, once with a higher limit.
pub(crate) async fn complete(
    budget: &mut RequestBudget<'_>,
    target: &ProviderTarget<'_>,
    url: &Url,
    first: CompletionRequest<'_>,
    sent: SentCredential,
) -> CompletionResult {
    let mut request = first;
    loop {
        let response = match send(budget, target, url, &request, sent).await {
            Ok(response) => response,
            Err(error) => return CompletionResult::Failed(error),
        };
        let outcome = CompletionOutcome::new(&request, &response);
        match request.corrected(outcome, first.limit).filter(|_| budget.remaining() > 0) {
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
        CompletionOutcome::LimitNameRefused
        | CompletionOutcome::LimitTooSmall
        | CompletionOutcome::LimitBelowThinking => CompletionResult::LimitRefused,
        CompletionOutcome::ServerError | CompletionOutcome::Refused => {
            CompletionResult::Refused(Box::new(response))
        }
    }
}
