//! Labels: a team's keys and values on a configuration.
//!
//! The limits are those of the `/v1/llms` API: at most 20 entries, keys and values of at most 255 characters,
//! keys of `a-z`, `0-9`, `.`, `_` and `-`.

use std::collections::btree_map::Iter;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::text::{TextError, unprintable_on_one_line};

/// Why a set of labels is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// More than [`Labels::LIMIT`] entries.
    #[error("must have at most {} entries, but has {_0}", Labels::LIMIT)]
    TooMany(usize),
    /// An empty key.
    #[error("must not have an empty key")]
    EmptyKey,
    /// A key that is too long. The message does not repeat it.
    #[error("must have keys of at most {} characters, but one has {_0}", Labels::TEXT_LIMIT)]
    LongKey(usize),
    /// A character outside a key's alphabet.
    #[error("has the key `{key}`, but keys consist of `a-z`, `0-9`, `.`, `_` and `-`")]
    KeyAlphabet {
        /// The key, with control characters escaped.
        key: String,
    },
    /// A value that is too long.
    #[error("has a value of {length} characters at `{key}`, but at most {} are allowed", Labels::TEXT_LIMIT)]
    LongValue {
        /// The key of the value.
        key: String,
        /// The number of characters.
        length: usize,
    },
    /// A value with an unprintable character.
    #[error("{error}, but the value at `{key}` does")]
    UnprintableInValue {
        /// The key of the value.
        key: String,
        /// The character and the reason.
        error: TextError,
    },
}

/// Valid labels, ordered by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")
)]
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// The maximum number of entries.
    pub const LIMIT: usize = 20;

    /// The maximum length of a key or a value in characters.
    pub const TEXT_LIMIT: usize = 255;

    /// These labels without those that have one of `keys`.
    #[must_use]
    pub fn without(&self, keys: &BTreeSet<String>) -> Self {
        let mut kept = self.0.clone();
        kept.retain(|key, _| !keys.contains(key));
        Self(kept)
    }

    /// These labels with those of `added` inserted or replaced. The limit applies to the result.
    pub fn merged(&self, added: &Self) -> Result<Self, LabelError> {
        let mut merged = self.0.clone();
        merged.extend(added.0.clone());
        // Every entry is valid already: the added ones by the current rules, the others by the rules that
        // applied when they were stored.
        check_count(&merged)?;
        Ok(Self(merged))
    }

    /// Stored labels, checked by the rules of earlier versions, which refused only control characters in
    /// values.
    pub fn from_stored(entries: BTreeMap<String, String>) -> Result<Self, LabelError> {
        check(&entries, |value| value.chars().find(|c| c.is_control()).map(TextError::Control))?;
        Ok(Self(entries))
    }

    /// The entries, ordered by key.
    pub fn iter(&self) -> Iter<'_, String, String> {
        self.0.iter()
    }

    /// Whether these labels contain every label of `others` with the same value.
    #[must_use]
    pub fn contains_all(&self, others: &Self) -> bool {
        others.iter().all(|(key, value)| self.0.get(key) == Some(value))
    }

    /// Whether there is no label.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Labels {
    type Item = (&'a String, &'a String);
    type IntoIter = Iter<'a, String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<BTreeMap<String, String>> for Labels {
    type Error = LabelError;

    fn try_from(entries: BTreeMap<String, String>) -> Result<Self, LabelError> {
        check(&entries, unprintable_on_one_line)?;
        Ok(Self(entries))
    }
}

impl From<Labels> for BTreeMap<String, String> {
    fn from(labels: Labels) -> Self {
        labels.0
    }
}

fn check(
    entries: &BTreeMap<String, String>,
    refused: impl Fn(&str) -> Option<TextError>,
) -> Result<(), LabelError> {
    check_count(entries)?;
    for (key, value) in entries {
        check_key(key)?;
        check_value(key, value, refused(value))?;
    }
    Ok(())
}

