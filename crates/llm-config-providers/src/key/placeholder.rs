//! Placeholders of examples, and names of environment variables, in the place of a key. They are stored,
//! because the documented requests of both APIs contain some, and never sent.

use crate::key::KeyFault;

/// Words for "your", and for what else an example asks of its reader.
const REQUESTS: &[&str] = &[
    "your", "insert", "enter", "replace", "paste", "votre", "dein", "deinen", "ihr", "tu", "sua", "seu",
    "jouw",
];

/// Words for a key.
const KEYS: &[&str] = &[
    "key",
    "keys",
    "apikey",
    "token",
    "secret",
    "credential",
    "credentials",
    "cle",
    "clave",
    "chave",
    "schluessel",
    "sleutel",
];

/// Words for "here".
const HERE: &[&str] = &["here", "ici", "hier", "aqui"];

/// Texts of one product: `LibreChat` (danny-avila/LibreChat, `AuthKeys`).
const SENTINELS: &[&str] = &["user_provided"];

/// The ends of the names of variables for keys.
const VARIABLES: &[&str] =
    &["API_KEY", "_API_TOKEN", "_AUTH_TOKEN", "_ACCESS_TOKEN", "_ACCESS_KEY", "_SECRET_KEY", "HF_TOKEN"];

/// The placeholder or name that is no key, if `text` is one.
pub(super) fn recognise(text: &str) -> Option<KeyFault> {
    if is_placeholder(text) {
        Some(KeyFault::Placeholder)
    } else {
        is_name_of_variable(text).then_some(KeyFault::VariableName)
    }
}

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_in_brackets = text.starts_with('<') && text.ends_with('>');
    is_in_brackets || SENTINELS.contains(&lower.as_str()) || is_request(&lower) || is_filled(&lower)
}

/// `your-api-key`, `sk-your-key`, `YOUR_OPENAI_API_KEY_HERE`, `key-here`. Every word is made of letters, so
/// that no random text is meant.
fn is_request(lower: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let words: Vec<&str> = lower.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).collect();
    let is_text = words.len() <= 10 && words.iter().all(|word| word.chars().all(|c| c.is_ascii_alphabetic()));
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let joined = ["yourapikey", "yourkey", "yourtoken", "yoursecret", "apikeyhere", "keyhere"];
    is_text
        && (has(KEYS) && (has(REQUESTS) || has(HERE))
            || joined.iter().any(|text| words.concat().contains(text)))
}

/// `sk-xxxx`, `AIzaXXXX`, `gsk_xxxxxxxx`: a short beginning and nothing but `x`, or eight `x` in a row.
fn is_filled(lower: &str) -> bool {
    let beginning = lower.trim_end_matches(['x', '-', '_']);
    let filler = lower.len() - beginning.len();
    let is_short = beginning.len() <= 13 && lower.ends_with("xxxx");
    is_short && filler >= 4 || lower.contains("xxxxxxxx")
}

fn is_name_of_variable(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(is_name)
        && VARIABLES.iter().any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: Option<KeyFault>, texts: &[&str]) {
        for text in texts {
            assert_eq!(recognise(text), expected, "{text:?}");
        }
    }

    #[test]
    fn recognise_names_placeholders() {
        check(
            Some(KeyFault::Placeholder),
            &["<YOUR_API_KEY>", "<token>", "YOUR_API_KEY", "your-api-key-here"],
        );
        check(
            Some(KeyFault::Placeholder),
            &["sk-your-api-key-here", "yourapikey", "insert-key-here", "sk-your-key"],
        );
        check(
            Some(KeyFault::Placeholder),
            &["sk-xxxx", "sk-proj-xxxxxxxxxxxx", "AIzaSyXXXXXXXX", "gsk_xxxx"],
        );
        check(Some(KeyFault::Placeholder), &["[YOUR_KEY]", "votre-cle-api", "dein-api-key", "user_provided"]);
        check(
            Some(KeyFault::Placeholder),
            &["your_openai_api_key", "YOUR-KEY", "{your-api-key}", "api-key-here"],
        );
    }

    #[test]
    fn recognise_names_variables() {
        check(
            Some(KeyFault::VariableName),
            &["OPENAI_API_KEY", "ANTHROPIC_AUTH_TOKEN", "API_KEY", "HF_TOKEN"],
        );
    }

    #[test]
    fn recognise_leaves_words_for_servers_without_a_check_alone() {
        check(
            None,
            &["sk-xxx", "xxx", "none", "no-key", "ollama", "EMPTY", "not-needed", "sk-no-key-required"],
        );
        check(
            None,
            &["my-secret-key", "sk-1234", "changeme", "token-abc123", "dummy-key", "MASTER_KEY", "here"],
        );
        check(None, &["sk-proj-AbxxXq0your1key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"]);
    }
}
