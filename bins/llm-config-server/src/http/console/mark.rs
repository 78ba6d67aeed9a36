//! The colour and the icon that pages show beside the word for a state.

use llm_config_core::check::{CheckState, Usable};

/// The colour and the icon of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Good,
    Bad,
    Unsure,
    Neutral,
}

impl Mark {
    /// The class that gives the state its colour.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Unsure => "unsure",
            Self::Neutral => "none",
        }
    }

    /// The path of the icon: a tick, a cross, a triangle, a circle.
    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Good => "M4 12.5l5 5L20 6.5",
            Self::Bad => "M6 6l12 12M18 6L6 18",
            Self::Unsure => "M12 4l9 16H3zM12 10v4m0 3v.01",
            Self::Neutral => "M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0z",
        }
    }
}

impl From<CheckState> for Mark {
    fn from(state: CheckState) -> Self {
        match state {
            CheckState::Checked(Usable::Yes) => Self::Good,
            CheckState::Checked(Usable::No) => Self::Bad,
            CheckState::Checked(Usable::Unknown) => Self::Unsure,
            CheckState::Unchecked => Self::Neutral,
        }
    }
}
