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
    let is_of_model = context.model.is_some_and(|model| is_path_of_model(&path, &model.to_lowercase()));
    let mut ends = path.match_indices('/').map(|(at, _)| &path[at..]).filter(|end| end.len() > 1);
    let named = ends.find(|end| message.contains(end));
    !is_of_model && named.is_some_and(|end| !message.replace(end, "").contains("model"))
}

/// Segments of paths that a model's id follows.
const BEFORE_MODEL: &[&str] = &["/model/", "/models/", "/deployments/", "/engines/", "/serving-endpoints/"];

/// Whether a path contains the id of a model, as whole segments where an API has it.
fn is_path_of_model(path: &str, model: &str) -> bool {
    let path = path.replace("%2f", "/").replace("%3a", ":");
    let is_model = |rest: &str| {
        let after = rest.strip_prefix(model.strip_prefix("models/").unwrap_or(model));
        after.is_some_and(|after| after.is_empty() || after.starts_with(['/', ':']))
    };
    let starts =
        |segment: &&str| path.match_indices(*segment).any(|(at, _)| is_model(&path[at + segment.len()..]));
    !model.is_empty() && BEFORE_MODEL.iter().any(starts)
}

#[cfg(test)]
mod tests {
    use super::is_path_of_model;

    #[test]
    fn model_is_found_in_a_path_only_where_an_api_has_it() {
        for (path, model) in [
            ("/v1beta/models/gemini-x:generatecontent", "gemini-x"),
            ("/v1beta/models/gemini-x:generatecontent", "models/gemini-x"),
            ("/v1/models/acme/gpt-x", "acme/gpt-x"),
            ("/v1/models/acme%2fgpt-x", "acme/gpt-x"),
            ("/model/us.claude%3a0/converse", "us.claude:0"),
            ("/openai/deployments/mine/chat/completions", "mine"),
        ] {
            assert!(is_path_of_model(path, model), "{model} in {path}");
        }
        for model in ["v1", "chat", "completions", "models", "gpt", ""] {
            assert!(!is_path_of_model("/v1/chat/completions", model), "{model}");
            assert!(!is_path_of_model("/v1/models/gpt-x", model), "{model}");
        }
    }
}
