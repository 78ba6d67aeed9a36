//! The change of one field.

use std::collections::BTreeSet;

use crate::config::{LabelError, Labels};
use crate::text::not_blank;

/// The change of one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field keeps its value.
    #[default]
    Keep,
    /// The field loses its value.
    Clear,
    /// The field gets this value.
    Set(T),
}

impl<T> Patch<T> {
    /// `Set` for a value, `Keep` for `None`.
    #[must_use]
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// The change with what `convert` makes of the new value; `Keep` if it makes nothing of it.
    #[must_use]
    pub fn and_then<U>(self, convert: impl FnOnce(T) -> Option<U>) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::from_option(convert(value)),
        }
    }

    /// Whether the field keeps its value.
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl Patch<String> {
    /// `Set` for a text, `Clear` for a blank one, `Keep` for `None`.
    #[must_use]
    pub fn from_optional_text(text: Option<String>) -> Self {
        match text {
            Some(text) if not_blank(Some(&text)).is_none() => Self::Clear,
            other => Self::from_option(other),
        }
    }
}

/// The change of the labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LabelPatch<T> {
    /// The labels stay.
    #[default]
    Keep,
    /// These labels replace all stored ones.
    Replace(T),
    /// These labels are added, or replace those with the same key; the other labels stay.
    Merge(T),
    /// The labels with these keys are removed, then `added` is merged.
    Edit {
        /// The keys to remove. A key that no label has changes nothing.
        removed: BTreeSet<String>,
        /// The labels to merge.
        added: T,
    },
}

impl LabelPatch<Labels> {
    /// The labels after the change of `old`. The limit applies to the result.
    pub fn apply(&self, old: &Labels) -> Result<Labels, LabelError> {
        match self {
            Self::Keep => Ok(old.clone()),
            Self::Replace(labels) => Ok(labels.clone()),
            Self::Merge(added) => old.merged(added),
            Self::Edit { removed, added } => old.without(removed).merged(added),
        }
    }
}
