//! Access tokens: what they may be narrowed to.

use std::collections::BTreeSet;

use crate::access::Right;
use crate::id::WorkspaceId;
use crate::time::Timestamp;

/// What a token is narrowed to. The default narrows nothing: the token may what its principal
/// may, for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ceiling {
    /// The only rights that may be used; `None` for all of the principal's.
    pub rights: Option<BTreeSet<Right>>,
    /// The only workspaces that may be touched; `None` for all of the principal's. Where it is
    /// given, nothing outside of them is touched: no owner's configurations, no users, no tokens.
    pub workspaces: Option<BTreeSet<WorkspaceId>>,
    /// From when on the token is refused; `None` for never.
    pub expires_at: Option<Timestamp>,
}

impl Ceiling {
    /// Whether everything under `other` is also under this one: the condition on which a token
    /// with this ceiling may issue one with `other`.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        covers_set(self.rights.as_ref(), other.rights.as_ref())
            && covers_set(self.workspaces.as_ref(), other.workspaces.as_ref())
            && match (self.expires_at, other.expires_at) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(mine), Some(theirs)) => theirs <= mine,
            }
    }

    /// The part of `wanted` that this ceiling leaves: what is not narrowed in `wanted` takes
    /// this ceiling's value.
    #[must_use]
    pub fn or_inherited(&self, wanted: Self) -> Self {
        Self {
            rights: wanted.rights.or_else(|| self.rights.clone()),
            workspaces: wanted.workspaces.or_else(|| self.workspaces.clone()),
            expires_at: wanted.expires_at.or(self.expires_at),
        }
    }
}

fn covers_set<T: Ord>(mine: Option<&BTreeSet<T>>, theirs: Option<&BTreeSet<T>>) -> bool {
    match (mine, theirs) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(mine), Some(theirs)) => theirs.is_subset(mine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(micros: i64) -> Ceiling {
        Ceiling { expires_at: Some(Timestamp::from_micros(micros)), ..Ceiling::default() }
    }

    fn only(rights: &[Right]) -> Ceiling {
        Ceiling { rights: Some(rights.iter().copied().collect()), ..Ceiling::default() }
    }

    #[test]
    fn a_ceiling_covers_what_is_under_it() {
        assert!(Ceiling::default().covers(&until(5)));
        assert!(until(5).covers(&until(5)));
        assert!(!until(5).covers(&until(6)));
        assert!(!until(5).covers(&Ceiling::default()));
        let both = only(&[Right::ReadLlmOwn, Right::ListLlmOwn]);
        assert!(both.covers(&only(&[Right::ReadLlmOwn])));
        assert!(!only(&[Right::ReadLlmOwn]).covers(&both));
        assert!(!both.covers(&Ceiling::default()));
    }

    #[test]
    fn what_is_not_narrowed_is_inherited() {
        let wanted = until(6).or_inherited(only(&[Right::ReadLlmOwn]));
        assert_eq!(wanted, Ceiling { expires_at: until(6).expires_at, ..only(&[Right::ReadLlmOwn]) });
        assert!(until(6).covers(&wanted));
    }
}