fn check_count(entries: &BTreeMap<String, String>) -> Result<(), LabelError> {
    if entries.len() > Labels::LIMIT { Err(LabelError::TooMany(entries.len())) } else { Ok(()) }
}

fn check_key(key: &str) -> Result<(), LabelError> {
    let length = key.chars().count();
    let in_alphabet = |c| matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-');
    if key.is_empty() {
        Err(LabelError::EmptyKey)
    } else if length > Labels::TEXT_LIMIT {
        Err(LabelError::LongKey(length))
    } else if key.chars().all(in_alphabet) {
        Ok(())
    } else {
        Err(LabelError::KeyAlphabet { key: key.escape_debug().to_string() })
    }
}

fn check_value(key: &str, value: &str, refused: Option<TextError>) -> Result<(), LabelError> {
    let length = value.chars().count();
    if length > Labels::TEXT_LIMIT {
        return Err(LabelError::LongValue { key: key.to_owned(), length });
    }
    refused.map_or(Ok(()), |error| Err(LabelError::UnprintableInValue { key: key.to_owned(), error }))
}

/// `key=value`, separated by commas.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (key, value)) in self.iter().enumerate() {
            let separator = if n == 0 { "" } else { "," };
            write!(f, "{separator}{key}={value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(entries: &[(&str, &str)]) -> Result<Labels, LabelError> {
        let owned = |&(key, value): &(&str, &str)| (key.to_owned(), value.to_owned());
        Labels::try_from(entries.iter().map(owned).collect::<BTreeMap<_, _>>())
    }

    fn numbered(count: usize) -> BTreeMap<String, String> {
        (0..count).map(|n| (format!("k{n}"), String::new())).collect()
    }

    #[test]
    fn parse_with_more_than_twenty_labels_is_rejected() {
        assert!(Labels::try_from(numbered(20)).is_ok());
        assert_eq!(Labels::try_from(numbered(21)), Err(LabelError::TooMany(21)));
    }

    #[test]
    fn merged_above_limit_is_rejected() {
        let full = Labels::try_from(numbered(20)).unwrap();
        assert_eq!(full.merged(&labels(&[("k0", "new")]).unwrap()).unwrap().iter().next().unwrap().1, "new");
        assert_eq!(full.merged(&labels(&[("other", "")]).unwrap()), Err(LabelError::TooMany(21)));
    }

    #[test]
    fn parse_with_invalid_key_is_rejected() {
        assert!(labels(&[("a.b_c-9", "")]).is_ok());
        assert_eq!(labels(&[("", "x")]), Err(LabelError::EmptyKey));
        assert_eq!(labels(&[("Team", "x")]), Err(LabelError::KeyAlphabet { key: "Team".into() }));
    }

    #[test]
    fn parse_with_unprintable_or_long_value_is_rejected() {
        assert!(labels(&[("k", &"é".repeat(255))]).is_ok());
        assert!(labels(&[("k", &"é".repeat(256))]).is_err());
        let refused = |value| labels(&[("k", value)]).unwrap_err().to_string();
        assert_eq!(
            refused("a\0"),
            "must not contain the control character U+0000, but the value at `k` does"
        );
        let invisible = "must not contain U+200B, an invisible character, but the value at `k` does";
        assert_eq!(refused("a\u{200b}"), invisible);
    }

    #[test]
    fn from_stored_with_invisible_character_can_be_merged() {
        let stored = BTreeMap::from([("k".to_owned(), "a\u{200b}".to_owned())]);
        let stored = Labels::from_stored(stored).unwrap();
        let merged = stored.merged(&labels(&[("l", "b")]).unwrap()).unwrap();
        assert_eq!(merged.to_string(), "k=a\u{200b},l=b");
        assert!(Labels::from_stored(BTreeMap::from([("k".to_owned(), "a\0".to_owned())])).is_err());
    }
}
