//! The text of a token: generated and parsed here, never stored.

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use crate::random;

/// The beginning of every token.
const MARKER: &str = "gm_";

/// The length of the part of a token that may be displayed: the marker and 8 of its 52 characters (40 of 256
/// bits).
const PREFIX_LENGTH: usize = MARKER.len() + 8;

/// The longest accepted text, in bytes.
const MAX_LENGTH: usize = 255;

/// A complete token. It authenticates its holder, so it has no `Display` and a `Debug` without content.
pub struct TokenText(Zeroizing<String>);

impl TokenText {
    /// Generates a token of 256 random bits.
    #[must_use]
    pub fn generate() -> Self {
        let encoded = Zeroizing::new(BASE32_NOPAD.encode(random::key().as_ref()));
        Self(Zeroizing::new(format!("{MARKER}{}", encoded.to_lowercase())))
    }

    /// Parses a presented token, regardless of case; `None` for a text that cannot be a token.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_candidate = text.len() <= MAX_LENGTH && text.len() > PREFIX_LENGTH && text.is_ascii();
        let lower = is_candidate.then(|| Zeroizing::new(text.to_ascii_lowercase()))?;
        lower.starts_with(MARKER).then_some(Self(lower))
    }

    /// The token's text, to be displayed once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The part that is stored and displayed.
    pub(super) fn prefix(&self) -> &str {
        &self.0[..PREFIX_LENGTH]
    }
}

impl std::fmt::Debug for TokenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenText(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_generated_token_in_upper_case_yields_the_same_token() {
        let token = TokenText::generate();
        assert_eq!(token.expose().len(), MARKER.len() + 52);
        let upper_case = TokenText::parse(&token.expose().to_uppercase()).unwrap();
        assert_eq!(upper_case.expose(), token.expose());
        assert_eq!(format!("{token:?}"), "TokenText(****)");
    }

    #[test]
    fn parse_text_that_cannot_be_a_token_is_none() {
        for bad in ["", "gm_", "gm_aaaaaaaa", "sk-aaaaaaaaaaaaaaaaaaaaaaaaa", "gm_ééééééééééééé"]
        {
            assert!(TokenText::parse(bad).is_none(), "{bad}");
        }
        assert!(TokenText::parse(&format!("gm_{}", "a".repeat(1000))).is_none());
    }
}
