//! What a token is narrowed to: "covers" is an order, so a chain of tokens never widens.

use std::collections::BTreeSet;

use llm_config_core::access::{Right, TokenScope};
use llm_config_core::time::Timestamp;

use crate::sample::workspace;

/// No limit, or any of the sets over two values.
fn limits<T: Ord + Copy>(first: T, second: T) -> Vec<Option<BTreeSet<T>>> {
    let sets = [vec![], vec![first], vec![second], vec![first, second]];
    std::iter::once(None).chain(sets.map(|it| Some(it.into_iter().collect()))).collect()
}

/// Every ceiling over two rights, two workspaces and two moments.
fn every_ceiling() -> Vec<TokenScope> {
    let mut ceilings = Vec::new();
    for rights in limits(Right::ReadLlmOwn, Right::ListLlmOwn) {
        for workspaces in limits(workspace(1), workspace(2)) {
            for expires_at in [None, Some(1), Some(2)].map(|it| it.map(Timestamp::from_micros)) {
                ceilings.push(TokenScope {
                    rights: rights.clone(),
                    workspaces: workspaces.clone(),
                    expires_at,
                });
            }
        }
    }
    ceilings
}

#[test]
fn every_ceiling_covers_itself_and_is_covered_by_none_at_all() {
    for token_scope in every_ceiling() {
        assert!(token_scope.covers(&token_scope), "{token_scope:?}");
        assert!(TokenScope::default().covers(&token_scope), "{token_scope:?}");
    }
}

#[test]
fn whoever_is_covered_by_the_covered_is_covered() {
    let ceilings = every_ceiling();
    let covered = |by: &TokenScope| ceilings.iter().filter(|it| by.covers(it)).collect::<Vec<_>>();
    let mut chains = 0;
    for first in &ceilings {
        for second in covered(first) {
            for third in covered(second) {
                assert!(first.covers(third), "{first:?} / {second:?} / {third:?}");
                chains += 1;
            }
        }
    }
    assert!(chains > ceilings.len(), "only trivial chains were seen");
}

#[test]
fn ceilings_that_cover_each_other_are_equal() {
    for first in every_ceiling() {
        for second in every_ceiling() {
            let are_alike = first.covers(&second) && second.covers(&first);
            assert_eq!(are_alike, first == second, "{first:?} / {second:?}");
        }
    }
}

#[test]
fn inheriting_adds_limits_and_never_takes_one_away() {
    for mine in every_ceiling() {
        for wanted in every_ceiling() {
            let inherited = mine.or_inherited(wanted.clone());
            assert!(wanted.covers(&inherited), "{mine:?} / {wanted:?}");
            assert!(!mine.covers(&wanted) || inherited == wanted, "{mine:?} / {wanted:?}");
        }
    }
}
