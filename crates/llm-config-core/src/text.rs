//! Texts with a length and an alphabet: names, descriptions, model identifiers.
//!
//! Lengths count characters (Unicode scalar values), not bytes.

use std::fmt;
use std::str::FromStr;

use icu_normalizer::ComposingNormalizerBorrowed;

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Empty, or nothing but white space.
    #[error("must not be blank")]
    Blank,
    /// Longer than the limit.
    #[error("must have at most {limit} characters, but has {length}")]
    TooLong {
        /// The most characters allowed.
        limit: usize,
        /// How many there were.
        length: usize,
    },
    /// A control character that the field does not allow.
    #[error("must not contain the control character U+{:04X}", u32::from(*.0))]
    Control(char),
}

/// What a text of one kind may look like.
pub(crate) struct TextRule {
    /// The most characters allowed, after trimming.
    pub(crate) limit: usize,
    /// Whether line breaks and tabs are allowed (other control characters never are).
    pub(crate) multi_line: bool,
    /// Whether white space around the text belongs to it.
    pub(crate) keep_outer_space: bool,
}

impl TextRule {
    pub(crate) fn check(&self, text: &str) -> Result<String, TextError> {
        let text = if self.keep_outer_space { text } else { text.trim() };
        let length = text.chars().count();
        let is_allowed = |c: char| !c.is_control() || (self.multi_line && matches!(c, '\n' | '\r' | '\t'));
        match text.chars().find(|&c| !is_allowed(c)) {
            Some(control) => Err(TextError::Control(control)),
            None if length > self.limit => Err(TextError::TooLong { limit: self.limit, length }),
            None if text.is_empty() => Err(TextError::Blank),
            None => Ok(text.to_owned()),
        }
    }
}

/// Gives a text newtype its printing, parsing and (de)serialisation, all through `FromStr`.
macro_rules! text_conversions {
    ($name:ident, $error:ty) => {
        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}
pub(crate) use text_conversions;

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
        pub struct $name(String);

        text_conversions!($name, TextError);

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                const RULE: TextRule = $rule;
                RULE.check(text).map(Self)
            }
        }
    };
}

text_type! {
    /// What people call a configuration: 1 to 255 characters on one line, trimmed.
    ///
    /// The limit is the one that the `/v1/llms` API documents for `displayName`.
    DisplayName, TextRule { limit: 255, multi_line: false, keep_outer_space: false }
}
text_type! {
    /// A free description: at most 4,096 characters, line breaks allowed.
    Description, TextRule { limit: 4096, multi_line: true, keep_outer_space: true }
}
text_type! {
    /// The model's name at its provider, case kept: 1 to 512 characters, trimmed.
    ///
    /// Long enough for the ARN of a Bedrock inference profile, the longest form in use.
    ModelId, TextRule { limit: 512, multi_line: false, keep_outer_space: false }
}
text_type! {
    /// A free version text: at most 64 characters.
    ModelVersion, TextRule { limit: 64, multi_line: false, keep_outer_space: false }
}
text_type! {
    /// A text at which generation stops: 1 to 100 characters, white space significant.
    StopSequence, TextRule { limit: 100, multi_line: true, keep_outer_space: true }
}

impl DisplayName {
    /// The form in which names are compared for uniqueness: Unicode normalisation form C, so
    /// that `é` typed in one key or in two is one name. Case is kept.
    #[must_use]
    pub fn uniqueness_key(&self) -> String {
        ComposingNormalizerBorrowed::new_nfc().normalize(&self.0).into_owned()
    }
}

/// Prints a value of a closed list as the sentence part `one of A, B, C`.
pub(crate) fn one_of<T: fmt::Display>(values: &[T]) -> String {
    let names: Vec<String> = values.iter().map(ToString::to_string).collect();
    format!("must be one of {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let found = text.parse::<DisplayName>().map(String::from).map_err(|e| e.to_string());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{text:?}");
    }

    #[test]
    fn names_are_trimmed() {
        check("  gpt ", Ok("gpt"));
    }

    #[test]
    fn names_are_not_blank() {
        check("", Err("must not be blank"));
        check("   ", Err("must not be blank"));
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        check(&"é".repeat(255), Ok(&"é".repeat(255)));
        check(&"é".repeat(256), Err("must have at most 255 characters, but has 256"));
    }

    #[test]
    fn control_characters_are_refused() {
        check("a\0b", Err("must not contain the control character U+0000"));
        check("a\nb", Err("must not contain the control character U+000A"));
        check("a\u{7f}b", Err("must not contain the control character U+007F"));
    }

    #[test]
    fn descriptions_may_have_lines() {
        assert_eq!("a\n\tb".parse::<Description>().unwrap().as_str(), "a\n\tb");
        assert!("a\0".parse::<Description>().is_err());
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_name() {
        let composed: DisplayName = "caf\u{e9}".parse().unwrap();
        let decomposed: DisplayName = "cafe\u{301}".parse().unwrap();
        assert_ne!(composed, decomposed);
        assert_eq!(composed.uniqueness_key(), decomposed.uniqueness_key());
    }
}
