//! The states of a configuration: revisions, stamps, and preconditions.

use crate::id::{Incarnation, PrincipalId};
use crate::time::Timestamp;

/// The principal and the moment of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The moment.
    pub at: Timestamp,
    /// The principal.
    pub by: PrincipalId,
}

/// The number of a state: 1 at creation, incremented by every change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(i64);

impl Revision {
    /// The revision at creation.
    pub const FIRST: Self = Self(1);

    /// A stored revision.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The revision after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// One state of one configuration: what an HTTP entity tag identifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigVersion {
    /// Distinguishes the configuration from a deleted one with the same id.
    pub incarnation: Incarnation,
    /// The number of the state.
    pub revision: Revision,
}

/// The states in which a change is permitted: an HTTP `If-Match` (RFC 9110 §13.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// Every state.
    #[default]
    None,
    /// One of these states. An empty list matches no state.
    OneOf(Vec<ConfigVersion>),
}

impl Precondition {
    /// Whether the current state permits the change.
    #[must_use]
    pub fn holds(&self, current: ConfigVersion) -> bool {
        match self {
            Self::None => true,
            Self::OneOf(versions) => versions.contains(&current),
        }
    }
}
