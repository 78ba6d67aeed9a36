//! Mistakes in a configuration that a check corrects for itself.

use serde::Serialize;

/// A mistake in a configuration that a check corrected for itself, or a step that it left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// White space around the key was removed.
    KeyTrimmed,
    /// `Bearer ` at the beginning of the key was removed.
    KeyPrefixLeftOut,
    /// The endpoint is a full request URL; the part in front of the request's path was used.
    PathOfRequestLeftOut,
    /// The endpoint ends in two versions; one was used.
    DoubledVersionLeftOut,
    /// The endpoint ends in a version that does not belong there; it was removed.
    VersionLeftOut,
    /// The endpoint lacks its version; it was added.
    VersionAdded,
    /// The host does not name its region; `us-east-1` was assumed.
    RegionAssumed,
    /// The model was found under another spelling, which calls take: with or without `:latest`, the prefix
    /// `models/` or a policy, or with letters of another case.
    ModelSpelledDifferently,
    /// The negative control was not sent, so it is not known whether the server checks keys.
    ControlLeftOut,
}

impl Note {
    /// Whether the configuration's own calls go to another address than the corrected one.
    #[must_use]
    pub const fn is_elsewhere(self) -> bool {
        match self {
            Self::PathOfRequestLeftOut | Self::DoubledVersionLeftOut | Self::VersionAdded => true,
            Self::KeyTrimmed
            | Self::KeyPrefixLeftOut
            | Self::VersionLeftOut
            | Self::RegionAssumed
            | Self::ModelSpelledDifferently
            | Self::ControlLeftOut => false,
        }
    }
}
