//! What needs attention: failing configurations, expiring tokens, lost keys, corrupt rows.

use std::collections::BTreeMap;

use llm_config_core::access::{OrgRole, TokenScope, VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::check::Usable;
use llm_config_core::config::LlmConfig;
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::{
    Failing, NewCheck, NewToken, RecordedCheck, Store, Token, TokenText, UnreadableRow, VisibleConfigs,
};

use super::checks::{check_of, verdict};
use super::{FixedClock, database, open_store, open_store_with_clock};
use crate::support::{OPERATOR, create, delete, endpoint_patch, named, transfer_to, update, user, workspace};

/// A keyring with another current key than that of the test databases, and that one.
const TWO_KEYS: &str = "new-key AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n\
                        test-key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn all() -> VisibleConfigs {
    VisibleConfigs { owners: VisiblePrincipals::All, workspaces: VisibleWorkspaces::All, narrowed_to: None }
}

fn none() -> VisibleConfigs {
    let workspaces = VisibleWorkspaces::Only([].into());
    VisibleConfigs { owners: VisiblePrincipals::None, workspaces, narrowed_to: None }
}

async fn record(store: &Store, config: &LlmConfig, at: i64, usable: Usable) {
    let check = NewCheck {
        verdict: verdict(usable, "timeout"),
        at: Timestamp::from_micros(at),
        ..check_of(config, None)
    };
    let recorded = store.write(move |tx| tx.record_check(&check)).await.unwrap();
    assert_ne!(recorded, RecordedCheck::Outdated);
}

