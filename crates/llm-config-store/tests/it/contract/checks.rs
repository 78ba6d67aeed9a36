//! The history of checks: which checks are recorded, current and kept.

use llm_config_core::access::OrgRole;
use llm_config_core::check::Usable;
use llm_config_core::config::{LlmConfig, Revision};
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::{LabelPatch, Patch, UncheckedPatch};
use llm_config_core::scope::Scope;
use llm_config_core::target::Purpose;
use llm_config_store::{
    Check, CheckReport, CheckReportError, CheckTrigger, KEPT_CHECKS, NewCheck, RecordedCheck, Store,
    StoreError, Verdict,
};
use serde_json::json;

use super::available_configs::{all, available};
use super::{open_store, open_store_with_clock};
use crate::support::{
    OPERATOR, api_key, count, create, delete, endpoint_patch, events, find, named, new, run_concurrently,
    secret_patch, text, transfer_to, update, user, workspace,
};

fn report(n: u32) -> CheckReport {
    CheckReport::try_from(format!("{{\"n\": {n}}}")).unwrap()
}

/// A check of the given state of a configuration.
pub(super) fn check_of(config: &LlmConfig, works: Option<bool>) -> NewCheck {
    NewCheck {
        config: config.id,
        incarnation: config.incarnation,
        revision: config.revision,
        at: config.updated.at,
        trigger: CheckTrigger::Request,
        checked_by: PrincipalId::OPERATOR,
        works,
        verdict: match works {
            Some(true) => verdict(Usable::Yes, "ok"),
            Some(false) => verdict(Usable::No, "bad_key"),
            None => verdict(Usable::Unknown, "timeout"),
        },
        report: report(0),
    }
}

/// The verdict of a judgement.
pub(super) fn verdict(usable: Usable, reason: &str) -> Verdict {
    Verdict { usable, reason: reason.parse().unwrap(), is_judgement: true }
}

/// Records a check that was opened at the current time. Returns whether it was stored.
pub(super) async fn record(store: &Store, check: NewCheck) -> bool {
    let check = NewCheck { at: store.now(), ..check };
    store.write(move |tx| tx.record_check(&check)).await.unwrap() != RecordedCheck::Outdated
}

pub(super) async fn list(store: &Store, config: &LlmConfig, limit: u32) -> Vec<Check> {
    let id = config.id;
    store.read(move |tx| tx.list_checks(id, limit)).await.unwrap()
}

pub(super) async fn in_workspace(store: &Store, name: &str) -> LlmConfig {
    create(store, Scope::Workspace(workspace(store).await), named(name)).await.unwrap()
}

#[tokio::test]
async fn list_checks_returns_recorded_checks_newest_first() {
    let (_database, store, clock) = open_store_with_clock().await;
    let ada = user(&store, OrgRole::User).await;
    let config = create(&store, Scope::Owner(ada), named("a")).await.unwrap();
    let opened = store.open_target(config.id, &OPERATOR, Purpose::Validate).await.unwrap();
    let cases = [
        (1, CheckTrigger::Request, Some(true)),
        (2, CheckTrigger::Background, Some(false)),
        (3, CheckTrigger::Request, None),
    ];
    for (n, trigger, works) in cases {
        clock.set(i64::from(n));
        let check = NewCheck {
            config: opened.config,
            incarnation: opened.incarnation,
            revision: opened.revision,
            at: opened.opened_at,
            trigger,
            checked_by: ada,
            works,
            verdict: verdict(Usable::Yes, "ok"),
            report: report(n),
        };
        assert!(record(&store, check).await);
    }
    let listed = list(&store, &config, 10).await;
    let expected = cases.into_iter().rev().map(|(n, trigger, works)| Check {
        at: llm_config_core::time::Timestamp::from_micros(i64::from(n)),
        revision: Revision::FIRST,
        trigger,
        checked_by: ada,
        works,
        report: report(n),
        is_current: true,
    });
    assert_eq!(listed, expected.collect::<Vec<_>>());
    assert_eq!(list(&store, &config, 2).await, listed[..2]);
    assert!(list(&store, &create(&store, config.scope, named("b")).await.unwrap(), 10).await.is_empty());
}

#[tokio::test]
async fn record_check_changes_neither_config_nor_audit_log() {
    let (_database, store, clock) = open_store_with_clock().await;
    let config = in_workspace(&store, "a").await;
    let before = events(&store, config.id).await;
    clock.set(1_000_000);
    assert!(record(&store, check_of(&config, Some(true))).await);
    assert_eq!(find(&store, config.id).await.unwrap(), config);
    assert_eq!(events(&store, config.id).await, before);
}

