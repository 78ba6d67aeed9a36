//! Texts with a maximum length and an alphabet: names, descriptions, model identifiers.
//!
//! Lengths are in characters (Unicode scalar values), not bytes.

mod printable;
mod skeleton;

use std::fmt;

pub use printable::{Unprintable, escape_unprintable, unprintable};
pub(crate) use skeleton::{Case, skeleton, uniqueness_key};

/// Why a text is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Empty, or nothing but white space.
    #[error("must not be blank")]
    Blank,
    /// Longer than the limit.
    #[error("must have at most {limit} characters, but has {length}")]
    TooLong {
        /// The maximum length in characters.
        limit: usize,
        /// The length in characters.
        length: usize,
    },
    /// A control character that the field does not allow.
    #[error("must not contain the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// An invisible or misleading character.
    #[error("must not contain U+{:04X}, {why}", u32::from(*.character))]
    Unprintable {
        /// The character.
        character: char,
        /// The reason.
        why: Unprintable,
    },
}

/// The rule for a kind of text.
pub(crate) struct TextRule {
    /// The maximum length in characters, after trimming.
    pub(crate) limit: usize,
    /// Whether line breaks and tabs are allowed. Other control characters never are.
    pub(crate) multi_line: bool,
    /// Whether leading and trailing white space belongs to the text.
    pub(crate) keep_outer_space: bool,
}

impl TextRule {
    pub(crate) fn check(&self, text: &str) -> Result<String, TextError> {
        self.check_by(
            text,
            |text| {
                if self.multi_line { self.control(text) } else { unprintable_on_one_line(text) }
            },
        )
    }

    /// Checks by the rule of earlier versions, which refused control characters only, so that their rows stay
    /// readable.
    pub(crate) fn check_stored(&self, text: &str) -> Result<String, TextError> {
        self.check_by(text, |text| self.control(text))
    }

    fn check_by(
        &self,
        text: &str,
        refused: impl FnOnce(&str) -> Option<TextError>,
    ) -> Result<String, TextError> {
        let text = if self.keep_outer_space { text } else { text.trim() };
        let length = text.chars().count();
        match refused(text) {
            Some(error) => Err(error),
            None if length > self.limit => Err(TextError::TooLong { limit: self.limit, length }),
            None if text.is_empty() => Err(TextError::Blank),
            None => Ok(text.to_owned()),
        }
    }

    fn control(&self, text: &str) -> Option<TextError> {
        let is_allowed = |c: char| !c.is_control() || (self.multi_line && matches!(c, '\n' | '\r' | '\t'));
        text.chars().find(|&c| !is_allowed(c)).map(TextError::Control)
    }
}

/// The first invisible or misleading character of a one-line text, as an error.
pub(crate) fn unprintable_on_one_line(text: &str) -> Option<TextError> {
    printable::first_unprintable(text).map(|(character, why)| match why {
        Unprintable::Control => TextError::Control(character),
        Unprintable::LineBreak
        | Unprintable::Direction
        | Unprintable::Invisible
        | Unprintable::PrivateUse
        | Unprintable::Unassigned => TextError::Unprintable { character, why },
    })
}

/// Implements `Display` and the conversions of a text newtype, all through `FromStr`.
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

        text_of_rule!($name, $rule);
    };
}

