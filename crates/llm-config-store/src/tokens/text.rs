//! The text of a token: generated, or chosen by the operator for the first token. Never stored.

use std::path::Path;

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use crate::keys::token_key::TokenKey;
use crate::private_file::{FileKind, PrivateFileError};
use crate::private_path::Directory;
use crate::random;

/// The beginning of every generated token.
const MARKER: &str = "gm_";

/// The length of a generated token: the marker and 256 bits in base32.
const GENERATED_LENGTH: usize = MARKER.len() + 52;

/// The length of the part of a generated token that may be displayed: the marker and 8 of its 52 characters
/// (40 of 256 bits).
const PREFIX_LENGTH: usize = MARKER.len() + 8;

/// The shortest chosen token, in characters: 128 bits if they are hexadecimal digits.
const MIN_CHOSEN_LENGTH: usize = 32;

/// The longest accepted text, in bytes.
const MAX_LENGTH: usize = 255;

const BOOTSTRAP_FILE: FileKind = FileKind {
    name: "bootstrap token file",
    directory_name: "directory of the bootstrap token file",
    directory: Directory::Mounted,
    is_shared: false,
};

/// A complete token. It authenticates its holder, so it has no `Display` and a `Debug` without content.
pub struct TokenText {
    text: Zeroizing<String>,
    is_generated: bool,
}

/// What the database has of a token.
pub(crate) struct HashedToken {
    pub(crate) prefix: String,
    pub(crate) hash: [u8; 32],
}

/// Why a file does not give the first token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFileError {
    /// Other users could read or change the file, or this program may not read it.
    #[error("{_0}")]
    Permissions(String),
    /// The file does not exist, or its content is not a token.
    #[error("{_0}")]
    Unusable(String),
}

impl TokenText {
    /// Generates a token of 256 random bits.
    #[must_use]
    pub fn generate() -> Self {
        let encoded = Zeroizing::new(BASE32_NOPAD.encode(random::key().as_ref()));
        Self { text: Zeroizing::new(format!("{MARKER}{}", encoded.to_lowercase())), is_generated: true }
    }

    /// Parses a presented token; `None` for a text that cannot be a token. A generated token has no case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_printable || !(MIN_CHOSEN_LENGTH..=MAX_LENGTH).contains(&text.len()) {
            return None;
        }
        let lower = Zeroizing::new(text.to_ascii_lowercase());
        if is_of_generated_form(&lower) {
            return Some(Self { text: lower, is_generated: true });
        }
        Some(Self { text: Zeroizing::new(text.to_owned()), is_generated: false })
    }

    /// Reads the token that the operator chose from a file that no other user may read. A line break at its
    /// end is not part of the token.
    pub fn from_file(path: &Path) -> Result<Self, TokenFileError> {
        let (name, shown) = (BOOTSTRAP_FILE.name, path.display());
        let text = BOOTSTRAP_FILE.read(path).map_err(|error| match error {
            PrivateFileError::Missing(_) => {
                TokenFileError::Unusable(format!("the {name} {shown} does not exist"))
            }
            PrivateFileError::Permissions(reason) => TokenFileError::Permissions(reason),
            PrivateFileError::Unusable(reason) => TokenFileError::Unusable(reason),
        })?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        Self::parse(line.strip_suffix('\r').unwrap_or(line)).ok_or_else(|| {
            TokenFileError::Unusable(format!(
                "the {name} {shown} must have one line of {MIN_CHOSEN_LENGTH} to {MAX_LENGTH} printable \
                 ASCII characters without spaces, such as the output of `openssl rand -hex 32`"
            ))
        })
    }

    /// The token's text, to be displayed once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The token in the form in which the database has it.
    pub(crate) fn hashed(&self, key: &TokenKey) -> HashedToken {
        let hash = key.hash(&self.text);
        HashedToken { prefix: self.prefix(&hash), hash }
    }

    /// The part that is stored and displayed, and by which a token is found: the beginning of a generated
    /// token. The beginning of a chosen one may be most of what is secret in it, so it has the beginning of
    /// its keyed hash in place of that.
    fn prefix(&self, hash: &[u8; 32]) -> String {
        if self.is_generated {
            return self.text[..PREFIX_LENGTH].to_owned();
        }
        format!("preset:{}", BASE32_NOPAD.encode(&hash[..5]).to_lowercase())
    }
}