#[tokio::test]
async fn record_check_keeps_newest_twenty_per_config() {
    let (database, store, clock) = open_store_with_clock().await;
    let (config, other) = (in_workspace(&store, "a").await, in_workspace(&store, "b").await);
    assert!(record(&store, check_of(&other, None)).await);
    for n in 1..=KEPT_CHECKS + 5 {
        clock.set(i64::from(n));
        assert!(record(&store, NewCheck { report: report(n), ..check_of(&config, None) }).await);
    }
    let reports: Vec<_> = list(&store, &config, 100).await.into_iter().map(|check| check.report).collect();
    assert_eq!(reports, (6..=25).rev().map(report).collect::<Vec<_>>());
    assert_eq!(count(&database, "config_checks"), 21);
    assert_eq!(list(&store, &other, 100).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn record_check_concurrently_stores_all() {
    let (_database, stores) = super::open_stores(4).await;
    let config = in_workspace(&stores[0], "a").await;
    let recorded = run_concurrently(&stores, |_, store| {
        let config = config.clone();
        async move {
            for _ in 0..8 {
                assert!(record(&store, check_of(&config, Some(true))).await);
            }
        }
    });
    recorded.await;
    assert!(record(&stores[0], check_of(&config, None)).await);
    assert_eq!(list(&stores[0], &config, 100).await.len(), 20);
}

/// Checks whether `change` outdates a recorded check and prevents the recording of one opened before it.
async fn check_outdated(change: impl Fn() -> UncheckedPatch, is_outdated: bool) {
    let (_database, store) = open_store().await;
    let settings =
        json!({"provider": "OTHER", "api_path": "/chat", "description": "old", "labels": {"a": "1"}});
    let scope = Scope::Workspace(workspace(&store).await);
    let config = create(&store, scope, new(settings, api_key("sk-0123456789abcdef"))).await.unwrap();
    assert!(record(&store, check_of(&config, Some(true))).await);
    let case = format!("{:?}", change().check().unwrap().fields());
    let changed = update(&store, config.id, change()).await.unwrap();
    assert_eq!(changed.revision.number(), 2, "{case}");
    assert_eq!(list(&store, &config, 1).await[0].is_current, !is_outdated, "{case}");
    assert_eq!(available(&store, &all()).await.is_empty(), is_outdated, "{case}");
    assert_eq!(record(&store, check_of(&config, None)).await, !is_outdated, "{case}");
    assert_eq!(list(&store, &config, 10).await.len(), if is_outdated { 1 } else { 2 }, "{case}");
    assert!(record(&store, check_of(&changed, Some(true))).await, "{case}");
    assert!(list(&store, &config, 1).await[0].is_current, "{case}");
    assert_eq!(available(&store, &all()).await.len(), 1, "{case}");
}

fn patch(change: impl Fn(&mut UncheckedPatch)) -> UncheckedPatch {
    let mut patch = UncheckedPatch::default();
    change(&mut patch);
    patch
}

#[tokio::test]
async fn update_of_target_or_credential_outdates_checks() {
    check_outdated(|| endpoint_patch("https://api.openai.com/v2"), true).await;
    check_outdated(|| patch(|patch| patch.provider = Some("OPENAI".to_owned())), true).await;
    check_outdated(|| patch(|patch| patch.api_path = Some("/v2".to_owned())), true).await;
    check_outdated(|| patch(|patch| patch.model = Patch::Set("gpt-6".to_owned())), true).await;
    check_outdated(|| secret_patch("sk-another-secret"), true).await;
    // The same secret counts as changed, because comparing it would reveal that it is the same.
    check_outdated(|| secret_patch("sk-0123456789abcdef"), true).await;
}

#[tokio::test]
async fn update_of_other_fields_keeps_checks_current() {
    let labels = || LabelPatch::Merge([("b".to_owned(), "2".to_owned())].into());
    check_outdated(|| patch(|patch| patch.name = Some("b".to_owned())), false).await;
    check_outdated(|| patch(|patch| patch.description = Patch::Clear), false).await;
    check_outdated(|| patch(|patch| patch.version = Patch::Set("2".to_owned())), false).await;
    check_outdated(|| patch(|patch| patch.labels = labels()), false).await;
    check_outdated(|| patch(|patch| patch.context_length = Patch::Set(5)), false).await;
    // The patch contains values that are equal to the stored ones.
    check_outdated(|| endpoint_patch("https://api.openai.com/v1"), false).await;
    check_outdated(|| patch(|patch| patch.model = Patch::Set("gpt-5-nano".to_owned())), false).await;
}

#[tokio::test]
async fn transfer_to_another_workspace_deletes_checks() {
    let (_database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    assert!(record(&store, check_of(&config, Some(true))).await);
    let moved = transfer_to(&store, config.id, Scope::Workspace(workspace(&store).await)).await.unwrap();
    // Past checks contain who requested them and when, which the new owner must not learn.
    assert!(list(&store, &config, 1).await.is_empty());
    assert!(!record(&store, check_of(&config, Some(true))).await);
    assert!(available(&store, &all()).await.is_empty());
    assert!(record(&store, check_of(&moved, Some(true))).await);
    assert_eq!(available(&store, &all()).await, ["a"]);
}

#[tokio::test]
async fn recreate_config_with_same_id_has_no_checks() {
    let (database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    assert!(record(&store, check_of(&config, Some(true))).await);
    delete(&store, &config).await.unwrap();
    assert_eq!(count(&database, "config_checks"), 0);
    assert!(!record(&store, check_of(&config, Some(true))).await);
    let (id, scope) = (config.id, config.scope);
    let again = store.write(move |tx| tx.create_config(id, scope, &named("a"), &OPERATOR)).await.unwrap();
    assert_eq!(again.revision, config.revision);
    assert!(!record(&store, check_of(&config, Some(true))).await);
    assert!(list(&store, &again, 10).await.is_empty() && available(&store, &all()).await.is_empty());
    assert!(record(&store, check_of(&again, Some(true))).await);
}

/// In either order, no check of the old endpoint is current for the new one.
#[tokio::test(flavor = "multi_thread")]
async fn record_check_during_endpoint_change_is_never_current() {
    let (_database, stores) = super::open_stores(2).await;
    for round in 0..15 {
        let config = in_workspace(&stores[0], &format!("{round}")).await;
        let done = run_concurrently(&stores, |n, store| {
            let config = config.clone();
            async move {
                if n == 0 {
                    return record(&store, check_of(&config, Some(true))).await;
                }
                update(&store, config.id, endpoint_patch("https://api.openai.com/v2")).await.is_ok()
            }
        });
        assert!(done.await[1]);
        assert!(list(&stores[0], &config, 10).await.iter().all(|check| !check.is_current), "round {round}");
    }
}

/// A recreated configuration has another incarnation, to which checks of the deleted one do not apply.
#[tokio::test(flavor = "multi_thread")]
async fn record_check_during_recreation_stores_nothing() {
    let (_database, stores) = super::open_stores(2).await;
    for round in 0..20 {
        let config = in_workspace(&stores[0], &format!("{round}")).await;
        let done = run_concurrently(&stores, |n, store| {
            let config = config.clone();
            async move {
                if n == 0 {
                    record(&store, check_of(&config, Some(true))).await;
                    return;
                }
                let again = store.write(move |tx| {
                    tx.delete_config(&config, &OPERATOR)?;
                    tx.create_config(config.id, config.scope, &named("again"), &OPERATOR)
                });
                again.await.unwrap();
            }
        });
        done.await;
        assert!(list(&stores[0], &config, 10).await.is_empty(), "round {round}");
    }
    assert!(available(&stores[0], &all()).await.is_empty());
}

#[tokio::test]
async fn list_checks_with_corrupt_row_skips_row() {
    for assignment in ["trigger = 'WHIM'", "works = 2", "checked_by = 'me'", "report = 'no JSON'"] {
        let (database, store, clock) = open_store_with_clock().await;
        let config = in_workspace(&store, "a").await;
        for n in 1..=3 {
            clock.set(i64::from(n));
            assert!(record(&store, NewCheck { report: report(n), ..check_of(&config, None) }).await);
        }
        database.execute(&format!("UPDATE config_checks SET {assignment} WHERE at = 2"));
        let reports: Vec<_> = list(&store, &config, 10).await.into_iter().map(|check| check.report).collect();
        assert_eq!(reports, [report(3), report(1)], "{assignment}");
    }
}

#[tokio::test]
async fn report_longer_than_64_kib_or_not_json_is_rejected() {
    let (database, store) = open_store().await;
    let quoted = |length: usize| format!("\"{}\"", "é".repeat(length / 2 - 1));
    let longest = CheckReport::try_from(quoted(65_536)).unwrap();
    assert_eq!(CheckReport::try_from(quoted(65_538)).unwrap_err(), CheckReportError::TooLong);
    for text in ["", "{", "{} {}", "\0"] {
        assert_eq!(
            CheckReport::try_from(text.to_owned()).unwrap_err(),
            CheckReportError::NotJson,
            "{text:?}"
        );
    }
    let config = in_workspace(&store, "a").await;
    assert!(record(&store, NewCheck { report: longest.clone(), ..check_of(&config, None) }).await);
    assert_eq!(list(&store, &config, 1).await[0].report, longest);
    assert_eq!(text(&database, "SELECT report AS value FROM config_checks"), longest.as_json());
}

#[tokio::test]
async fn record_check_in_failed_write_stores_nothing() {
    let (database, store) = open_store().await;
    let config = in_workspace(&store, "a").await;
    let failed = store.write(move |tx| {
        assert!(matches!(tx.record_check(&check_of(&config, None))?, RecordedCheck::Stored(_)));
        Err::<(), _>(StoreError::CallerGone)
    });
    assert!(failed.await.is_err());
    assert_eq!((count(&database, "config_checks"), count(&database, "last_checks")), (0, 0));
}
