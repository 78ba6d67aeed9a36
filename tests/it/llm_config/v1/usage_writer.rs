//! Usage from the recorder to the database: nothing is lost, and nothing is counted twice.

use std::pin::pin;
use std::task::{Context, Waker};

use llm_config_core::id::ConfigId;

use super::app;
use crate::support::{TestApp, tokens};

/// The calls and the tokens in of a configuration, as they are stored.
fn stored(app: &TestApp, config: ConfigId) -> (u64, u64) {
    let totals = app.block_on(app.store.read(move |tx| tx.usage_totals(&[config]))).expect("totals");
    totals.get(&config).map_or((0, 0), |sum| (sum.calls, sum.input))
}

#[test]
fn flush_after_failure_writes_everything_once() {
    let app = app();
    let config = app.workspace_config(app.workspace());
    let recorder = app.service.usage_recorder();
    (0..1200).for_each(|n| app.count_usage(config, None, &format!("m{}", n % 150), tokens(2, 0)));
    assert_eq!(recorder.backlog(), 150);
    app.database.execute("ALTER TABLE usage_totals RENAME TO away");
    for _ in 0..3 {
        assert!(app.block_on(app.service.flush_usage()).is_err());
        assert_eq!(recorder.backlog(), 150);
    }
    app.count_usage(config, None, "m0", tokens(2, 0));
    app.database.execute("ALTER TABLE away RENAME TO usage_totals");
    app.write_usage();
    app.write_usage();
    assert_eq!(stored(&app, config), (1201, 2402));
    assert_eq!((recorder.backlog(), recorder.lost()), (0, 0));
}

#[test]
fn flush_that_is_cancelled_is_repeated_and_counted_once() {
    let app = app();
    let config = app.workspace_config(app.workspace());
    for _ in 0..20 {
        app.count_usage(config, None, "m", tokens(1, 0));
        // The transaction goes on, but its outcome is never known.
        app.block_on(async {
            let mut flush = pin!(app.service.flush_usage());
            let _ = flush.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        });
        app.write_usage();
    }
    assert_eq!(stored(&app, config), (20, 20));
}

#[test]
fn flush_during_concurrent_calls_loses_none() {
    let app = app();
    let configs = [(); 3].map(|()| app.workspace_config(app.workspace()));
    let keys: Vec<_> =
        (0..33_usize).map(|n| app.usage_key(configs[n % 3], None, &format!("m{}", n % 11))).collect();
    std::thread::scope(|scope| {
        let count = || {
            let (recorder, keys) = (app.service.usage_recorder().clone(), &keys);
            scope.spawn(move || {
                (0..2500).for_each(|n| recorder.record(&keys[n % keys.len()], tokens(3, 0)));
            })
        };
        let threads: Vec<_> = (0..4).map(|_| count()).collect();
        while threads.iter().any(|thread| !thread.is_finished()) {
            app.write_usage();
        }
    });
    app.write_usage();
    let sum = configs.iter().map(|config| stored(&app, *config));
    let sum = sum.fold((0, 0), |sum, (calls, input)| (sum.0 + calls, sum.1 + input));
    assert_eq!(sum, (10_000, 30_000));
    assert_eq!(app.service.usage_recorder().backlog(), 0);
}
