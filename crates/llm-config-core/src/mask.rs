//! What may be shown of a secret: at most its last four characters, and only of long values.

use std::fmt;

use crate::secret::Secret;

const STARS: &str = "****";

/// How many characters of a long secret are shown.
const SHOWN: usize = 4;

/// The length in characters from which the end of a secret is shown: what is shown must leave
/// too much to guess.
const LONG: usize = 12;

/// The shown form of a secret: `****` and, for a secret of at least 12 characters, its last four.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask(String);

impl Mask {
    /// The mask of `secret`.
    #[must_use]
    pub fn of(secret: &Secret) -> Self {
        let characters: Vec<char> = secret.expose().chars().collect();
        let shown = if characters.len() < LONG { &[] } else { &characters[characters.len() - SHOWN..] };
        // Outer white space is easily lost, and a mask must be known again as one.
        let shown: String =
            shown.iter().map(|&c| if c.is_control() || c.is_whitespace() { '?' } else { c }).collect();
        Self(format!("{STARS}{shown}"))
    }

    /// Reads a mask back from where it was kept; `None` for anything else, which might be more
    /// than may be shown.
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

/// Whether `text` is of the form that [`Mask`] prints, or consists of masking characters only.
pub(crate) fn is_mask(text: &str) -> bool {
    let text = text.trim();
    let is_ours = text.strip_prefix(STARS).is_some_and(|shown| matches!(shown.chars().count(), 0 | SHOWN));
    let is_blind = !text.is_empty() && text.chars().all(|c| matches!(c, '*' | '•' | '●' | '…'));
    is_ours || is_blind
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(secret: &str, expected: &str) {
        assert_eq!(Mask::of(&Secret::new(secret.to_owned()).unwrap()).as_str(), expected);
    }

    #[test]
    fn only_long_values_show_their_end() {
        check("12345678901", "****");
        check("123456789012", "****9012");
        check("sk-abcdefghijklmnop", "****mnop");
    }

    #[test]
    fn the_end_is_counted_in_characters_and_stays_printable() {
        check("ééééééééééé\n", "****ééé?");
        check("abcdefghijkl ", "****jkl?");
    }
}
