//! The record of the principals that chose a configuration's origin.

use std::collections::BTreeSet;

use super::revision::Stamp;
use crate::id::PrincipalId;

/// The principals that chose the origin of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginProvenance {
    /// The principal that last set the origin, and when: by creation, by a change to another origin, or by a
    /// transfer. `None` for a row older than this record.
    pub set: Option<Stamp>,
    /// The principals that have since sent an inline credential together with the endpoint. At most
    /// [`OriginProvenance::CONFIRMATIONS`].
    pub confirmed_by: BTreeSet<PrincipalId>,
}

impl OriginProvenance {
    /// The maximum number of principals in `confirmed_by`. Further principals send the endpoint every time.
    pub const CONFIRMATIONS: usize = 100;

    /// The provenance of a new origin.
    #[must_use]
    pub const fn new(set: Stamp) -> Self {
        Self { set: Some(set), confirmed_by: BTreeSet::new() }
    }

    /// Whether `principal` set the origin or has confirmed it since.
    #[must_use]
    pub fn includes(&self, principal: PrincipalId) -> bool {
        self.set.is_some_and(|set| set.by == principal) || self.confirmed_by.contains(&principal)
    }

    pub(crate) fn with_confirmation(mut self, principal: PrincipalId) -> Self {
        if !self.includes(principal) && self.confirmed_by.len() < Self::CONFIRMATIONS {
            self.confirmed_by.insert(principal);
        }
        self
    }
}
