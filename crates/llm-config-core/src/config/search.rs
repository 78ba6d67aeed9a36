//! The search for a part of a configuration's name, model or host.
//!
//! Both sides of a comparison are folded here, because databases differ in the letters whose case they know.

use std::str::FromStr;

use crate::endpoint::Endpoint;
use crate::text::{Case, TextError, TextRule, skeleton};

/// Separates the parts of a searchable text. No term contains it, so no term matches the end of one part
/// together with the beginning of the next.
const SEPARATOR: &str = "\u{1f}";

/// The text in which a configuration is searched: name, model and host, folded. The host is there as it is
/// called and, if it was written otherwise, as it was written.
#[must_use]
pub fn search_text(name: &str, model: Option<&str>, endpoint: Option<&Endpoint>) -> String {
    let called = endpoint.and_then(|endpoint| endpoint.url().host_str().map(fold));
    let written =
        endpoint.map(|endpoint| fold(written_host(endpoint))).filter(|host| Some(host) != called.as_ref());
    let parts = [Some(fold(name)), model.map(fold), called, written];
    parts.into_iter().flatten().collect::<Vec<_>>().join(SEPARATOR)
}

/// The host as the user wrote it: of `https://Bücher.example:8443/v1` it is `Bücher.example`.
fn written_host(endpoint: &Endpoint) -> &str {
    let rest = endpoint.as_str().split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let port = authority.rfind(':').filter(|&colon| !authority[colon..].contains(']'));
    port.map_or(authority, |colon| &authority[..colon])
}

fn fold(text: &str) -> String {
    skeleton(text, Case::Folded)
}

/// A text to search for: 1 to 255 characters, compared without regard to case, to the width and composition
/// of letters, to invisible characters and to the amount of white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerm(String);

impl SearchTerm {
    /// The maximum length in characters.
    pub const LIMIT: usize = 255;

    const RULE: TextRule = TextRule { limit: Self::LIMIT, multi_line: false, keep_outer_space: false };

    /// The form that is part of the [`search_text`] of every configuration that matches.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.0
    }
}

impl FromStr for SearchTerm {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        // The rule of stored texts: a term may be copied from a row of an earlier version.
        let folded = fold(&Self::RULE.check_stored(text)?);
        if folded.is_empty() { Err(TextError::Blank) } else { Ok(Self(folded)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(term: &str, name: &str, model: Option<&str>, endpoint: &str, expected: bool) {
        let text = search_text(name, model, Some(&Endpoint::from_stored(endpoint).unwrap()));
        let term: SearchTerm = term.parse().unwrap();
        assert_eq!(text.contains(term.folded()), expected, "{term:?} in {text:?}");
    }

    #[test]
    fn term_matches_part_of_name_model_and_host_without_case() {
        let of = |term, expected| {
            check(term, "Support Bot", Some("gpt-4o-mini"), "https://API.openai.com:8443/Path?a=b", expected);
        };
        for term in ["support", "T B", "GPT-4O", "api.OpenAI", "mini", " bot ", "support  bot", "\u{ff27}pt"]
        {
            of(term, true);
        }
        for term in ["path", "8443", "https", "botgpt", "bot gpt", "a=b", "%", "_"] {
            of(term, false);
        }
    }

    #[test]
    fn term_matches_international_host_as_written_and_as_called() {
        for term in ["b\u{dc}cher", "xn--bcher-kva"] {
            check(term, "n", None, "http://b\u{fc}cher.example:80/v1", true);
        }
        check("::1", "n", None, "http://[::1]:80/v1", true);
        check("80", "n", None, "http://[::1]:80/v1", false);
    }

    #[test]
    fn term_matches_letters_whose_case_sqlite_and_postgresql_do_not_know() {
        for (term, name) in [
            ("STRASSE", "Stra\u{df}e"),
            ("\u{c9}TUDE", "e\u{301}tude"),
            ("\u{39f}\u{3a3}", "\u{3bf}\u{3c2}\u{3b1}"),
            ("\u{418}\u{418}", "\u{438}\u{438}"),
            ("prod", "Pro\u{200b}d"),
        ] {
            check(term, name, None, "https://h", true);
        }
    }

    #[test]
    fn parse_of_blank_long_or_control_text_is_rejected() {
        assert_eq!(" ".parse::<SearchTerm>(), Err(TextError::Blank));
        assert_eq!("\u{200b}".parse::<SearchTerm>(), Err(TextError::Blank));
        assert_eq!("a\u{1f}b".parse::<SearchTerm>(), Err(TextError::Control('\u{1f}')));
        assert!("a".repeat(255).parse::<SearchTerm>().is_ok());
        assert!(matches!("a".repeat(256).parse::<SearchTerm>(), Err(TextError::TooLong { .. })));
    }
}
