//! Available configurations: those that work according to their last current check.

use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::id::WorkspaceId;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::{KEPT_CHECKS, NewCheck, Order, PageFilter, Position, RecordedCheck, Store};

use super::checks::{check_of, in_workspace, list, record};
use super::config_page::{self, names, page};
use super::{open_store, open_store_with_clock};
use crate::support::{create, endpoint_patch, find, named, owner, update, workspace};

/// The available configurations of these workspaces, newest first.
fn available_in(workspaces: VisibleWorkspaces) -> PageFilter {
    PageFilter {
        owners: VisiblePrincipals::None,
        workspaces,
        is_available: true,
        order: Order::NewestFirst,
        ..config_page::all()
    }
}

pub(super) fn all() -> PageFilter {
    available_in(VisibleWorkspaces::All)
}

/// The names of the available configurations; a corrupt entry is `! ` and its error.
pub(super) async fn available(store: &Store, filter: &PageFilter) -> Vec<String> {
    names(&page(store, filter, Position::START, 500).await)
}

#[tokio::test]
async fn list_available_follows_last_conclusive_check() {
    let (_database, store, clock) = open_store_with_clock().await;
    let config = in_workspace(&store, "a").await;
    let verdicts = [
        (None, false),
        (Some(true), true),
        (None, true),
        (Some(false), false),
        (None, false),
        (Some(true), true),
    ];
    assert!(available(&store, &all()).await.is_empty());
    for (n, (works, is_available)) in (1..).zip(verdicts) {
        clock.set(n);
        assert!(record(&store, check_of(&config, works)).await);
        assert_eq!(!available(&store, &all()).await.is_empty(), is_available, "{n}");
    }
}

#[tokio::test]
async fn list_available_after_clock_was_ahead_follows_last_recorded_check() {
    let (_database, store, clock) = open_store_with_clock().await;
    let config = in_workspace(&store, "a").await;
    let check = |at, works| NewCheck { at: Timestamp::from_micros(at), ..check_of(&config, Some(works)) };
    let day = 86_400_000_000;
    for (at, works) in [(day, false), (1, true), (2, true)] {
        clock.set(at);
        let check = check(at, works);
        let recorded = store.write(move |tx| tx.record_check(&check)).await;
        assert!(matches!(recorded, Ok(RecordedCheck::Stored(_))));
        assert_eq!(!available(&store, &all()).await.is_empty(), works, "{at}");
    }
    let times: Vec<_> = list(&store, &config, 10).await.iter().map(|check| check.at.as_micros()).collect();
    assert_eq!(times, [2, 1, day], "the order in which they were recorded");
}

#[tokio::test]
async fn list_available_after_many_inconclusive_checks_keeps_working_config() {
    let (_database, store, clock) = open_store_with_clock().await;
    let config = in_workspace(&store, "a").await;
    for n in 0..=2 * KEPT_CHECKS {
        clock.set(i64::from(n));
        let works = (n == 3).then_some(true);
        assert!(record(&store, check_of(&config, works)).await);
    }
    assert_eq!(available(&store, &all()).await, ["a"]);
    assert_eq!(list(&store, &config, 100).await.len(), 21);
    clock.set(100);
    assert!(record(&store, check_of(&config, Some(false))).await);
    assert!(available(&store, &all()).await.is_empty());
    assert_eq!(list(&store, &config, 100).await.len(), 20);
}

#[tokio::test]
async fn list_available_after_change_and_revert_requires_new_check() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    assert!(record(&store, check_of(&config, Some(true))).await);
    for path in ["v2", "v1"] {
        let endpoint = endpoint_patch(&format!("https://api.openai.com/{path}"));
        update(&store, config.id, endpoint).await.unwrap();
        assert!(available(&store, &all()).await.is_empty(), "{path}");
    }
    let back = find(&store, config.id).await.unwrap();
    assert_eq!(back.settings, config.settings);
    assert!(!record(&store, check_of(&config, Some(true))).await);
    assert!(available(&store, &all()).await.is_empty());
    assert!(record(&store, check_of(&back, Some(true))).await);
    assert_eq!(available(&store, &all()).await, ["a"]);
}

#[tokio::test]
async fn list_available_with_filter_returns_matching_configs_newest_first() {
    let (database, store, clock) = open_store_with_clock().await;
    let (one, other) = (workspace(&store).await, workspace(&store).await);
    let configs = [
        (Scope::Workspace(one), "1"),
        (Scope::Workspace(other), "2"),
        (Scope::Workspace(one), "3"),
        (Scope::Workspace(one), "unchecked"),
        (owner(&store).await, "of an owner"),
    ];
    for (n, (scope, name)) in (1..).zip(configs) {
        clock.set(n * 1000);
        let config = create(&store, scope, named(name)).await.unwrap();
        if name != "unchecked" {
            assert!(record(&store, check_of(&config, Some(true))).await);
        }
    }
    let only = |ids: &[WorkspaceId]| available_in(VisibleWorkspaces::Only(ids.iter().copied().collect()));
    assert_eq!(available(&store, &all()).await, ["3", "2", "1"]);
    assert_eq!(available(&store, &only(&[one])).await, ["3", "1"]);
    assert_eq!(available(&store, &only(&[one, other])).await, ["3", "2", "1"]);
    assert!(available(&store, &only(&[])).await.is_empty());

    database.execute("UPDATE llm_configs SET capabilities = '{' WHERE name = '2'");
    let with_corrupt = available(&store, &all()).await;
    assert_eq!([&with_corrupt[0], &with_corrupt[2]], ["3", "1"]);
    assert!(with_corrupt[1].starts_with("! "), "{}", with_corrupt[1]);
    database.execute(
        "INSERT INTO secrets \
         SELECT config_id, 'NEXT', kind, mask, key_id_mask, kek_id, envelope, sealed_at, given_by, \
         source, reference \
         FROM secrets",
    );
    assert_eq!(available(&store, &all()).await, with_corrupt);
}
