//! The root below which the routes of a dialect lie.

use super::CallRoute;
use crate::api_root::ApiRoot;
use crate::completion::{Operation, request_paths};

/// The root below which the routes of a dialect lie.
pub(crate) struct DialectRoot {
    api: ApiRoot,
    /// The route of `OpenAI`'s dialect that lies at the stored URL of completions.
    stored_route: Option<CallRoute>,
}

impl DialectRoot {
    /// The dialect's root at that of an API.
    pub(crate) fn new(api: ApiRoot) -> Self {
        Self { stored_route: stored_route(&api), api }
    }

    pub(crate) const fn api(&self) -> &ApiRoot {
        &self.api
    }

    pub(crate) fn is_stored(&self, route: CallRoute) -> bool {
        self.stored_route == Some(route)
    }
}

/// The route that a stored path names, or chat completions where it names no known request. `None` for other
/// requests.
fn stored_route(api: &ApiRoot) -> Option<CallRoute> {
    let url = api.completion_url();
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let Some(found) = request_paths::find_compatible(&segments) else {
        return Some(CallRoute::ChatCompletions);
    };
    match found.operation() {
        Some(Operation::ChatCompletions) => Some(CallRoute::ChatCompletions),
        Some(Operation::Completions) => Some(CallRoute::Completions),
        Some(Operation::Responses) => Some(CallRoute::Responses),
        Some(
            Operation::Messages
            | Operation::OllamaChat
            | Operation::OllamaGenerate
            | Operation::GenerateContent
            | Operation::Converse,
        ) => None,
        None => found.is_embeddings().then_some(CallRoute::Embeddings),
    }
}
