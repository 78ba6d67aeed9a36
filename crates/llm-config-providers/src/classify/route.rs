//! Errors that name the route of a request.

use super::context::ResponseContext;
use super::{ResponseClass, codes, rule, words};
use crate::reason::Reason;
use crate::response::Response;

/// The class of an error that says that the server has no such route.
pub(super) fn classify(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    rule::by_code(codes::ROUTES, response, context)
        .or_else(|| rule::by_words(words::ROUTES, response, context))
        .or_else(|| {
            let is_named = matches!(response.status, 404 | 405) && names_path(response, context);
            is_named.then(|| ResponseClass::absent(Reason::WrongBasePath))
        })
}

/// Whether the message contains the path of the request, and nothing about a model besides.
fn names_path(response: &Response, context: &ResponseContext<'_>) -> bool {
    let path = context.url.path().trim_end_matches('/').to_lowercase();
    let message = &response.error().message;
    let is_of_model = context.model.is_some_and(|model| path.contains(&model.to_lowercase()));
    path.len() > 1 && !is_of_model && message.contains(&path) && !message.replace(&path, "").contains("model")
}
