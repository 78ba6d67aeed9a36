//! The only type that holds a secret.

use std::fmt;

use zeroize::Zeroizing;

use super::foreign_mask::is_foreign_mask;
use super::foreign_reference::is_reference;
use super::mask::{Mask, is_mask};

/// Why a text is not a valid secret. No message quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Empty, or nothing but white space.
    #[error("must not be blank")]
    Blank,
    /// More than [`Secret::LIMIT`] bytes.
    #[error("must have at most {} bytes", Secret::LIMIT)]
    TooLong,
    /// A NUL character; no provider accepts one.
    #[error("must not contain NUL characters")]
    Nul,
    /// A mask that responses of this server, or of another product, contain instead of a secret.
    #[error("looks like the mask that is shown instead of a secret; send the secret itself")]
    Mask,
    /// A reference to a secret, an environment variable or a template.
    #[error(
        "must be the secret itself, not a reference to it, an environment variable or a template; a \
         reference to a secret store of this server, such as `env://NAME`, belongs in `secretRef`"
    )]
    Reference,
}

/// A secret text. It is overwritten in memory when dropped and cannot be printed, serialised, cloned or
/// compared by accident. Only [`Secret::expose`] returns the text.
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
/// A secret cannot be serialised, with any feature:
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
    /// The maximum length in bytes. The longest secrets in use, service-account keys, have about 2,400.
    pub const LIMIT: usize = 16 * 1024;

    /// A new secret of exactly this text. Outer white space is kept, because it may belong to the secret.
    pub fn new(text: String) -> Result<Self, SecretError> {
        let secret = Self::from_stored(text)?;
        secret.substitute().map_or(Ok(secret), Err)
    }

    /// A secret that was stored by an earlier version, or by another secret store. It may be a
    /// [substitute](Self::substitute); no call sends one.
    pub fn from_stored(text: String) -> Result<Self, SecretError> {
        let text = Zeroizing::new(text);
        if text.trim().is_empty() {
            Err(SecretError::Blank)
        } else if text.len() > Self::LIMIT {
            Err(SecretError::TooLong)
        } else if text.contains('\0') {
            Err(SecretError::Nul)
        } else {
            Ok(Self(text))
        }
    }

    /// [`SecretError::Mask`] or [`SecretError::Reference`] for a text that stands in the place of a secret.
    #[must_use]
    pub fn substitute(&self) -> Option<SecretError> {
        if is_mask(&self.0) || is_foreign_mask(&self.0) {
            Some(SecretError::Mask)
        } else {
            is_reference(&self.0).then_some(SecretError::Reference)
        }
    }

    /// An explicit copy. `Clone` is not implemented, so that every copy is visible in the code.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// The displayed form: `****` and at most the last four characters.
    #[must_use]
    pub fn mask(&self) -> Mask {
        Mask::of_text(&self.0)
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
        let text = String::deserialize(crate::redacted::Redacted(deserializer))?;
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
    fn new_keeps_every_byte() {
        assert_eq!(Secret::new(" sk-1\n".to_owned()).unwrap().expose(), " sk-1\n");
    }

    #[test]
    fn new_with_invalid_text_is_rejected() {
        check("", Err(SecretError::Blank));
        check(" \n", Err(SecretError::Blank));
        check("a\0", Err(SecretError::Nul));
        check(&"k".repeat(Secret::LIMIT), Ok(()));
        check(&"k".repeat(Secret::LIMIT + 1), Err(SecretError::TooLong));
    }

    #[test]
    fn new_with_mask_is_rejected() {
        check("****", Err(SecretError::Mask));
        check("****cdef", Err(SecretError::Mask));
        check("********", Err(SecretError::Mask));
        check("sk-...cdef", Err(SecretError::Mask));
    }

    #[test]
    fn new_with_reference_is_rejected() {
        check("os.environ/OPENAI_API_KEY", Err(SecretError::Reference));
        check("env://OPENAI_API_KEY", Err(SecretError::Reference));
    }

    #[test]
    fn from_stored_with_substitute_is_accepted_and_reports_it() {
        let substitute = |text: &str| Secret::from_stored(text.to_owned()).unwrap().substitute();
        assert_eq!(substitute("sk-...cdef"), Some(SecretError::Mask));
        assert_eq!(substitute("${KEY}"), Some(SecretError::Reference));
        assert_eq!(substitute("sk-123"), None);
    }
}
