//! The one type that holds a secret.

use std::fmt;

use zeroize::Zeroizing;

/// The most bytes of a secret; the longest in use are service-account keys of about 2,400.
pub const LIMIT: usize = 16 * 1024;

/// Why a text was refused as a secret. Never says what the text was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Empty, or nothing but white space.
    #[error("must not be blank")]
    Blank,
    /// More than [`LIMIT`] bytes.
    #[error("must have at most {LIMIT} bytes")]
    TooLong,
    /// A NUL character, which no provider takes.
    #[error("must not contain NUL characters")]
    Nul,
    /// The mask that reads return in place of a secret.
    #[error("looks like the mask that is shown instead of a secret; send the secret itself")]
    Mask,
}

/// A secret text: overwritten in memory when dropped, and impossible to print, serialise, copy
/// or compare by accident. [`Secret::expose`] is the only way to its text.
///
/// ```
/// use llm_config_core::secret::Secret;
///
/// let secret = Secret::new("sk-123".to_owned())?;
/// assert_eq!(format!("{secret:?}"), "Secret(****)");
/// assert_eq!(secret.expose(), "sk-123");
/// # Ok::<(), llm_config_core::secret::SecretError>(())
/// ```
///
/// It has no serialisation, whatever features are on:
///
/// ```compile_fail,E0277
/// fn write_out<T: serde::Serialize>(_: &T) {}
/// let secret = llm_config_core::secret::Secret::new("sk-123".to_owned()).unwrap();
/// write_out(&secret); // the trait bound `Secret: Serialize` is not satisfied
/// ```
///
/// ```compile_fail,E0277
/// let secret = llm_config_core::secret::Secret::new("sk-123".to_owned()).unwrap();
/// println!("{secret}"); // `Secret` doesn't implement `Display`
/// ```
///
/// ```compile_fail,E0599
/// let secret = llm_config_core::secret::Secret::new("sk-123".to_owned()).unwrap();
/// let copy = secret.clone(); // no method named `clone`
/// ```
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over `text`, kept to the byte: a stray space may be a mistake, but guessing is worse.
    pub fn new(text: String) -> Result<Self, SecretError> {
        let text = Zeroizing::new(text);
        if text.trim().is_empty() {
            Err(SecretError::Blank)
        } else if text.len() > LIMIT {
            Err(SecretError::TooLong)
        } else if text.contains('\0') {
            Err(SecretError::Nul)
        } else if crate::mask::is_mask(&text) {
            Err(SecretError::Mask)
        } else {
            Ok(Self(text))
        }
    }

    /// A second copy, made on purpose: two places that each hold the secret.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// The secret text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(****)")
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(crate::quiet::Quiet(deserializer))?;
        Self::new(text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(), SecretError>) {
        assert_eq!(Secret::new(text.to_owned()).map(drop), expected, "{text:?}");
    }

    #[test]
    fn a_secret_is_kept_to_the_byte() {
        assert_eq!(Secret::new(" sk-1\n".to_owned()).unwrap().expose(), " sk-1\n");
    }

    #[test]
    fn what_cannot_be_a_secret_is_refused() {
        check("", Err(SecretError::Blank));
        check(" \n", Err(SecretError::Blank));
        check("a\0", Err(SecretError::Nul));
        check(&"x".repeat(LIMIT), Ok(()));
        check(&"x".repeat(LIMIT + 1), Err(SecretError::TooLong));
    }

    #[test]
    fn a_mask_is_never_stored_as_a_secret() {
        check("****", Err(SecretError::Mask));
        check("****cdef", Err(SecretError::Mask));
        check("********", Err(SecretError::Mask));
        check("****cdefg", Ok(()));
    }
}
