//! The last check of each configuration, and changes of verdict.

use llm_config_core::check::Usable;
use llm_config_core::config::LlmConfig;
use llm_config_core::patch::UncheckedPatch;
use llm_config_core::time::Timestamp;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{
    CheckTrigger, LastCheck, NewCheck, RecordedCheck, Store, StoreError, Verdict, VerdictChange,
};

use super::checks::{check_of, in_workspace, list, verdict};
use super::{open_store, open_store_with_clock, open_stores};
use crate::support::{create, endpoint_patch, named, owner, run_concurrently, update};

/// A check of the given state with a verdict.
fn judged(config: &LlmConfig, verdict: Verdict) -> NewCheck {
    NewCheck { verdict, ..check_of(config, None) }
}

fn unjudged(usable: Usable, reason: &str) -> Verdict {
    Verdict { is_judgement: false, ..verdict(usable, reason) }
}

/// A check that was opened at `at`.
fn opened(at: i64, check: NewCheck) -> NewCheck {
    NewCheck { at: Timestamp::from_micros(at), ..check }
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
async fn record_check_without_judgement_replaces_no_current_judgement() {
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
async fn record_check_after_one_without_judgement_compares_with_last_judgement() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    assert_eq!(before(&store, judged(&config, verdict(Usable::No, "bad_key"))).await, Some(None));
    let steps = [
        ("https://api.openai.com/v2", Usable::Yes, "ok", Some(Some(Usable::No))),
        ("https://api.openai.com/v3", Usable::Yes, "ok", None),
        ("https://api.openai.com/v4", Usable::No, "bad_key", Some(Some(Usable::Yes))),
    ];
    for (endpoint, usable, reason, expected) in steps {
        let changed = update(&store, config.id, endpoint_patch(endpoint)).await.unwrap();
        for other in [unjudged(Usable::Unknown, "depth"), unjudged(Usable::No, "blocked_by_policy")] {
            assert_eq!(change(&store, judged(&changed, other.clone())).await, None);
            assert_eq!(last(&store, &config).await.unwrap().verdict, other);
        }
        assert_eq!(before(&store, judged(&changed, verdict(usable, reason))).await, expected, "{endpoint}");
    }
}

#[tokio::test]
async fn record_check_after_clock_was_ahead_replaces_last_check() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    let fails = || verdict(Usable::No, "bad_key");
    let day = 86_400_000_000;
    assert_eq!(before(&store, opened(day, judged(&config, fails()))).await, Some(None));
    assert_eq!(change(&store, opened(1, judged(&config, fails()))).await, None);
    let shown = last(&store, &config).await.unwrap();
    assert_eq!((shown.at.as_micros(), shown.since.as_micros()), (1, 1));
    let works = verdict(Usable::Yes, "ok");
    assert_eq!(before(&store, opened(2, judged(&config, works.clone()))).await, Some(Some(Usable::No)));
    assert_eq!(last(&store, &config).await.unwrap().verdict, works);
}

#[tokio::test]
async fn record_check_of_earlier_revision_replaces_no_newer_check() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    let (works, fails) = (|| verdict(Usable::Yes, "ok"), || verdict(Usable::No, "bad_key"));
    assert_eq!(before(&store, opened(5, judged(&config, works()))).await, Some(None));
    assert_eq!(before(&store, opened(6, judged(&config, works()))).await, None, "no change was lost");
    let rename = UncheckedPatch { name: Some("b".to_owned()), ..UncheckedPatch::default() };
    let renamed = update(&store, config.id, rename).await.unwrap();
    assert_eq!(before(&store, opened(7, judged(&renamed, works()))).await, None);
    assert_eq!(change(&store, opened(8, judged(&config, fails()))).await, None, "an earlier revision");
    assert_eq!(last(&store, &config).await.unwrap().verdict, works());
    assert_eq!(list(&store, &config, 10).await.len(), 4, "the history has them all");
}

#[tokio::test]
async fn record_judgement_that_was_opened_before_another_check_replaces_it() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    assert_eq!(change(&store, opened(5, judged(&config, unjudged(Usable::Unknown, "depth")))).await, None);
    assert_eq!(change(&store, opened(4, judged(&config, unjudged(Usable::No, "depth")))).await, None);
    assert_eq!(last(&store, &config).await.unwrap().at.as_micros(), 4);
    let judgement = opened(3, judged(&config, verdict(Usable::Yes, "ok")));
    assert_eq!(before(&store, judgement).await, Some(None));
    assert_eq!(last(&store, &config).await.unwrap().verdict, verdict(Usable::Yes, "ok"));
}

#[tokio::test]
async fn record_check_with_change_names_config_and_scope() {
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
    assert_eq!(before(&store, judged(&config, verdict(Usable::Yes, "ok"))).await, Some(None));
    let check = judged(&config, verdict(Usable::No, "bad_key"));
    let failed = store.write(move |tx| {
        assert!(matches!(tx.record_check(&check)?, RecordedCheck::Stored(Some(_))));
        Err::<(), _>(StoreError::CallerGone)
    });
    failed.await.unwrap_err();
    let again = before(&store, judged(&config, verdict(Usable::No, "bad_key"))).await;
    assert_eq!(again, Some(Some(Usable::Yes)), "the change was not lost");
}

