//! The log lines about changes of verdict.

use std::sync::Arc;

use serde_json::{Value, json};

use super::database;
use crate::support::{
    Client, FakeVendor, Installation, VALID_KEY, ai_llm, assign, fake_provider, wait_until,
};

/// Waits until the newest `count` background checks of a configuration have this result.
fn wait_for_checks(client: &Client, id: impl std::fmt::Display, count: usize, works: bool) {
    wait_until("the checks do not run", || {
        let list = client.get(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
        let checks: Vec<&Value> = list["checks"].as_array().expect("the list is an array").iter().collect();
        let background = checks.into_iter().filter(|check| check["trigger"] == "BACKGROUND");
        background.take_while(|check| check["works"] == json!(works)).count() >= count
    });
}

#[test]
fn background_checks_on_two_servers_log_each_change_of_verdict_once() {
    let database = Arc::new(database());
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let host = format!("127.0.0.1:{}", upstream.port());
    let installation = Installation::sharing_database(&database).with("ALLOWED_HOSTS", &host);
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.create_workspace("team");
    let with_secret = |secret: &str| json!({"endpoint": format!("http://{host}/v1"), "secret": secret});
    let id = root.create_ai_llm(&assign(ai_llm(&workspace), &with_secret("sk-wrong-0123456789abcdef")));
    let works = root.create_ai_llm(&assign(
        ai_llm(&workspace),
        &assign(with_secret(VALID_KEY), &json!({"name": "works from the beginning"})),
    ));
    let token = root.token.expect("root has a token");
    server.stop();
    // Names of earlier versions may have characters that change the direction of writing.
    database.execute(&format!("UPDATE llm_configs SET name = 'a\u{202e}b' WHERE id = '{id}'"));

    let installation = installation.with("CHECK_EVERY", "1s");
    let servers = [installation.start(), installation.start()];
    let root = servers[0].client(&token);
    wait_for_checks(&root, id, 3, false);
    root.put(&format!("/ai/llm/{id}"), &with_secret(VALID_KEY)).success();
    wait_for_checks(&root, id, 3, true);
    wait_for_checks(&root, works, 3, true);
    let logs: String = servers.into_iter().map(crate::support::Server::stop).collect();
    let mut lines: Vec<_> =
        logs.lines().filter(|line| line.contains("verdict") || line.contains("work")).collect();
    // By time: either server may have run either check.
    lines.sort_unstable();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for (line, level, message, reason, was) in [
        (lines[0], "WARN", "a configuration does not work", "bad_key", "unchecked"),
        (lines[1], "INFO", "a configuration works again", "ok", "no"),
    ] {
        let (name, scope) = (r#"name="a\\u{202e}b""#, format!("scope=\"workspace:{workspace}\""));
        let (id, reason) = (format!("config={id}"), format!("reason=\"{reason}\""));
        let (was, trigger) = (format!("was=\"{was}\""), r#"trigger="BACKGROUND""#);
        let provider = r#"provider="OPENAI""#;
        for part in
            [level, message, &id, name, &scope, r#"workspace="team""#, provider, &reason, &was, trigger]
        {
            assert!(line.contains(part), "`{part}` is not in `{line}`");
        }
        assert!(!line.contains('\u{202e}'), "{line}");
    }
}
