//! Errors that name the requested model.

use super::ResponseClass;
use super::context::ResponseContext;
use super::words::PARAMETERS;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

/// The shortest id that is looked for in messages; a single letter is a word of its own.
const SHORTEST: usize = 2;

/// The class of an error that names the requested model, or the parameter `model`, and no other parameter.
pub(super) fn classify(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    let error = response.error();
    let model = context.model?;
    let is_refusal = matches!(response.effective_status(), 400 | 404 | 410 | 422);
    let is_named = names(&error.message, &model.to_lowercase()) || error.param == "model";
    let is_about_model = is_refusal && is_named && !error.contains_any(PARAMETERS);
    is_about_model.then(|| ResponseClass::new(Reason::ModelNotFound, Stage::Model))
}

/// Whether a text contains the id as a whole word.
fn names(text: &str, id: &str) -> bool {
    if id.len() < SHORTEST {
        return false;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    text.match_indices(id).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + id.len()..]);
        let mut rest = after.chars();
        let continues = match rest.next() {
            // The end of a sentence, or the rest of a longer id.
            Some('.' | ':' | '/') => rest.next().is_some_and(is_part),
            next => next.is_some_and(is_part),
        };
        !continues && !before.ends_with(|c| is_part(c) || c == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_of_whole_id_only() {
        assert!(names("the model 'gpt-4' is gone", "gpt-4"));
        assert!(names("no models/gpt-4.", "gpt-4"));
        assert!(names("model gpt-4: unknown", "gpt-4"));
        assert!(!names("the model gpt-4.1 is gone", "gpt-4"));
        assert!(!names("the model gpt-4-turbo is gone", "gpt-4"));
        assert!(!names("the model my-gpt-4 is gone", "gpt-4"));
        assert!(!names("gpt-4:free is gone", "gpt-4"));
        assert!(!names("a model", "a"));
    }
}