fn is_of_generated_form(lower: &str) -> bool {
    let encoded = lower.strip_prefix(MARKER).filter(|_| lower.len() == GENERATED_LENGTH);
    encoded.is_some_and(|encoded| encoded.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')))
}

impl std::fmt::Debug for TokenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenText(****)")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const CHOSEN: &str = "Correct-Horse-Battery-Staple-0123456789";

    fn key() -> TokenKey {
        TokenKey::new(&[7; 32])
    }

    #[test]
    fn parse_generated_token_in_upper_case_yields_the_same_token() {
        let token = TokenText::generate();
        assert_eq!(token.expose().len(), GENERATED_LENGTH);
        let upper_case = TokenText::parse(&token.expose().to_uppercase()).unwrap();
        assert_eq!(upper_case.expose(), token.expose());
        assert_eq!(token.hashed(&key()).prefix, token.expose()[..11]);
        assert_eq!(format!("{token:?}"), "TokenText(****)");
    }

    #[test]
    fn parse_chosen_token_keeps_its_case_and_hides_its_beginning() {
        for text in [CHOSEN, &"a".repeat(32), &format!("gm_{}", "a".repeat(30)), &"x".repeat(255)] {
            let token = TokenText::parse(text).unwrap();
            assert_eq!(token.expose(), text);
            let prefix = token.hashed(&key()).prefix;
            assert!(prefix.starts_with("preset:") && prefix.len() == 15, "{prefix}");
            assert!(!prefix.contains(&text[..4]), "{prefix}");
        }
        let lower = TokenText::parse(&CHOSEN.to_lowercase()).unwrap();
        assert_ne!(lower.hashed(&key()).prefix, TokenText::parse(CHOSEN).unwrap().hashed(&key()).prefix);
    }

    #[test]
    fn parse_text_that_cannot_be_a_token_is_none() {
        let long = "a".repeat(256);
        for bad in [
            "",
            "gm_",
            "gm_aaaaaaaa",
            "sk-aaaaaaaaaaaaaaaaaaaaaaaaa",
            &long,
            &"é".repeat(40),
            &"a b".repeat(20),
        ] {
            assert!(TokenText::parse(bad).is_none(), "{bad}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn from_file_with_unsafe_mode_or_content_is_refused() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let read = |content: &str, mode: u32| {
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = TokenText::from_file(&path).map(|token| token.expose().to_owned());
            fs::remove_file(&path).unwrap();
            read
        };
        for (content, mode) in
            [(CHOSEN.to_owned(), 0o600), (format!("{CHOSEN}\n"), 0o400), (format!("{CHOSEN}\r\n"), 0o440)]
        {
            assert_eq!(read(&content, mode).as_deref(), Ok(CHOSEN));
        }
        for mode in [0o644, 0o640, 0o604, 0o660] {
            let refused = read(CHOSEN, mode).unwrap_err();
            assert!(
                matches!(&refused, TokenFileError::Permissions(reason) if reason.contains("0440")),
                "{refused}"
            );
        }
        for content in [
            "",
            "short",
            "two words of more than thirty-two characters",
            &format!("{CHOSEN}\n\n"),
            &"é".repeat(40),
        ] {
            let refused = read(content, 0o600).unwrap_err();
            assert!(matches!(&refused, TokenFileError::Unusable(_)), "{refused}");
            assert!(content.is_empty() || !refused.to_string().contains(content), "{refused}");
        }
        let missing = TokenText::from_file(&path).map(drop).unwrap_err();
        assert!(missing.to_string().ends_with("token does not exist"), "{missing}");
    }
}
