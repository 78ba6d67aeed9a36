//! A PostgreSQL server that is temporarily unreachable or read-only.

use std::time::{Duration, Instant};

use super::{app, database};
use crate::support::{Gateway, Response, StreamProvider, TestApp, llm, llm_with_secret, wait_for_coherence};

/// The name of the app's database.
fn database_name(app: &TestApp) -> String {
    app.database.url().rsplit('/').next().expect("a name").to_owned()
}

/// Terminates all connections to the app's database.
fn terminate(app: &TestApp, from: &llm_config_store::testing::TestDatabase) {
    let name = database_name(app);
    from.execute(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    ));
}

#[track_caller]
fn assert_unavailable(response: &Response) {
    response.goodmem_error(503, &["unavailable"]);
    assert_eq!(response.header("retry-after"), Some("1"));
    // Only the log contains the message of the driver, because it names hosts and databases.
    assert!(!response.body.contains("test_") && !response.body.contains("127.0.0.1"), "{}", response.body);
}

#[track_caller]
fn wait_until_ready(app: &TestApp) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while app.anonymous().get("/ready").status != 200 {
        assert!(Instant::now() < deadline, "the server does not recover");
    }
}

#[test]
fn request_after_terminated_connections_reconnects() {
    let (app, beside) = (app(), database());
    let path = app.root().create_llm_path(&llm());
    for _ in 0..3 {
        terminate(&app, &beside);
        let response = app.root().get(&path);
        assert!(matches!(response.status, 200 | 503), "{}: {}", response.status, response.body);
        wait_until_ready(&app);
        app.root().get(&path).json(200);
    }
    app.root().create_llm(&llm_with_secret("sk-0123456789"));
}

#[test]
fn request_without_database_is_503_until_it_is_back() {
    let (app, beside) = (app(), database());
    let path = app.root().create_llm_path(&llm());
    let allow = |allowed: bool| {
        let name = database_name(&app);
        beside.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}"));
    };
    allow(false);
    terminate(&app, &beside);
    // Until then, reads are served from memory.
    wait_for_coherence();
    let (root, anonymous) = (app.root(), app.anonymous());
    // Concurrently, because each request waits for a connection until its time-out.
    std::thread::scope(|scope| {
        scope.spawn(|| assert_unavailable(&root.get(&path)));
        scope.spawn(|| assert_unavailable(&root.get("/v1/llms")));
        scope.spawn(|| assert_unavailable(&root.post("/v1/llms", &llm_with_secret("sk-0123456789"))));
        scope.spawn(|| assert_unavailable(&anonymous.post_empty("/v1/system/init")));
        scope.spawn(|| assert_unavailable(&anonymous.get("/ready")));
        // Without the database, the token cannot be checked.
        scope.spawn(|| assert_unavailable(&root.get("/metrics")));
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
        let name = database_name(&app);
        beside.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = {on}"));
        terminate(&app, &beside);
        wait_until_ready(&app);
    };
    read_only(true);
    app.root().get(&path).json(200);
    assert_unavailable(&app.root().post("/v1/llms", &llm_with_secret("sk-0123456789")));
    assert_unavailable(&app.root().delete(&path));
    read_only(false);
    app.root().create_llm(&llm_with_secret("sk-0123456789"));
    app.root().delete(&path).empty(204);
}

/// Case 54 of the gateway's contract.
#[test]
fn gateway_call_without_database_is_503_until_it_is_back() {
    const CHAT: &str = "/openai/v1/chat/completions";
    let gateway = Gateway::new(app());
    let beside = database();
    let provider = StreamProvider::with_json(200, "{\"choices\":[]}");
    gateway.config("prod", "VLLM", &provider);
    let call = || gateway.root().call(CHAT, r#"{"model":"prod"}"#);
    call().is_success("{\"choices\":[]}");
    let allow = |allowed: bool| {
        let name = database_name(&gateway.app);
        beside.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}"));
    };
    allow(false);
    terminate(&gateway.app, &beside);
    // Until then, calls are served from memory.
    wait_for_coherence();
    let response = call();
    response.is_gateway_error(503, "unavailable");
    assert_eq!(
        (response.header("retry-after"), response.header("x-should-retry")),
        (Some("1"), Some("true"))
    );
    assert_eq!(provider.requests().len(), 1);
    allow(true);
    wait_until_ready(&gateway.app);
    call().is_success("{\"choices\":[]}");
}
