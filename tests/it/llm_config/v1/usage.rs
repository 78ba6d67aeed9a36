//! `GET /llm-config/v1/usage`.

use llm_config_core::access::{OrgRole, TokenScope, WorkspaceRole};
use llm_config_core::id::{ConfigId, TokenId, WorkspaceId};
use llm_config_store::usage::UsageCounters;
use serde_json::{Value, json};

use super::app;
use crate::support::{Client, TestApp, TestUser, ai_llm, assign, llm, tokens};

/// Two users with a configuration each, and a workspace of the first one with another.
struct Fixture {
    app: TestApp,
    ada: TestUser,
    bob: TestUser,
    workspace: String,
    of_ada: ConfigId,
    of_bob: ConfigId,
    of_workspace: ConfigId,
}

impl Fixture {
    /// Each configuration was called once with a token of the user, that of the workspace by both.
    fn new() -> Self {
        let app = app();
        let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
        let workspace = app.workspace();
        for user in [&ada, &bob] {
            app.member(workspace, user.id, WorkspaceRole::Read);
        }
        let own = |user: &TestUser| -> ConfigId {
            user.client.create_llm(&llm())["llmId"].as_str().unwrap().parse().unwrap()
        };
        let (of_ada, of_bob) = (own(&ada), own(&bob));
        let of_workspace = app.workspace_config(workspace);
        app.count_usage(of_ada, Some(ada.token), "gpt", tokens(1, 10));
        app.count_usage(of_bob, Some(bob.token), "gpt", tokens(2, 20));
        app.count_usage(of_workspace, Some(ada.token), "=1+1", tokens(4, 40));
        app.count_usage(of_workspace, Some(bob.token), "gpt", tokens(8, 80));
        app.count_usage(of_workspace, None, "gpt", tokens(16, 160));
        app.write_usage();
        Self { app, ada, bob, workspace: workspace.to_string(), of_ada, of_bob, of_workspace }
    }
}

fn report(client: &Client, query: &str) -> Value {
    client.get(&format!("/llm-config/v1/usage{query}")).json(200)
}

/// The key null, which is sorted before all others.
const fn null() -> String {
    String::new()
}

/// The keys, each with its tokens in, sorted.
#[track_caller]
fn check(client: &Client, grouping: &str, expected: &[(String, u64)]) {
    let report = report(client, &format!("?groupBy={grouping}"));
    let row = |row: &Value| {
        let key = row["key"].as_str().map(str::to_owned);
        (key.unwrap_or_else(null), row["inputTokens"].as_u64().expect("a number"))
    };
    let rows: Vec<_> = report["rows"].as_array().expect("a list").iter().map(row).collect();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(rows, expected, "{grouping}");
}

#[test]
fn get_usage_without_parameters_sums_the_last_day_by_config() {
    let app = app();
    let config = app.workspace_config(app.workspace());
    let counters = UsageCounters {
        calls: 10,
        ok: 1,
        upstream_errors: 2,
        faults: 3,
        client_gone: 4,
        refused: 5,
        blocked: 6,
        calls_without_usage: 7,
        input: 8,
        cached: 9,
        cache_write: 10,
        output: 11,
        reasoning: 12,
        audio_in: 13,
        audio_out: 14,
        bytes_in: 15,
        bytes_out: 16,
        ms: 17,
        ms_first_byte: 18,
    };
    app.count_usage(config, None, "m", counters);
    app.write_usage();
    let report = report(&app.root(), "");
    let row = json!({
        "key": config.to_string(), "calls": 10, "ok": 1, "upstreamErrors": 2, "faults": 3, "clientGone": 4,
        "refused": 5, "blocked": 6, "callsWithoutUsage": 7, "inputTokens": 8, "cachedTokens": 9,
        "cacheWriteTokens": 10, "outputTokens": 11, "reasoningTokens": 12, "audioInputTokens": 13,
        "audioOutputTokens": 14, "bytesIn": 15, "bytesOut": 16, "totalMs": 17, "firstByteMs": 18,
    });
    assert_eq!((&report["groupBy"], &report["rows"]), (&json!("config"), &json!([row])));
    let (from, to) = (report["from"].as_str().unwrap(), report["to"].as_str().unwrap());
    assert!(from < to && from.ends_with(":00:00.000Z") && to.ends_with(":00:00.000Z"), "{report}");
}

