//! The last check of each configuration, and changes of verdict.

use llm_config_core::config::LlmConfig;
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{
    CheckTrigger, LastCheck, NewCheck, RecordedCheck, Store, StoreError, Usable, Verdict, VerdictChange,
};

use super::checks::{check_of, in_workspace, list, record, verdict};
use super::{open_store, open_store_with_clock, open_stores};
use crate::support::{create, endpoint_patch, named, owner, run_concurrently, update};

/// A check of the given state with a verdict.
fn judged(config: &LlmConfig, verdict: Verdict) -> NewCheck {
    NewCheck { verdict, ..check_of(config, None) }
}

fn unjudged(usable: Usable, reason: &str) -> Verdict {
    Verdict { is_judgement: false, ..verdict(usable, reason) }
}

/// Records a check and returns the change of the verdict.
async fn change(store: &Store, check: NewCheck) -> Option<VerdictChange> {
    match store.write(move |tx| tx.record_check(&check)).await.unwrap() {
        RecordedCheck::Stored(change) => change,
        RecordedCheck::Outdated => panic!("an outdated check"),
    }
}

/// The verdict before the recorded check, if it differs; the inner `None` is the first verdict.
async fn before(store: &Store, check: NewCheck) -> Option<Option<Usable>> {
    change(store, check).await.map(|change| change.before)
}

async fn last(store: &Store, config: &LlmConfig) -> Option<LastCheck> {
    let id = config.id;
    store.read(move |tx| tx.find_last_check(id)).await.unwrap()
}

#[tokio::test]
async fn record_check_returns_each_change_of_verdict_once() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    for (usable, reason, expected) in [
        (Usable::No, "bad_key", Some(None)),
        (Usable::No, "bad_key", None),
        (Usable::No, "model_not_found", None),
        (Usable::Unknown, "timeout", Some(Some(Usable::No))),
        (Usable::Yes, "ok", Some(Some(Usable::Unknown))),
        (Usable::Yes, "ok", None),
        (Usable::No, "quota_exhausted", Some(Some(Usable::Yes))),
    ] {
        let found = before(&store, judged(&config, verdict(usable, reason))).await;
        assert_eq!(found, expected, "{usable:?} {reason}");
        assert_eq!(last(&store, &config).await.unwrap().verdict, verdict(usable, reason));
    }
}

#[tokio::test]
async fn record_check_compares_with_verdict_on_the_state_before_a_change() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    assert_eq!(before(&store, judged(&config, verdict(Usable::No, "bad_key"))).await, Some(None));
    let changed = update(&store, config.id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    assert!(!last(&store, &config).await.unwrap().is_current);
    let works = || judged(&changed, verdict(Usable::Yes, "ok"));
    assert_eq!(before(&store, works()).await, Some(Some(Usable::No)));
    assert!(last(&store, &config).await.unwrap().is_current);
    let again = update(&store, config.id, endpoint_patch("https://api.openai.com/v3")).await.unwrap();
    assert_eq!(before(&store, judged(&again, verdict(Usable::Yes, "ok"))).await, None);
}

#[tokio::test]
async fn check_that_cannot_judge_replaces_no_current_verdict() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    let reach = || unjudged(Usable::Unknown, "depth");
    let blocked = || unjudged(Usable::No, "blocked_by_policy");
    assert_eq!(last(&store, &config).await, None);
    for other in [reach(), blocked()] {
        assert_eq!(change(&store, judged(&config, other.clone())).await, None);
        assert_eq!(last(&store, &config).await.unwrap().verdict, other, "better than nothing");
    }
    assert_eq!(before(&store, judged(&config, verdict(Usable::Yes, "ok"))).await, Some(None));
    for other in [reach(), blocked()] {
        assert_eq!(change(&store, judged(&config, other)).await, None);
        assert_eq!(last(&store, &config).await.unwrap().verdict, verdict(Usable::Yes, "ok"));
    }
    assert_eq!(list(&store, &config, 10).await.len(), 5, "the history has them all");
    // Once the verdict is outdated, such a check says more.
    let changed = update(&store, config.id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    assert_eq!(change(&store, judged(&changed, reach())).await, None);
    assert_eq!(last(&store, &config).await.unwrap().verdict, reach());
}

