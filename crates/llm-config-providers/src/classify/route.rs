//! Errors that name the route of a request.

use super::class::ResponseClass;
use super::context::ResponseContext;
use super::{codes, rule, words};
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

/// Whether the message contains the path of the request or its end, and nothing about a model besides. A
/// gateway may cut the beginning off.
fn names_path(response: &Response, context: &ResponseContext<'_>) -> bool {
    let path = context.url.path().trim_end_matches('/').to_lowercase();
    let message = &response.error().message;
    let is_of_model = context.model.is_some_and(|model| path.contains(&model.to_lowercase()));
    let mut ends = path.match_indices('/').map(|(at, _)| &path[at..]).filter(|end| end.len() > 1);
    let named = ends.find(|end| message.contains(end));
    !is_of_model && named.is_some_and(|end| !message.replace(end, "").contains("model"))
}
