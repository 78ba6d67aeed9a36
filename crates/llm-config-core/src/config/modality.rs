//! The kinds of content that a model accepts.

use std::fmt;
use std::str::FromStr;

use crate::text::one_of;

/// A kind of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub enum Modality {
    /// `TEXT`.
    Text,
    /// `IMAGE`.
    Image,
    /// `AUDIO`.
    Audio,
    /// `VIDEO`.
    Video,
}

impl Modality {
    /// Every modality.
    pub const ALL: &[Self] = &[Self::Text, Self::Image, Self::Audio, Self::Video];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Image => "IMAGE",
            Self::Audio => "AUDIO",
            Self::Video => "VIDEO",
        }
    }
}

impl fmt::Display for Modality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name is not the name of a modality.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", one_of(Modality::ALL))]
pub struct UnknownModality;

impl FromStr for Modality {
    type Err = UnknownModality;

    fn from_str(name: &str) -> Result<Self, UnknownModality> {
        Self::ALL.iter().copied().find(|modality| modality.as_str() == name).ok_or(UnknownModality)
    }
}

impl TryFrom<String> for Modality {
    type Error = UnknownModality;

    fn try_from(name: String) -> Result<Self, UnknownModality> {
        name.parse()
    }
}

impl From<Modality> for String {
    fn from(modality: Modality) -> Self {
        modality.as_str().to_owned()
    }
}

/// The modalities of a configuration: at least one, without repetitions, in the order of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "Vec<Modality>", into = "Vec<Modality>"))]
pub struct Modalities(Vec<Modality>);

impl Modalities {
    /// The modalities in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Modality] {
        &self.0
    }
}

/// Text only.
impl Default for Modalities {
    fn default() -> Self {
        Self(vec![Modality::Text])
    }
}

/// Removes repetitions. An empty list means the default.
impl From<Vec<Modality>> for Modalities {
    fn from(modalities: Vec<Modality>) -> Self {
        let mut distinct = Vec::with_capacity(Modality::ALL.len());
        for modality in modalities {
            if !distinct.contains(&modality) {
                distinct.push(modality);
            }
        }
        if distinct.is_empty() { Self::default() } else { Self(distinct) }
    }
}

impl From<Modalities> for Vec<Modality> {
    fn from(modalities: Modalities) -> Self {
        modalities.0
    }
}
