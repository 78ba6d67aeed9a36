//! The mask of a secret: at most its last four characters, and only if the secret is long.

use std::fmt;

const STARS: &str = "****";

/// The number of trailing characters in the mask of a long secret.
const TAIL: usize = 4;

/// The length in characters from which a mask contains the tail. A shorter secret could be guessed from it.
const LONG: usize = 12;

/// The displayed form of a secret: `****` and, for a secret of at least 12 characters, its last four.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask(String);

impl Mask {
    /// The mask of a secret text.
    pub(super) fn of_text(secret: &str) -> Self {
        let characters: Vec<char> = secret.chars().collect();
        let tail = if characters.len() < LONG { &[] } else { &characters[characters.len() - TAIL..] };
        // Clients trim outer white space, and a trimmed mask would no longer be recognised as a mask.
        let tail: String =
            tail.iter().map(|&c| if c.is_control() || c.is_whitespace() { '?' } else { c }).collect();
        Self(format!("{STARS}{tail}"))
    }

    /// Parses a stored mask; `None` for any other text, which might contain more of a secret.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_mask(text).then(|| Self(text.to_owned()))
    }

    /// The mask's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `text` has the form of a [`Mask`], or consists of masking characters only.
pub(super) fn is_mask(text: &str) -> bool {
    let text = text.trim();
    let has_form = text.strip_prefix(STARS).is_some_and(|tail| matches!(tail.chars().count(), 0 | TAIL));
    let is_masking = !text.is_empty() && text.chars().all(|c| matches!(c, '*' | '•' | '●' | '…'));
    has_form || is_masking
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(secret: &str, expected: &str) {
        assert_eq!(Mask::of_text(secret).as_str(), expected);
    }

    #[test]
    fn mask_of_short_secret_has_no_tail() {
        check("12345678901", "****");
        check("123456789012", "****9012");
        check("sk-abcdefghijklmnop", "****mnop");
    }

    #[test]
    fn mask_of_unprintable_tail_replaces_characters() {
        check("ééééééééééé\n", "****ééé?");
        check("abcdefghijkl ", "****jkl?");
    }
}
