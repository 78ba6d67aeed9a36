//! The restrictions of an access token.

use std::collections::BTreeSet;

use super::right::Right;
use crate::id::{ConfigId, WorkspaceId};
use crate::time::Timestamp;

/// The restrictions of an access token. The default has none: the token has all rights of its principal
/// and never expires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenScope {
    /// The only rights that the token has; `None` for all of the principal's.
    pub rights: Option<BTreeSet<Right>>,
    /// The only workspaces that the token can act on, at most [`TokenScope::WORKSPACES_LIMIT`]; `None` for
    /// all of the principal's. If present, the token acts on nothing else: no owner's configurations, no
    /// users, no tokens.
    pub workspaces: Option<BTreeSet<WorkspaceId>>,
    /// The only configurations that the token can act on, at most [`TokenScope::CONFIGS_LIMIT`]; `None` for
    /// all of the principal's. If present, the token acts on nothing else: it creates no configuration, and
    /// acts on no workspaces, users or tokens. A deleted configuration gives nothing.
    pub configs: Option<BTreeSet<ConfigId>>,
    /// The moment from which the token is refused; `None` for a token that never expires.
    pub expires_at: Option<Timestamp>,
}

impl TokenScope {
    /// The maximum number of configurations that a token can be narrowed to. It bounds what each use of the
    /// token costs.
    pub const CONFIGS_LIMIT: usize = 100;

    /// The maximum number of workspaces that a token can be narrowed to, for the same reason.
    pub const WORKSPACES_LIMIT: usize = 100;

    /// The maximum number of entries in the list of rights of a request. Above the number of rights, so that
    /// only a list of repetitions exceeds it.
    pub const RIGHTS_LIMIT: usize = 100;

    /// Whether this scope permits everything that `other` permits: the condition for issuing a token with
    /// the scope `other`.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        covers_set(self.rights.as_ref(), other.rights.as_ref())
            && covers_set(self.workspaces.as_ref(), other.workspaces.as_ref())
            && covers_set(self.configs.as_ref(), other.configs.as_ref())
            && match (self.expires_at, other.expires_at) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(mine), Some(theirs)) => theirs <= mine,
            }
    }

    /// The scope of a new token: each restriction that `requested` leaves out is inherited from this scope.
    #[must_use]
    pub fn or_inherited(&self, requested: Self) -> Self {
        Self {
            rights: requested.rights.or_else(|| self.rights.clone()),
            workspaces: requested.workspaces.or_else(|| self.workspaces.clone()),
            configs: requested.configs.or_else(|| self.configs.clone()),
            expires_at: requested.expires_at.or(self.expires_at),
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

    fn until(micros: i64) -> TokenScope {
        TokenScope { expires_at: Some(Timestamp::from_micros(micros)), ..TokenScope::default() }
    }

    fn only(rights: &[Right]) -> TokenScope {
        TokenScope { rights: Some(rights.iter().copied().collect()), ..TokenScope::default() }
    }

    #[test]
    fn covers_with_narrower_scope_is_true() {
        assert!(TokenScope::default().covers(&until(5)));
        assert!(until(5).covers(&until(5)));
        assert!(!until(5).covers(&until(6)));
        assert!(!until(5).covers(&TokenScope::default()));
        let both = only(&[Right::ReadLlmOwn, Right::ListLlmOwn]);
        assert!(both.covers(&only(&[Right::ReadLlmOwn])));
        assert!(!only(&[Right::ReadLlmOwn]).covers(&both));
        assert!(!both.covers(&TokenScope::default()));
    }

    #[test]
    fn or_inherited_with_missing_restriction_takes_own() {
        let wanted = until(6).or_inherited(only(&[Right::ReadLlmOwn]));
        assert_eq!(wanted, TokenScope { expires_at: until(6).expires_at, ..only(&[Right::ReadLlmOwn]) });
        assert!(until(6).covers(&wanted));
    }
}
