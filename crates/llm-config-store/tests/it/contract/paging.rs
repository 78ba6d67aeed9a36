//! Paging while rows come and go: a row that exists throughout is on exactly one page.

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::access::VisibleWorkspaces;
use llm_config_core::config::LlmConfig;
use llm_config_core::id::{ConfigId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_store::{ListedConfig, Order, PageFilter, Position, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::config_page::{all, page};
use super::{open_store, open_stores};
use crate::support::{create, delete, named, run_concurrently, workspace};

const ORDERS: [Order; 2] = [Order::OldestFirst, Order::NewestFirst];

/// A step between two pages.
#[derive(Clone, Debug)]
enum Step {
    Insert,
    /// Deletes one of the existing rows.
    Delete(prop::sample::Index),
    Page(u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Insert),
        2 => any::<prop::sample::Index>().prop_map(Step::Delete),
        1 => (1_u16..4).prop_map(Step::Page),
    ];
    prop::collection::vec(step, 0..24)
}

/// A reader that pages through the configurations of one workspace.
struct Reader {
    store: Store,
    filter: PageFilter,
    after: Option<Position>,
    seen: Vec<ConfigId>,
}

impl Reader {
    fn new(store: &Store, workspace: WorkspaceId, order: Order) -> Self {
        let workspaces = VisibleWorkspaces::Only([workspace].into());
        let filter = PageFilter { workspaces, order, ..all() };
        Self { store: store.clone(), filter, after: Some(Position::START), seen: Vec::new() }
    }

    async fn read(&mut self, limit: u16) {
        let Some(after) = self.after else { return };
        let page = page(&self.store, &self.filter, after, limit).await;
        self.seen.extend(page.rows.iter().map(|row| match &row.config {
            ListedConfig::Intact(config) => config.id,
            ListedConfig::Corrupt(..) => panic!("{row:?}"),
        }));
        self.after = page.next;
    }

    async fn read_rest(&mut self, limit: u16) {
        while self.after.is_some() {
            self.read(limit).await;
        }
    }

    fn check(&self, throughout: &BTreeSet<ConfigId>) {
        let mut times: BTreeMap<ConfigId, usize> = BTreeMap::new();
        for id in &self.seen {
            *times.entry(*id).or_default() += 1;
        }
        assert!(times.values().all(|times| *times == 1), "a row is on two pages: {times:?}");
        let missing: Vec<_> = throughout.iter().filter(|id| !times.contains_key(id)).collect();
        assert!(missing.is_empty(), "a row is on no page: {missing:?}");
    }
}

async fn run(store: &Store, initial: usize, steps: &[Step]) {
    let workspace = workspace(store).await;
    let insert =
        async |n: usize| create(store, Scope::Workspace(workspace), named(&n.to_string())).await.unwrap();
    let mut rows: Vec<LlmConfig> = Vec::new();
    for n in 0..initial {
        rows.push(insert(n).await);
    }
    let mut throughout: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    let mut readers = ORDERS.map(|order| Reader::new(store, workspace, order));
    for (n, step) in steps.iter().enumerate() {
        match step {
            Step::Insert => rows.push(insert(initial + n).await),
            Step::Delete(_) if rows.is_empty() => {}
            Step::Delete(index) => {
                let row = rows.remove(index.index(rows.len()));
                throughout.remove(&row.id);
                delete(store, &row).await.unwrap();
            }
            Step::Page(limit) => {
                for reader in &mut readers {
                    reader.read(*limit).await;
                }
            }
        }
    }
    for mut reader in readers {
        reader.read_rest(2).await;
        reader.check(&throughout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_between_inserts_and_deletes_returns_each_lasting_row_once() {
    let (_database, store) = open_store().await;
    let runtime = tokio::runtime::Handle::current();
    let checked = tokio::task::spawn_blocking(move || {
        let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
        TestRunner::new(config).run(&(0_usize..8, steps()), |(initial, steps)| {
            runtime.block_on(run(&store, initial, &steps));
            Ok(())
        })
    });
    checked.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_during_concurrent_inserts_and_deletes_returns_each_lasting_row_once() {
    let (_database, stores) = open_stores(4).await;
    let workspace = workspace(&stores[0]).await;
    let mut lasting = BTreeSet::new();
    let mut doomed = Vec::new();
    for n in 0..60 {
        let row = create(&stores[0], Scope::Workspace(workspace), named(&format!("old {n}"))).await.unwrap();
        if n % 3 == 0 {
            doomed.push(row);
        } else {
            lasting.insert(row.id);
        }
    }
    let read = run_concurrently(&stores, |n, store| {
        let doomed = doomed.clone();
        async move {
            match n {
                0 => {
                    for row in &doomed {
                        delete(&store, row).await.unwrap();
                    }
                    None
                }
                1 => {
                    for n in 0..20 {
                        create(&store, Scope::Workspace(workspace), named(&format!("new {n}")))
                            .await
                            .unwrap();
                    }
                    None
                }
                _ => {
                    let mut reader = Reader::new(&store, workspace, ORDERS[n - 2]);
                    reader.read_rest(3).await;
                    Some(reader)
                }
            }
        }
    });
    for reader in read.await.into_iter().flatten() {
        reader.check(&lasting);
    }
}
