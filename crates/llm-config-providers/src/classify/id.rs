//! Ids of models in messages, as whole words.

/// The shortest id that is looked for in messages; a single letter is a word of its own.
const SHORTEST: usize = 2;

/// Where a text contains an id as a whole word.
pub(super) fn positions(text: &str, id: &str) -> Vec<usize> {
    if id.len() < SHORTEST {
        return Vec::new();
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let is_whole = |at: &usize| {
        let (before, after) = (&text[..*at], &text[at + id.len()..]);
        let mut rest = after.chars();
        let continues = match rest.next() {
            // The end of a sentence, or the rest of a longer id.
            Some('.' | ':' | '/') => rest.next().is_some_and(is_part),
            next => next.is_some_and(is_part),
        };
        !continues && !before.ends_with(|c| is_part(c) || c == '.')
    };
    text.match_indices(id).map(|(at, _)| at).filter(is_whole).collect()
}

/// A text without an id.
pub(super) fn without(text: &str, id: &str) -> String {
    let (mut rest, mut end) = (String::with_capacity(text.len()), 0);
    for at in positions(text, id) {
        rest.push_str(&text[end..at]);
        end = at + id.len();
    }
    rest + &text[end..]
}

#[cfg(test)]
mod tests {
    use super::{positions, without};

    #[track_caller]
    fn check(text: &str, id: &str, expected: &str) {
        assert_eq!(without(text, id), expected, "{id} in {text}");
        assert_eq!(positions(text, id).is_empty(), text == expected, "{id} in {text}");
    }

    #[test]
    fn id_is_found_as_a_whole_word_only() {
        check("the model 'gpt-4' is gone", "gpt-4", "the model '' is gone");
        check("no models/gpt-4.", "gpt-4", "no models/.");
        check("model gpt-4: unknown gpt-4", "gpt-4", "model : unknown ");
        for text in [
            "the model gpt-4.1 is gone",
            "the model gpt-4-turbo is gone",
            "the model my-gpt-4 is gone",
            "gpt-4:free is gone",
        ] {
            check(text, "gpt-4", text);
        }
        check("a model", "a", "a model");
    }

    #[test]
    fn without_many_ids_is_made_in_linear_time() {
        let text = "gpt-4 é ".repeat(100_000);
        assert_eq!(without(&text, "gpt-4"), " é ".repeat(100_000));
    }
}