/// The last check and the last judgement of each configuration, as the database has them.
fn last_checks(database: &TestDatabase) -> Vec<String> {
    database.texts(
        "SELECT config_id || ' ' || sequence || ' ' || revision || ' ' || at || ' ' || trigger \
         || ' ' || usable || ' ' || reason || ' ' || is_judgement \
         || ' ' || coalesce(last_judgement, '') AS value \
         FROM last_checks ORDER BY config_id",
    )
}

/// A step in the life of a configuration.
#[derive(Clone, Copy)]
enum Step {
    Check(Usable, &'static str, &'static str),
    NewEndpoint,
}

/// Checks that the history gives the same last check as recording did, and returns what it is.
async fn check_filled(steps: &[Step]) -> (Verdict, bool, Option<Option<Usable>>) {
    let (database, store, clock) = open_store_with_clock().await;
    let mut config = in_workspace(&store, "a").await;
    for (n, step) in (1..).zip(steps) {
        clock.set(10 * n);
        let (usable, reason, depth) = match *step {
            Step::Check(usable, reason, depth) => (usable, reason, depth),
            Step::NewEndpoint => {
                let endpoint = format!("https://api.openai.com/{n}");
                config = update(&store, config.id, endpoint_patch(&endpoint)).await.unwrap();
                continue;
            }
        };
        let report =
            format!(r#"{{"usable": "{}", "reason": "{reason}", "depth": "{depth}"}}"#, usable.as_str());
        let works =
            [(Usable::Yes, true), (Usable::No, false)].into_iter().find(|(known, _)| *known == usable);
        let check = NewCheck {
            verdict: Verdict::from_report(&report).unwrap(),
            trigger: CheckTrigger::Background,
            report: report.try_into().unwrap(),
            ..check_of(&config, works.map(|(_, works)| works))
        };
        change(&store, opened(10 * n, check)).await;
    }
    let recorded = last_checks(&database);
    drop(store);
    while database.revert_last().unwrap() != "0007" {}
    let store = database.store().await;
    assert_eq!(last_checks(&database), recorded);
    let shown = last(&store, &config).await.unwrap();
    clock.set(1000);
    let next = before(&store, opened(1000, judged(&config, verdict(Usable::Unknown, "timeout")))).await;
    (shown.verdict, shown.is_current, next)
}

#[tokio::test]
async fn open_after_migration_fills_last_checks_by_the_rule_of_recording() {
    use Step::{Check, NewEndpoint};
    use Usable::{No, Unknown, Yes};
    let works = Check(Yes, "ok", "credential");
    let (fails, blocked) = (Check(No, "bad_key", "inference"), Check(No, "blocked_by_policy", "credential"));
    let (timeout, reach) = (Check(Unknown, "timeout", "credential"), Check(Unknown, "depth", "reach"));
    let cases: &[(&[Step], Verdict, bool, Option<Usable>)] = &[
        (&[works, fails], verdict(No, "bad_key"), true, Some(No)),
        (&[works, timeout], verdict(Unknown, "timeout"), true, Some(Unknown)),
        (&[works, reach, blocked], verdict(Yes, "ok"), true, Some(Yes)),
        (&[reach, blocked], unjudged(No, "blocked_by_policy"), true, None),
        (&[works, NewEndpoint], verdict(Yes, "ok"), false, Some(Yes)),
        (&[works, NewEndpoint, reach], unjudged(Unknown, "depth"), true, Some(Yes)),
        (&[works, NewEndpoint, reach, NewEndpoint], unjudged(Unknown, "depth"), false, Some(Yes)),
    ];
    for (n, (steps, shown, is_current, last_judgement)) in cases.iter().enumerate() {
        // The next judgement is `unknown`, so that this one is no change.
        let change = (*last_judgement != Some(Unknown)).then_some(*last_judgement);
        assert_eq!(check_filled(steps).await, (shown.clone(), *is_current, change), "case {n}");
    }
}

#[tokio::test]
async fn open_after_migration_leaves_out_checks_without_verdict() {
    let (database, store) = open_store().await;
    let scope = owner(&store).await;
    let reports = ["{}", r#"{"usable": "maybe", "reason": "ok", "depth": "credential"}"#, "no JSON", ""];
    for (at, report) in (1..).zip(reports) {
        let config = create(&store, scope, named(&at.to_string())).await.unwrap();
        let check = opened(at, judged(&config, verdict(Usable::Yes, "ok")));
        change(&store, check).await;
        database.execute(&format!("UPDATE config_checks SET report = '{report}' WHERE at = {at}"));
    }
    create(&store, scope, named("unchecked")).await.unwrap();
    drop(store);
    while database.revert_last().unwrap() != "0007" {}
    drop(database.store().await);
    assert_eq!(last_checks(&database), Vec::<String>::new());
}