#[test]
fn get_usage_sums_what_the_caller_may_read() {
    let fixture = Fixture::new();
    let Fixture { app, ada, bob, workspace, of_ada, of_bob, of_workspace } = &fixture;
    let team = (of_workspace.to_string(), 28);
    check(&ada.client, "config", &[(of_ada.to_string(), 1), team.clone()]);
    check(&bob.client, "config", &[(of_bob.to_string(), 2), team.clone()]);
    check(&app.root(), "config", &[(of_ada.to_string(), 1), (of_bob.to_string(), 2), team.clone()]);
    check(&app.user(OrgRole::Workspaces).client, "config", &[team]);
    check(&app.user(OrgRole::Billing).client, "config", &[]);
    check(&app.user(OrgRole::User).client, "config", &[]);
    check(&ada.client, "workspace", &[(null(), 1), (workspace.clone(), 28)]);
    check(&ada.client, "model", &[("=1+1".to_owned(), 4), ("gpt".to_owned(), 25)]);
    let hours = report(&ada.client, "?groupBy=hour");
    let sum = hours["rows"].as_array().unwrap().iter().map(|row| row["inputTokens"].as_u64().unwrap());
    assert_eq!(sum.sum::<u64>(), 29, "{hours}");
    // A token for another workspace.
    let workspaces = Some([app.workspace()].into());
    let (_, narrowed) = app.token(ada.id, TokenScope { workspaces, ..TokenScope::default() });
    check(&narrowed, "config", &[]);
}

#[test]
fn get_usage_by_token_hides_tokens_of_others() {
    let fixture = Fixture::new();
    let Fixture { app, ada, bob, .. } = &fixture;
    check(&ada.client, "token", &[(null(), 24), (ada.token.to_string(), 5)]);
    check(&bob.client, "token", &[(null(), 20), (bob.token.to_string(), 10)]);
    let everything = [(null(), 16), (ada.token.to_string(), 5), (bob.token.to_string(), 10)];
    check(&app.root(), "token", &everything);
    check(&app.user(OrgRole::Administrators).client, "token", &everything);
    // Tokens of a user of higher rank.
    let owner = app.user(OrgRole::Owner);
    let administrator = app.user(OrgRole::Administrators).client;
    app.count_usage(fixture.of_ada, Some(owner.token), "gpt", tokens(32, 0));
    app.write_usage();
    check(&administrator, "token", &[(null(), 48), (ada.token.to_string(), 5), (bob.token.to_string(), 10)]);
    // The holder of a revoked token is not known.
    revoke(app, ada.token);
    check(&administrator, "token", &[(null(), 53), (bob.token.to_string(), 10)]);
    let everything = [
        (null(), 16),
        (ada.token.to_string(), 5),
        (bob.token.to_string(), 10),
        (owner.token.to_string(), 32),
    ];
    check(&app.root(), "token", &everything);
}

fn revoke(app: &TestApp, token: TokenId) {
    app.root().delete(&format!("/v1/apikeys/{token}")).empty(204);
}

#[test]
fn get_usage_of_deleted_config_has_no_rows() {
    let fixture = Fixture::new();
    let Fixture { app, ada, of_ada, of_workspace, .. } = &fixture;
    ada.client.delete(&format!("/v1/llms/{of_ada}")).empty(204);
    app.count_usage(*of_workspace, None, "gpt", tokens(1, 1));
    app.write_usage();
    check(&ada.client, "config", &[(of_workspace.to_string(), 29)]);
}

