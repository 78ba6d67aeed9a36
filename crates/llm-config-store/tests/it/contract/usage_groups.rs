//! Sums of usage by group.

use llm_config_core::access::{OrgRole, TokenScope, VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::id::{PrincipalId, TokenId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::testing::TestDatabase;
use llm_config_store::usage::{
    UsageBatch, UsageFilter, UsageGroup, UsageGrouping, UsageHour, UsageKey, UsageRow,
};
use llm_config_store::{NewToken, Store, TokenText};

use super::open_store;
use super::usage::{call, key};
use crate::support::{OPERATOR, create, named, user, workspace};

fn hour(number: i64) -> UsageHour {
    UsageHour::containing(Timestamp::from_micros(number * 3_600_000_000))
}

/// A user with a configuration and a token, a workspace with a configuration, and usage of both.
struct Fixture {
    _database: TestDatabase,
    store: Store,
    ada: PrincipalId,
    team: WorkspaceId,
    own: LlmConfig,
    shared: LlmConfig,
    token: TokenId,
}

impl Fixture {
    /// The configuration of the user has a call in each of the hours 1 to 3, the last two with the token and
    /// another model; that of the workspace has one in hour 2, with a token that does not exist.
    async fn new() -> Self {
        let (database, store) = open_store().await;
        let (ada, team) = (user(&store, OrgRole::User).await, workspace(&store).await);
        let own = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
        let shared = create(&store, Scope::Workspace(team), named("b")).await.unwrap();
        let (token, revoked) = (store.new_token_id(), store.new_token_id());
        let (text, labels, token_scope) = (TokenText::generate(), Labels::default(), TokenScope::default());
        let new = NewToken { holder: ada, parent: None, labels, token_scope };
        store.write(move |tx| tx.create_token(token, &text, &new, &OPERATOR)).await.unwrap();
        let with = |token, key: UsageKey| UsageKey { token: Some(token), ..key };
        let rows = [
            (key(&own, "m", 1), call(1, 10)),
            (with(token, key(&own, "n", 2)), call(2, 20)),
            (with(token, key(&own, "n", 3)), call(4, 40)),
            (with(revoked, key(&shared, "m", 2)), call(8, 80)),
        ];
        store.add_usage(UsageBatch::new(store.new_replica_id(), 1, rows)).await.unwrap();
        Self { _database: database, store, ada, team, own, shared, token }
    }

    fn everything() -> UsageFilter {
        UsageFilter {
            owners: VisiblePrincipals::All,
            workspaces: VisibleWorkspaces::All,
            configs: None,
            from: hour(0),
            to: hour(100),
        }
    }

    /// The groups, each with its tokens in.
    async fn sums(&self, filter: UsageFilter, grouping: UsageGrouping) -> Vec<(UsageGroup, u64)> {
        let rows = self.store.read(move |tx| tx.usage_by(&filter, grouping, 100)).await.unwrap();
        rows.into_iter().map(|UsageRow { group, counters }| (group, counters.input)).collect()
    }

    /// The sum over all models.
    async fn sum(&self, filter: UsageFilter) -> u64 {
        self.sums(filter, UsageGrouping::Model).await.into_iter().map(|(_, input)| input).sum()
    }
}

#[tokio::test]
async fn sums_by_each_grouping_are_sorted_and_exact() {
    let fixture = Fixture::new().await;
    let sums = async |grouping| fixture.sums(Fixture::everything(), grouping).await;
    let mut by_config =
        vec![(UsageGroup::Config(fixture.own.id), 7), (UsageGroup::Config(fixture.shared.id), 8)];
    by_config.sort();
    assert_eq!(sums(UsageGrouping::Config).await, by_config);
    let model = |name: &str| UsageGroup::Model(name.to_owned());
    assert_eq!(sums(UsageGrouping::Model).await, [(model("m"), 9), (model("n"), 6)]);
    let workspace = UsageGroup::Workspace(Some(fixture.team));
    assert_eq!(sums(UsageGrouping::Workspace).await, [(UsageGroup::Workspace(None), 7), (workspace, 8)]);
    let hours = [1, 2, 3].map(|number| UsageGroup::Hour(hour(number))).into_iter().zip([1, 10, 4]);
    assert_eq!(sums(UsageGrouping::Hour).await, hours.collect::<Vec<_>>());
    let by_token = sums(UsageGrouping::Token).await;
    assert_eq!(by_token.len(), 3, "{by_token:?}");
    assert!(by_token.contains(&(UsageGroup::Token(None), 1)), "{by_token:?}");
    let held = UsageGroup::Token(Some((fixture.token, Some(fixture.ada))));
    assert!(by_token.contains(&(held, 6)), "{by_token:?}");
    assert!(
        by_token
            .iter()
            .any(|(group, input)| { matches!(group, UsageGroup::Token(Some((_, None)))) && *input == 8 })
    );
}

#[tokio::test]
async fn sums_of_filter_count_matching_rows_only() {
    let fixture = Fixture::new().await;
    let all = Fixture::everything();
    assert_eq!(fixture.sum(UsageFilter { from: hour(2), ..all.clone() }).await, 14);
    assert_eq!(fixture.sum(UsageFilter { to: hour(2), ..all.clone() }).await, 1);
    assert_eq!(fixture.sum(UsageFilter { from: hour(2), to: hour(3), ..all.clone() }).await, 10);
    let no_workspaces = VisibleWorkspaces::Only([].into());
    let of_owners = UsageFilter { workspaces: no_workspaces.clone(), ..all.clone() };
    assert_eq!(fixture.sum(of_owners.clone()).await, 7);
    let of_workspaces = UsageFilter { owners: VisiblePrincipals::None, ..all.clone() };
    assert_eq!(fixture.sum(of_workspaces.clone()).await, 8);
    let stranger = VisiblePrincipals::Only(fixture.store.new_principal_id());
    let team = VisibleWorkspaces::Only([fixture.team].into());
    for (owners, workspaces, expected) in [
        (VisiblePrincipals::Only(fixture.ada), no_workspaces.clone(), 7),
        (VisiblePrincipals::Only(fixture.ada), team.clone(), 15),
        (stranger, team, 8),
        (stranger, no_workspaces.clone(), 0),
        (VisiblePrincipals::None, no_workspaces, 0),
    ] {
        let filter = UsageFilter { owners, workspaces, ..all.clone() };
        assert_eq!(fixture.sum(filter.clone()).await, expected, "{filter:?}");
    }
    for (configs, expected) in [(vec![], 0), (vec![fixture.own.id], 7), (vec![fixture.shared.id], 8)] {
        let filter = UsageFilter { configs: Some(configs.into_iter().collect()), ..all.clone() };
        assert_eq!(fixture.sum(filter).await, expected);
    }
    let none_of_them = UsageFilter { configs: Some([fixture.own.id].into()), ..of_workspaces };
    assert_eq!(fixture.sum(none_of_them).await, 0);
}

#[tokio::test]
async fn sums_of_more_groups_than_the_limit_are_cut() {
    let fixture = Fixture::new().await;
    let filter = Fixture::everything();
    let rows = fixture.store.read(move |tx| tx.usage_by(&filter, UsageGrouping::Hour, 2)).await.unwrap();
    assert_eq!(rows.len(), 2);
}

#[tokio::test]
async fn sums_that_overflow_stay_at_the_maximum() {
    let fixture = Fixture::new().await;
    let rows = [1, 2, 3].map(|number| (key(&fixture.own, "m", number), call(u64::MAX, 1 << 50)));
    let batch = UsageBatch::new(fixture.store.new_replica_id(), 1, rows);
    fixture.store.add_usage(batch).await.unwrap();
    let filter = UsageFilter { workspaces: VisibleWorkspaces::Only([].into()), ..Fixture::everything() };
    let rows = fixture.store.read(move |tx| tx.usage_by(&filter, UsageGrouping::Model, 9)).await.unwrap();
    let counters = &rows[0].counters;
    assert_eq!(counters.output, 3 * (1 << 50) + 10);
    // On SQLite, such a sum is rounded.
    assert!(counters.input > i64::MAX.unsigned_abs() - 2000, "{counters:?}");
}
