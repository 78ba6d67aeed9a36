//! `GET /ai/llm/stats`.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_store::usage::UsageCounters;
use serde_json::json;

use super::app;
use crate::support::{ai_llm, assign, member_names, tokens};

#[test]
fn stats_have_one_element_per_visible_configuration() {
    let app = app();
    let (one, other) = (app.workspace(), app.workspace());
    let first = app.root().create_ai_llm(&ai_llm(one));
    let second = app.root().create_ai_llm(&assign(ai_llm(other), &json!({"name": "second"})));
    let response = app.root().get("/ai/llm/stats").json(200);
    assert_eq!(member_names(&response), ["stats", "success"]);
    let zeros = |id| {
        json!({
            "aiLlmId": id, "totalApiCalls": "0", "totalTokensIn": "0", "totalTokensOut": "0",
            "totalLlmTokensIn": "0", "totalLlmTokensOut": "0", "totalPolicyViolations": "0",
            "totalAlerts": "0", "totalBlocks": "0",
        })
    };
    let (of_first, of_second) = (zeros(first.to_string()), zeros(second.to_string()));
    assert_eq!(response, json!({"success": true, "stats": [of_second, of_first]}));
    let of_one = app.root().get(&format!("/ai/llm/stats?aiLlmId={first}")).json(200);
    assert_eq!(of_one, json!({"success": true, "stats": [of_first]}));
    let member = app.user(OrgRole::User);
    app.member(one, member.id, WorkspaceRole::Read);
    assert_eq!(member.client.get("/ai/llm/stats").json(200)["stats"], json!([of_first]));
    for unseen in [second.to_string(), "550e8400-e29b-41d4-a716-446655440000".to_owned(), "x".to_owned()] {
        let response = member.client.get(&format!("/ai/llm/stats?aiLlmId={unseen}")).json(200);
        assert_eq!(response, json!({"success": true, "stats": []}));
    }
    // An empty id means none, and ids are case-insensitive.
    let unfiltered = app.root().get("/ai/llm/stats?aiLlmId=").json(200);
    assert_eq!(unfiltered["stats"].as_array().unwrap().len(), 2);
    let uppercase = format!("/ai/llm/stats?aiLlmId={}", first.to_string().to_uppercase());
    assert_eq!(app.root().get(&uppercase).json(200)["stats"], json!([of_first]));
}

#[test]
fn stats_after_ten_thousand_calls_over_two_servers_are_exact() {
    let app = app();
    let second = app.second_server();
    let config = app.root().create_ai_llm(&ai_llm(app.workspace()));
    let other = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &json!({"name": "second"})));
    for (n, server) in (0..10_000).zip([&app, &second].into_iter().cycle()) {
        server.count_usage(config, None, ["m", "n"][n % 2], tokens(3, 5));
        if n % 1000 < 2 {
            server.write_usage();
        }
    }
    let refused = UsageCounters { refused: 7, blocked: 11, ..UsageCounters::default() };
    app.count_usage(config, None, "m", refused);
    app.write_usage();
    second.write_usage();
    for server in [&app, &second] {
        let stats = &server.root().get(&format!("/ai/llm/stats?aiLlmId={config}")).json(200)["stats"];
        let expected = json!([{
            "aiLlmId": config.to_string(), "totalApiCalls": "10000", "totalTokensIn": "30000",
            "totalTokensOut": "50000", "totalLlmTokensIn": "30000", "totalLlmTokensOut": "50000",
            "totalPolicyViolations": "7", "totalAlerts": "0", "totalBlocks": "11",
        }]);
        assert_eq!(stats, &expected);
    }
    let unused = &app.root().get(&format!("/ai/llm/stats?aiLlmId={other}")).json(200)["stats"][0];
    assert_eq!(unused["totalApiCalls"], "0");
}
