//! Placeholders of examples, and names of environment variables, in the place of a key. They are stored,
//! because the documented requests of both APIs contain some, and never sent.

use crate::key::KeyFault;

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

/// Other placeholders, such as `your-api-key`, are sent: servers that check no keys accept them.
fn is_placeholder(text: &str) -> bool {
    let is_in_brackets = text.starts_with('<') && text.ends_with('>');
    is_in_brackets || SENTINELS.contains(&text.to_ascii_lowercase().as_str())
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
        check(Some(KeyFault::Placeholder), &["<YOUR_API_KEY>", "<token>", "user_provided"]);
    }

    #[test]
    fn recognise_names_variables() {
        check(
            Some(KeyFault::VariableName),
            &["OPENAI_API_KEY", "ANTHROPIC_AUTH_TOKEN", "API_KEY", "HF_TOKEN", "YOUR_API_KEY"],
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
        check(None, &["your-api-key", "sk-your-key", "sk-xxxx", "key-here"]);
        check(None, &["sk-proj-AbxxXq0your1key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"]);
    }
}
