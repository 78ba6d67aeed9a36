//! Checks in the background, with the real program.

use std::time::Instant;

use serde_json::json;

use super::database;
use crate::support::{FakeVendor, Installation, VALID_KEY, ai_llm, assign, fake_provider, wait_until};

#[test]
fn background_checks_on_two_servers_run_once_per_interval() {
    let database = database();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let host = format!("127.0.0.1:{}", upstream.port());
    let installation = Installation::with_database(database);
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.create_workspace("team");
    let body = json!({"endpoint": format!("http://{host}/v1"), "secret": VALID_KEY});
    let id = root.create_ai_llm(&assign(ai_llm(&workspace), &body));
    let token = root.token.expect("root has a token");
    server.stop();

    let installation = installation.with("CHECK_EVERY", "2s").with("ALLOWED_HOSTS", &host);
    let servers = [installation.start(), installation.start()];
    let checks = || {
        let list = servers[0].client(&token).get(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
        list["checks"].as_array().expect("the list is an array").clone()
    };
    let started = Instant::now();
    wait_until("no check runs", || checks().len() >= 2);
    let took = started.elapsed();
    let check = checks().remove(0);
    assert_eq!((&check["trigger"], &check["works"]), (&json!("BACKGROUND"), &json!(true)), "{check}");
    let available = servers[1].client(&token).get("/ai/llm/available").success();
    assert_eq!(available["aiLlms"][0]["id"], id.to_string());
    // Two servers together run one check per interval.
    let most = took.as_secs() / 2 + 2;
    assert!(u64::try_from(checks().len()).expect("a number") <= most, "{most} in {took:?}");
    let metrics = servers.iter().map(|server| server.client(&token).get("/metrics").body);
    let counts =
        metrics.filter(|text| text.contains("llm_config_checks_total{") && text.contains("BACKGROUND"));
    assert!(counts.count() >= 1);
    for server in servers {
        server.stop();
    }
}

#[test]
fn background_check_blocked_by_policy_keeps_earlier_result() {
    let database = database();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let installation = Installation::with_database(database).with("CHECK_EVERY", "1s");
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.create_workspace("team");
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", upstream.port()), "secret": VALID_KEY});
    let id = root.create_ai_llm(&assign(ai_llm(&workspace), &body));
    root.post_empty(&format!("/ai/llm/{id}/validate")).success();
    let background = || {
        let list = root.get(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
        let checks = list["checks"].as_array().expect("the list is an array").clone();
        checks.into_iter().filter(|check| check["trigger"] == "BACKGROUND").collect::<Vec<_>>()
    };
    wait_until("no check runs", || !background().is_empty());
    let check = background().remove(0);
    assert_eq!((&check["works"], &check["report"]["reason"]), (&json!(null), &json!("blocked_by_policy")));
    assert_eq!(root.get("/ai/llm/available").success()["aiLlms"][0]["id"], id.to_string());
    server.stop();
}