#[test]
fn get_usage_as_csv_has_a_line_of_names_and_no_formulas() {
    let fixture = Fixture::new();
    let client = &fixture.ada.client;
    let path = "/llm-config/v1/usage?groupBy=model";
    let by_parameter = client.get(&format!("{path}&format=csv"));
    let by_header = client.send("GET", path, &[("accept", "text/csv")], None);
    for response in [&by_parameter, &by_header] {
        assert_eq!(response.status, 200, "{}", response.body);
        assert_eq!(response.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(response.header("content-disposition"), Some("attachment; filename=\"usage.csv\""));
        let lines: Vec<_> = response.body.split("\r\n").collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        let names = "model,calls,ok,upstreamErrors,faults,clientGone,refused,blocked,callsWithoutUsage,";
        assert!(lines[0].starts_with(names), "{lines:?}");
        assert!(lines[1].starts_with("'=1+1,1,1,0,") && lines[2].starts_with("gpt,3,3,0,"), "{lines:?}");
        assert_eq!(lines[3], "");
    }
    let json = client.send("GET", &format!("{path}&format=json"), &[("accept", "text/csv")], None);
    assert_eq!(json.json(200)["groupBy"], "model");
}

#[test]
fn get_usage_with_bad_query_is_rejected() {
    let app = app();
    for (query, field, message) in [
        ("?from=yesterday", "from", "RFC 3339"),
        ("?to=2026-11-29T13:00:00", "to", "RFC 3339"),
        ("?from=2026-11-29T13:00:00+01:00", "from", "%2B"),
        ("?from=2026-11-29T13:00:00Z&to=2026-11-29T13:00:00Z", "from", "before"),
        ("?from=2026-11-30T13:00:00Z&to=2026-11-29T13:00:00Z", "from", "before"),
        ("?from=2025-01-01T00:00:00Z&to=2026-11-29T13:00:00Z", "from", "400 days"),
        ("?groupBy=user", "groupBy", "must be one of config, token, model, workspace, hour"),
        ("?groupBy=config&groupBy=model", "groupBy", "given twice"),
        ("?format=xml", "format", "must be one of json, csv"),
        ("?group_by=model", "group_by", "groupBy"),
    ] {
        let response = app.root().get(&format!("/llm-config/v1/usage{query}"));
        response.goodmem_error(400, &[message]);
        assert_eq!(response.error_fields(), [field], "{query}");
    }
    let in_the_past = "?from=2020-01-01T00:00:00Z&to=2020-01-01T01:30:00%2B01:00";
    let report = report(&app.root(), in_the_past);
    assert_eq!(report["from"], "2020-01-01T00:00:00.000Z");
    assert_eq!((&report["to"], &report["rows"]), (&json!("2020-01-01T01:00:00.000Z"), &json!([])));
}

#[test]
fn get_usage_of_more_than_ten_thousand_rows_is_rejected_with_advice() {
    let app = app();
    let workspace = app.workspace();
    // Each configuration counts 200 models apart.
    let configs: Vec<_> = (0..51).map(|n| named(&app, workspace, n)).collect();
    for (n, config) in configs.iter().enumerate() {
        (0..200).for_each(|m| app.count_usage(*config, None, &format!("{n}-{m}"), tokens(1, 1)));
    }
    app.write_usage();
    let refused = app.root().get("/llm-config/v1/usage?groupBy=model");
    refused.goodmem_error(400, &["10,000 rows", "`from` and `to`"]);
    assert_eq!(refused.error_fields(), ["groupBy"]);
    assert_eq!(report(&app.root(), "?groupBy=config")["rows"].as_array().unwrap().len(), 51);
}

fn named(app: &TestApp, workspace: WorkspaceId, n: usize) -> ConfigId {
    let name = json!({"name": format!("config {n}")});
    app.root().create_ai_llm(&assign(ai_llm(workspace), &name))
}