#[tokio::test]
async fn change_of_verdict_names_config_and_scope() {
    let (database, store) = open_store().await;
    let of_workspace = in_workspace(&store, "a").await;
    let found = change(&store, judged(&of_workspace, verdict(Usable::No, "bad_key"))).await.unwrap();
    let expected = VerdictChange {
        before: None,
        name: Some("a".parse().unwrap()),
        scope: Some(of_workspace.scope),
        workspace: Some("team".parse().unwrap()),
    };
    assert_eq!(found, expected);
    let scope = owner(&store).await;
    let of_owner = create(&store, scope, named("b")).await.unwrap();
    let found = change(&store, judged(&of_owner, verdict(Usable::Yes, "ok"))).await.unwrap();
    assert_eq!((found.scope, found.workspace), (Some(scope), None));
    // Names of a corrupt row are left out.
    database.execute("UPDATE llm_configs SET name = ''; UPDATE workspaces SET name = ''");
    let found = change(&store, judged(&of_workspace, verdict(Usable::Yes, "ok"))).await.unwrap();
    assert_eq!((found.name, found.workspace), (None, None));
    let found = change(&store, judged(&of_owner, verdict(Usable::No, "bad_key"))).await.unwrap();
    assert_eq!((found.name, found.scope, found.workspace), (None, Some(scope), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn record_check_concurrently_returns_one_change() {
    let (_database, stores) = open_stores(4).await;
    let config = in_workspace(&stores[0], "a").await;
    for (usable, reason) in [(Usable::No, "bad_key"), (Usable::Yes, "ok"), (Usable::No, "bad_key")] {
        let changes = run_concurrently(&stores, |_, store| {
            let check = judged(&config, verdict(usable, reason));
            async move { change(&store, check).await }
        });
        let changes = changes.await;
        assert_eq!(changes.iter().flatten().count(), 1, "{changes:?}");
    }
}

#[tokio::test]
async fn record_check_in_failed_write_changes_no_verdict() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    assert!(record(&store, judged(&config, verdict(Usable::Yes, "ok"))).await);
    let check = judged(&config, verdict(Usable::No, "bad_key"));
    let failed = store.write(move |tx| {
        assert!(matches!(tx.record_check(&check)?, RecordedCheck::Stored(Some(_))));
        Err::<(), _>(StoreError::CallerGone)
    });
    failed.await.unwrap_err();
    let again = before(&store, judged(&config, verdict(Usable::No, "bad_key"))).await;
    assert_eq!(again, Some(Some(Usable::Yes)), "the change was not lost");
}

/// Sets the report of the check that was opened at `at`.
fn set_report(database: &TestDatabase, at: i64, report: &str) {
    database.execute(&format!("UPDATE config_checks SET report = '{report}' WHERE at = {at}"));
}

#[tokio::test]
async fn open_fills_last_checks_from_the_history() {
    let (database, store, clock) = open_store_with_clock().await;
    let scope = owner(&store).await;
    let mut configs = Vec::new();
    for name in ["newest", "unknown", "without report", "no JSON", "unchecked"] {
        configs.push(create(&store, scope, named(name)).await.unwrap());
    }
    let past = [
        (0, Some(true), r#"{"usable": "yes", "reason": "ok", "depth": "credential"}"#),
        (0, Some(false), r#"{"usable": "no", "reason": "bad_key"}"#),
        (1, None, r#"{"usable": "unknown", "reason": "timeout"}"#),
        (2, Some(true), "{}"),
        (3, Some(true), "no JSON"),
    ];
    for (at, (n, works, _)) in (1..).zip(past) {
        clock.set(at);
        let check = NewCheck { trigger: CheckTrigger::Background, ..check_of(&configs[n], works) };
        assert!(record(&store, check).await);
    }
    update(&store, configs[1].id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    drop(store);
    while database.revert_last().unwrap() != "0007" {}
    for (at, (_, _, report)) in (1..).zip(past) {
        set_report(&database, at, report);
    }
    let store = database.store().await;
    let shown = last(&store, &configs[0]).await.unwrap();
    assert_eq!(shown.verdict, verdict(Usable::No, "bad_key"));
    assert_eq!((shown.at.as_micros(), shown.trigger, shown.is_current), (2, CheckTrigger::Background, true));
    let shown = last(&store, &configs[1]).await.unwrap();
    assert_eq!((shown.verdict, shown.is_current), (unjudged(Usable::Unknown, "timeout"), false));
    for config in &configs[2..] {
        assert_eq!(last(&store, config).await, None, "{}", config.settings.name);
    }
    assert_eq!(before(&store, judged(&configs[0], verdict(Usable::No, "bad_key"))).await, None);
    assert_eq!(before(&store, judged(&configs[2], verdict(Usable::Yes, "ok"))).await, Some(None));
}