/// Implements the rule of a text newtype: `FromStr` for new texts, `from_stored` for stored ones.
macro_rules! text_of_rule {
    ($name:ident, $rule:expr) => {
        $crate::text::text_conversions!($name, $crate::text::TextError);

        impl $name {
            const RULE: $crate::text::TextRule = $rule;

            /// The maximum length in characters.
            pub const LIMIT: usize = Self::RULE.limit;

            /// Parses a stored text, or a text for a lookup, by the rule of earlier versions, which refused
            /// only control characters.
            pub fn from_stored(text: &str) -> Result<Self, $crate::text::TextError> {
                Self::RULE.check_stored(text).map(Self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::RULE.check(text).map(Self)
            }
        }
    };
}
pub(crate) use text_of_rule;

text_type! {
    /// The display name of a configuration: 1 to 255 characters on one line, trimmed.
    ///
    /// The limit is that of `displayName` in the `/v1/llms` API.
    DisplayName, TextRule { limit: 255, multi_line: false, keep_outer_space: false }
}
text_type! {
    /// A free description: at most 4,096 characters, line breaks allowed.
    Description, TextRule { limit: 4096, multi_line: true, keep_outer_space: true }
}
text_type! {
    /// The model's name at its provider: 1 to 512 characters, trimmed, case unchanged.
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
    /// The form in which names are compared for uniqueness: Unicode normalisation form KC without invisible
    /// characters, so that names that look the same are equal. Case matters.
    #[must_use]
    pub fn uniqueness_key(&self) -> String {
        uniqueness_key(&self.0, Case::Kept)
    }
}

/// The error message for a value outside a closed list: `must be one of A, B, C`.
pub(crate) fn one_of<T: fmt::Display>(values: &[T]) -> String {
    format!("must be one of {}", list(values))
}

/// The values, separated by commas.
pub(crate) fn list<T: fmt::Display>(values: &[T]) -> String {
    let names: Vec<String> = values.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// The text unless it is blank. In an optional field a blank text means "no value".
pub(crate) fn not_blank(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let found = text.parse::<DisplayName>().map(String::from).map_err(|e| e.to_string());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{text:?}");
    }

    #[test]
    fn parse_trims() {
        check("  gpt ", Ok("gpt"));
    }

    #[test]
    fn parse_with_blank_text_is_rejected() {
        check("", Err("must not be blank"));
        check("   ", Err("must not be blank"));
    }

    #[test]
    fn parse_counts_characters_not_bytes() {
        check(&"é".repeat(255), Ok(&"é".repeat(255)));
        check(&"é".repeat(256), Err("must have at most 255 characters, but has 256"));
    }

    #[test]
    fn parse_with_control_character_is_rejected() {
        check("a\0b", Err("must not contain the control character U+0000"));
        check("a\nb", Err("must not contain the control character U+000A"));
        check("a\u{7f}b", Err("must not contain the control character U+007F"));
    }

    #[test]
    fn parse_with_invisible_character_is_rejected_by_name() {
        check("Prod\u{200b}", Err("must not contain U+200B, an invisible character"));
        let direction = "must not contain U+202E, a character that changes the direction of writing";
        check("Prod\u{202e}", Err(direction));
        check("a\u{2028}b", Err("must not contain U+2028, a line separator"));
        check("a\u{e000}", Err("must not contain U+E000, a private-use character"));
        check("a\u{1fffe}", Err("must not contain U+1FFFE, a character that Unicode does not assign"));
        for text in ["\u{645}\u{6cc}\u{200c}\u{62e}", "\u{1f469}\u{200d}\u{1f4bb}", "\u{2764}\u{fe0f}"] {
            check(text, Ok(text));
        }
    }

    #[test]
    fn from_stored_with_invisible_character_is_accepted() {
        assert_eq!(DisplayName::from_stored("Prod\u{200b}").unwrap().as_str(), "Prod\u{200b}");
        assert_eq!(DisplayName::from_stored("a\0"), Err(TextError::Control('\0')));
        assert_eq!(DisplayName::from_stored(" "), Err(TextError::Blank));
    }

    #[test]
    fn parse_description_with_lines_is_accepted() {
        assert_eq!("a\n\tb".parse::<Description>().unwrap().as_str(), "a\n\tb");
        assert!("a\0".parse::<Description>().is_err());
        // The rule for descriptions is the same for stored and new ones.
        assert!("a\u{200b}\u{202e}".parse::<Description>().is_ok());
    }

    #[test]
    fn uniqueness_key_of_composed_and_decomposed_letters_is_equal() {
        let composed: DisplayName = "caf\u{e9}".parse().unwrap();
        let decomposed: DisplayName = "cafe\u{301}".parse().unwrap();
        assert_ne!(composed, decomposed);
        assert_eq!(composed.uniqueness_key(), decomposed.uniqueness_key());
    }
}