/// Checks the names of the failing configurations and since when they fail.
async fn check(store: &Store, visible: &VisibleConfigs, failing: Failing, expected: &[(&str, i64)]) {
    let visible = visible.clone();
    let found = store.read(move |tx| tx.failing_configs(&visible, failing, 3)).await.unwrap();
    let found: Vec<_> =
        found.iter().map(|found| (found.name.as_str(), found.last_check.since.as_micros())).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn failing_configs_are_those_of_visible_scopes_newest_first() {
    let (_database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::User).await, user(&store, OrgRole::User).await);
    let (team, other) = (workspace(&store).await, workspace(&store).await);
    let mut configs = Vec::new();
    for (at, (name, scope, usable)) in [
        ("ada", Scope::Owner(ada), Usable::No),
        ("bob", Scope::Owner(bob), Usable::No),
        ("team", Scope::Workspace(team), Usable::No),
        ("other", Scope::Workspace(other), Usable::No),
        ("works", Scope::Owner(ada), Usable::Yes),
        ("unknown", Scope::Owner(ada), Usable::Unknown),
    ]
    .into_iter()
    .enumerate()
    {
        let config = create(&store, scope, named(name)).await.unwrap();
        record(&store, &config, i64::try_from(at).unwrap() + 1, usable).await;
        configs.push(config);
    }
    let rejected = Failing::Rejected;
    let only = |owners, workspaces: &[_]| VisibleConfigs {
        owners,
        workspaces: VisibleWorkspaces::Only(workspaces.iter().copied().collect()),
        narrowed_to: None,
    };
    let (of_ada, everyone) = (VisiblePrincipals::Only(ada), VisiblePrincipals::All);
    check(&store, &all(), rejected, &[("other", 4), ("team", 3), ("bob", 2)]).await;
    check(&store, &none(), rejected, &[]).await;
    check(&store, &only(of_ada, &[]), rejected, &[("ada", 1)]).await;
    check(&store, &only(of_ada, &[team]), rejected, &[("team", 3), ("ada", 1)]).await;
    check(&store, &only(everyone, &[other]), rejected, &[("other", 4), ("bob", 2), ("ada", 1)]).await;
    let of_workspaces = VisibleConfigs { owners: VisiblePrincipals::None, ..all() };
    check(&store, &of_workspaces, rejected, &[("other", 4), ("team", 3)]).await;
    let narrowed = VisibleConfigs { narrowed_to: Some([configs[1].id, configs[4].id].into()), ..all() };
    check(&store, &narrowed, rejected, &[("bob", 2)]).await;
    let before = |micros| Failing::UndeterminedSince(Timestamp::from_micros(micros));
    check(&store, &all(), before(6), &[]).await;
    check(&store, &all(), before(7), &[("unknown", 6)]).await;
    // A changed configuration is not checked yet, and a transfer deletes the checks.
    update(&store, configs[3].id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    transfer_to(&store, configs[1].id, Scope::Owner(ada)).await.unwrap();
    delete(&store, &configs[2]).await.unwrap();
    check(&store, &all(), rejected, &[("ada", 1)]).await;
    let moved = store.read(move |tx| tx.find_config(configs[1].id)).await.unwrap().unwrap();
    record(&store, &moved, 9, Usable::No).await;
    check(&store, &only(of_ada, &[]), rejected, &[("bob", 9), ("ada", 1)]).await;
    check(&store, &only(VisiblePrincipals::Only(bob), &[]), rejected, &[]).await;
}

#[tokio::test]
async fn failing_since_is_the_first_check_with_the_same_state_of_the_same_target() {
    let (_database, store) = open_store().await;
    let scope = Scope::Workspace(workspace(&store).await);
    let config = create(&store, scope, named("a")).await.unwrap();
    let undetermined = Failing::UndeterminedSince(Timestamp::from_micros(100));
    for (at, usable, since) in [
        (1, Usable::Unknown, Some(1)),
        (2, Usable::Unknown, Some(1)),
        (3, Usable::Yes, None),
        (4, Usable::Unknown, Some(4)),
        (5, Usable::Unknown, Some(4)),
    ] {
        record(&store, &config, at, usable).await;
        let expected: Vec<_> = since.map(|since| ("a", since)).into_iter().collect();
        check(&store, &all(), undetermined, &expected).await;
    }
    let changed = update(&store, config.id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    check(&store, &all(), undetermined, &[]).await;
    record(&store, &changed, 6, Usable::Unknown).await;
    check(&store, &all(), undetermined, &[("a", 6)]).await;
}

#[tokio::test]
async fn failing_since_is_kept_when_last_checks_are_computed_from_the_history() {
    let (database, store) = open_store().await;
    let scope = Scope::Workspace(workspace(&store).await);
    let config = create(&store, scope, named("a")).await.unwrap();
    for (at, usable) in [(1, Usable::No), (2, Usable::Yes), (3, Usable::No), (4, Usable::No)] {
        let report =
            format!("{{\"usable\":\"{}\",\"reason\":\"ok\",\"depth\":\"credential\"}}", usable.as_str());
        let check = NewCheck {
            verdict: verdict(usable, "ok"),
            at: Timestamp::from_micros(at),
            report: report.try_into().unwrap(),
            ..check_of(&config, None)
        };
        store.write(move |tx| tx.record_check(&check)).await.unwrap();
    }
    check(&store, &all(), Failing::Rejected, &[("a", 3)]).await;
    drop(store);
    database.execute("UPDATE installation SET list_rules = 0");
    database.execute("UPDATE last_checks SET since = 1");
    check(&database.store().await, &all(), Failing::Rejected, &[("a", 3)]).await;
}

#[tokio::test]
async fn last_check_that_an_earlier_version_wrote_has_scope_and_since() {
    let (database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    let config = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
    let id = config.id;
    database.execute(&format!(
        "INSERT INTO last_checks (config_id, sequence, revision, at, trigger, usable, reason, is_judgement) \
         VALUES ('{id}', 1, 1, 5, 'REQUEST', 'no', 'bad_key', 1)"
    ));
    let visible = VisibleConfigs { owners: VisiblePrincipals::Only(ada), ..none() };
    check(&store, &visible, Failing::Rejected, &[("a", 5)]).await;
    database.execute("UPDATE last_checks SET usable = 'unknown', at = 7");
    let undetermined = Failing::UndeterminedSince(Timestamp::from_micros(100));
    check(&store, &visible, undetermined, &[("a", 7)]).await;
    database.execute("UPDATE last_checks SET usable = 'unknown', at = 8");
    check(&store, &visible, undetermined, &[("a", 7)]).await;
}

async fn issue(store: &Store, holder: PrincipalId, label: &str, expires_at: Option<i64>) {
    let labels = BTreeMap::from([("n".to_owned(), label.to_owned())]).try_into().unwrap();
    let token_scope =
        TokenScope { expires_at: expires_at.map(Timestamp::from_micros), ..TokenScope::default() };
    let new = NewToken { holder, parent: None, labels, token_scope };
    let (id, text) = (store.new_token_id(), TokenText::generate());
    store.write(move |tx| tx.create_token(id, &text, &new, &OPERATOR)).await.unwrap();
}

/// The labels on all pages of `limit` tokens that expire until 100.
async fn expiring(store: &Store, holder: Option<PrincipalId>, limit: u16) -> Vec<String> {
    let (mut labels, mut after) = (Vec::new(), None);
    loop {
        let until = Timestamp::from_micros(100);
        let page = store.read(move |tx| tx.expiring_tokens(holder, until, after, limit)).await.unwrap();
        let label = |token: Token| BTreeMap::from(token.labels).remove("n").unwrap();
        labels.extend(page.tokens.into_iter().map(label));
        after = page.next;
        if after.is_none() {
            return labels;
        }
    }
}

#[tokio::test]
async fn expiring_tokens_are_usable_ones_in_the_order_of_their_expiry() {
    let (database, store, clock): (_, _, FixedClock) = open_store_with_clock().await;
    let (ada, bob) = (user(&store, OrgRole::User).await, user(&store, OrgRole::User).await);
    for (holder, label, expires_at) in [
        (ada, "never", None),
        (ada, "late", Some(101)),
        (ada, "last", Some(100)),
        (bob, "tie 1", Some(50)),
        (ada, "tie 2", Some(50)),
        (bob, "off", Some(60)),
        (ada, "now", Some(10)),
        (bob, "next", Some(11)),
    ] {
        issue(&store, holder, label, expires_at).await;
    }
    database.execute("UPDATE tokens SET status = 'INACTIVE' WHERE labels LIKE '%off%'");
    clock.set(10);
    for limit in [1, 2, 3, 100] {
        assert_eq!(expiring(&store, None, limit).await, ["next", "tie 1", "tie 2", "last"], "{limit}");
        assert_eq!(expiring(&store, Some(ada), limit).await, ["tie 2", "last"], "{limit}");
    }
}

#[tokio::test]
async fn configs_under_lost_keys_are_those_that_this_keyring_cannot_open() {
    let database = database();
    let old = database.store().await;
    let (ada, team) = (user(&old, OrgRole::User).await, workspace(&old).await);
    create(&old, Scope::Owner(ada), named("kept")).await.unwrap();
    let both = Store::open(database.options_with(TWO_KEYS)).await.unwrap();
    for (name, scope) in [("lost", Scope::Owner(ada)), ("team", Scope::Workspace(team))] {
        create(&both, scope, named(name)).await.unwrap();
    }
    let names = async |store: &Store, visible: &VisibleConfigs, limit| {
        let visible = visible.clone();
        let found = store.read(move |tx| tx.configs_under_lost_keys(&visible, limit)).await.unwrap();
        let name = |(row, key): &(UnreadableRow, _)| format!("{} {key}", row.name.as_ref().unwrap());
        let mut names: Vec<_> = found.iter().map(name).collect();
        names.sort();
        names
    };
    assert_eq!(names(&both, &all(), 20).await, [""; 0]);
    // A server that does not have the new key.
    assert_eq!(names(&old, &all(), 20).await, ["lost new-key", "team new-key"]);
    assert_eq!(names(&old, &all(), 1).await.len(), 1);
    let of_ada = VisibleConfigs { owners: VisiblePrincipals::Only(ada), ..none() };
    assert_eq!(names(&old, &of_ada, 20).await, ["lost new-key"]);
    let of_workspaces = VisibleConfigs { owners: VisiblePrincipals::None, ..all() };
    assert_eq!(names(&old, &of_workspaces, 20).await, ["team new-key"]);
    assert_eq!(names(&old, &none(), 20).await, [""; 0]);
}

#[tokio::test]
async fn corrupt_configs_are_those_that_cannot_be_read_now() {
    let (database, store) = open_store().await;
    let ada = user(&store, OrgRole::User).await;
    let mut ids = Vec::new();
    for name in ["intact", "endpoint", "label", "owner"] {
        ids.push(create(&store, Scope::Owner(ada), named(name)).await.unwrap().id.to_string());
    }
    let corrupt = async |ids: &[String]| {
        let ids = ids.to_vec();
        let found = store.read(move |tx| tx.corrupt_configs(&ids)).await.unwrap();
        let describe = |row: UnreadableRow| {
            (row.name.map(String::from).unwrap_or_default(), row.scope == Some(Scope::Owner(ada)))
        };
        found.into_iter().map(describe).collect::<Vec<_>>()
    };
    assert_eq!(corrupt(&ids).await, []);
    database.execute("UPDATE llm_configs SET endpoint = 'nonsense' WHERE name = 'endpoint'");
    let id = &ids[2];
    database.execute(&format!(
        "INSERT INTO config_labels (config_id, key, value) VALUES ('{id}', '{}', '')",
        "k".repeat(10_000)
    ));
    database.execute("UPDATE llm_configs SET created_by = '?', name = '' WHERE name = 'owner'");
    let found = corrupt(&ids).await;
    assert_eq!(found[0], ("endpoint".to_owned(), true));
    assert_eq!(found.last(), Some(&(String::new(), true)));
    assert_eq!(corrupt(&ids[..1]).await, []);
}
