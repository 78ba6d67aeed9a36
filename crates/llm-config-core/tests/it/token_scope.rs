//! Token scopes: `covers` is a partial order, so a chain of tokens never gains rights.

use std::collections::BTreeSet;

use llm_config_core::access::{Right, TokenScope};
use llm_config_core::time::Timestamp;

use crate::sample::{config, workspace};

/// No restriction, and every set of two values.
fn limits<T: Ord + Copy>(first: T, second: T) -> Vec<Option<BTreeSet<T>>> {
    let sets = [vec![], vec![first], vec![second], vec![first, second]];
    std::iter::once(None).chain(sets.map(|set| Some(set.into_iter().collect()))).collect()
}

/// Every scope of two rights, two workspaces, two configurations and one moment.
fn every_scope() -> Vec<TokenScope> {
    let mut scopes = Vec::new();
    for rights in limits(Right::ReadLlmOwn, Right::ListLlmOwn) {
        for workspaces in limits(workspace(1), workspace(2)) {
            for configs in limits(config(1), config(2)) {
                for expires_at in [None, Some(1)].map(|moment| moment.map(Timestamp::from_micros)) {
                    let (rights, workspaces) = (rights.clone(), workspaces.clone());
                    scopes.push(TokenScope { rights, workspaces, configs: configs.clone(), expires_at });
                }
            }
        }
    }
    scopes
}

#[test]
fn covers_is_reflexive_and_default_covers_all() {
    for token_scope in every_scope() {
        assert!(token_scope.covers(&token_scope), "{token_scope:?}");
        assert!(TokenScope::default().covers(&token_scope), "{token_scope:?}");
    }
}

#[test]
fn covers_is_transitive() {
    let scopes = every_scope();
    let covered = |by: &TokenScope| scopes.iter().filter(|other| by.covers(other)).collect::<Vec<_>>();
    let mut chains = 0;
    for first in &scopes {
        for second in covered(first) {
            for third in covered(second) {
                assert!(first.covers(third), "{first:?} / {second:?} / {third:?}");
                chains += 1;
            }
        }
    }
    assert!(chains > scopes.len(), "only trivial chains were seen");
}

#[test]
fn covers_is_antisymmetric() {
    for first in every_scope() {
        for second in every_scope() {
            let are_alike = first.covers(&second) && second.covers(&first);
            assert_eq!(are_alike, first == second, "{first:?} / {second:?}");
        }
    }
}

#[test]
fn or_inherited_never_removes_restriction() {
    for mine in every_scope() {
        for wanted in every_scope() {
            let inherited = mine.or_inherited(wanted.clone());
            assert!(wanted.covers(&inherited), "{mine:?} / {wanted:?}");
            assert!(!mine.covers(&wanted) || inherited == wanted, "{mine:?} / {wanted:?}");
        }
    }
}
