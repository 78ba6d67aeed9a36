//! The texts of cookies and login links: 256 random bits behind a marker, shown once and stored as a keyed
//! hash.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use crate::keys::token_key::TokenKey;
use crate::random;
use crate::tokens::HashedToken;

/// The number of characters of 256 bits in base32.
const ENCODED_LENGTH: usize = 52;

/// Declares the type of a text. Its marker is its own, so that no text can be taken for one of another kind,
/// nor for an access token.
macro_rules! secret_text {
    ($(#[$docs:meta])* $name:ident, $marker:literal) => {
        $(#[$docs])*
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Generates a new text.
            #[must_use]
            pub fn generate() -> Self {
                Self(generate($marker))
            }

            /// Parses a presented text; `None` if it cannot be one of this kind.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                parse($marker, text).map(Self)
            }

            /// The text, for the cookie or the link.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(****)"))
            }
        }
    };
}

secret_text! {
    /// The cookie of a session. It authenticates its user, so it has no `Display` and a `Debug` without
    /// content.
    SessionText, "gs_"
}

secret_text! {
    /// The code of a login link. Like a cookie, it is never printed by accident.
    LoginCode, "gl_"
}

impl SessionText {
    /// The text in the form in which the database has it. Nothing displays a part of a cookie, so the prefix,
    /// by which the row is found, is a part of the hash.
    pub(crate) fn hashed(&self, key: &TokenKey) -> HashedToken {
        let hash = key.hash(&self.0);
        let prefix = format!("session:{}", BASE32_NOPAD.encode(&hash[..5]).to_lowercase());
        HashedToken { prefix, hash }
    }
}

impl LoginCode {
    pub(super) fn hash(&self, key: &TokenKey) -> Vec<u8> {
        key.hash(&self.0).to_vec()
    }
}

fn generate(marker: &str) -> Zeroizing<String> {
    let encoded = Zeroizing::new(BASE32_NOPAD.encode(random::key().as_ref()));
    let mut text = Zeroizing::new(format!("{marker}{}", *encoded));
    text.make_ascii_lowercase();
    text
}

fn parse(marker: &str, text: &str) -> Option<Zeroizing<String>> {
    let encoded = text.strip_prefix(marker)?;
    let has_form = encoded.len() == ENCODED_LENGTH
        && encoded.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
    has_form.then(|| Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_generated_text_yields_the_same_text_of_its_kind_only() {
        let (cookie, code) = (SessionText::generate(), LoginCode::generate());
        assert_eq!(SessionText::parse(cookie.expose()).unwrap().expose(), cookie.expose());
        assert_eq!(LoginCode::parse(code.expose()).unwrap().expose(), code.expose());
        assert!(SessionText::parse(code.expose()).is_none() && LoginCode::parse(cookie.expose()).is_none());
        assert_eq!(format!("{cookie:?} {code:?}"), "SessionText(****) LoginCode(****)");
    }

    #[test]
    fn parse_text_of_other_form_is_none() {
        let cookie = SessionText::generate();
        let text = cookie.expose();
        for bad in ["", "gs_", &text[1..], &text[..54], &format!("{text}a"), &text.to_uppercase()] {
            assert!(SessionText::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn hashed_text_shows_no_part_of_the_cookie() {
        let cookie = SessionText::generate();
        let HashedToken { prefix, hash } = cookie.hashed(&TokenKey::new(&[7; 32]));
        assert!(prefix.starts_with("session:") && prefix.len() == 16, "{prefix}");
        assert!(!prefix.contains(&cookie.expose()[3..8]));
        assert_ne!(hash.as_slice(), SessionText::generate().hashed(&TokenKey::new(&[7; 32])).hash);
    }
}
