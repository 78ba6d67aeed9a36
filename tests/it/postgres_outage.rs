//! A server that is away for a while, or takes no writes.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{app, database};
use crate::support::{Response, TestApp, keyed, llm};

/// The name of the app's database.
fn name(app: &TestApp) -> String {
    app.database.url().rsplit('/').next().expect("a name").to_owned()
}

/// Ends all connections to the app's database.
fn terminate(app: &TestApp, from: &llm_config_store::testing::TestDatabase) {
    let name = name(app);
    from.execute(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    ));
}

#[track_caller]
fn unavailable(answer: &Response) {
    answer.goodmem_error(503, &["unavailable"]);
    assert_eq!(answer.header("retry-after"), Some("1"));
    // What the driver says, with the names of hosts and databases, is for the log.
    assert!(!answer.body.contains("test_") && !answer.body.contains("127.0.0.1"), "{}", answer.body);
}

#[track_caller]
fn wait_until_ready(app: &TestApp) {
    let give_up = Instant::now() + Duration::from_secs(30);
    while app.anonymous().get("/ready").status != 200 {
        assert!(Instant::now() < give_up, "the server does not recover");
    }
}

#[test]
fn request_after_terminated_connections_reconnects() {
    let (app, beside) = (app(), database());
    let path = app.root().create_llm_path(&llm());
    for _ in 0..3 {
        terminate(&app, &beside);
        let answer = app.root().get(&path);
        assert!(matches!(answer.status, 200 | 503), "{}: {}", answer.status, answer.body);
        wait_until_ready(&app);
        app.root().get(&path).json(200);
    }
    app.root().create_llm(&keyed("sk-0123456789"));
}

#[test]
fn request_without_database_is_503_until_it_is_back() {
    let (app, beside) = (app(), database());
    let path = app.root().create_llm_path(&llm());
    let allow =
        |allowed: bool| beside.execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS {allowed}", name(&app)));
    allow(false);
    terminate(&app, &beside);
    let (root, anonymous) = (app.root(), app.anonymous());
    // All at once: each waits a while for a connection.
    std::thread::scope(|scope| {
        scope.spawn(|| unavailable(&root.get(&path)));
        scope.spawn(|| unavailable(&root.get("/v1/llms")));
        scope.spawn(|| unavailable(&root.post("/v1/llms", &keyed("sk-0123456789"))));
        scope.spawn(|| unavailable(&anonymous.post_empty("/v1/system/init")));
        scope.spawn(|| {
            let answer = anonymous.get("/ready");
            assert_eq!(answer.json(503), json!({"success": false, "message": "the database is unavailable"}));
            assert_eq!(answer.header("retry-after"), Some("1"));
        });
        scope.spawn(|| anonymous.get("/health").json(200));
        scope.spawn(|| anonymous.get(&path).goodmem_error(401, &[]));
    });
    allow(true);
    wait_until_ready(&app);
    assert_eq!(app.root().llm_names(""), ["local"]);
}

#[test]
fn write_to_read_only_database_is_503_until_writable() {
    let (app, beside) = (app(), database());
    let path = app.root().create_llm_path(&llm());
    let read_only = |on: bool| {
        let name = name(&app);
        beside.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = {on}"));
        terminate(&app, &beside);
        wait_until_ready(&app);
    };
    read_only(true);
    app.root().get(&path).json(200);
    unavailable(&app.root().post("/v1/llms", &keyed("sk-0123456789")));
    unavailable(&app.root().delete(&path));
    read_only(false);
    app.root().create_llm(&keyed("sk-0123456789"));
    app.root().delete(&path).empty(204);
}
