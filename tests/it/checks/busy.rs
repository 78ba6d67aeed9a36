//! A server that makes too many lookups of host names: there is no result, and nothing is recorded.

use std::io::ErrorKind;

use llm_config_egress::testing::FixedResolver;
use serde_json::{Value, json};

use super::app;
use crate::support::{
    FakeVendor, Response, VALID_KEY, ai_llm, assign, fake_provider, llm_with_secret, merge_patch,
};

#[track_caller]
fn check_busy(response: &Response) {
    assert_eq!(response.status, 503, "{}", response.body);
    assert_eq!(response.header("retry-after"), Some("5"), "{}", response.body);
    assert!(response.body.contains("too many lookups"), "{}", response.body);
}

#[test]
fn check_on_busy_server_is_503_and_keeps_earlier_result() {
    let app = app();
    let here = app.second_server_with_resolver(FixedResolver(Ok(vec![[127, 0, 0, 1].into()])));
    let busy = app.second_server_with_resolver(FixedResolver(Err(ErrorKind::ResourceBusy)));
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let workspace = app.workspace();
    let endpoint = format!("http://llm.example:{}/v1", provider.port());
    let body = assign(ai_llm(workspace), &json!({"endpoint": endpoint, "secret": VALID_KEY}));
    let id = app.root().create_ai_llm(&body);
    let validated = here.root().post_empty(&format!("/ai/llm/{id}/validate")).json(200);
    assert_eq!(validated["success"], true, "{validated}");

    let root = busy.root();
    check_busy(&root.post_empty(&format!("/ai/llm/{id}/validate")));
    check_busy(&root.post_empty(&format!("/llm-config/v1/configs/{id}/checks")));
    check_busy(&root.post(&format!("/llm-config/v1/configs/{id}/checks/planned"), &json!({"name": "b"})));
    check_busy(&root.post("/llm-config/v1/checks/flashback", &body));

    let available = root.get("/ai/llm/available").success();
    assert_eq!(available["aiLlms"][0]["id"], id.to_string(), "{available}");
    let checks = root.get(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
    assert_eq!(checks["checks"].as_array().map(Vec::len), Some(1), "{checks}");
}

#[test]
fn ping_on_busy_server_is_503_and_failed_ping_of_series() {
    let app = app();
    let busy = app.second_server_with_resolver(FixedResolver(Err(ErrorKind::ResourceBusy)));
    let body = json!({
        "providerType": "VLLM", "endpointUrl": "http://llm.example:8000/v1", "modelIdentifier": "tiny",
    });
    let llm = app.root().create_llm(&merge_patch(llm_with_secret(VALID_KEY), &body));
    let target = json!({"targetId": llm["llmId"], "count": 1});
    check_busy(&busy.root().post("/v1/ping:once", &json!({"targetId": llm["llmId"]})));
    let series = busy.root().post("/v1/ping:stream", &target).body;
    let results: Vec<Value> = series
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok()?.get("result").cloned())
        .collect();
    assert_eq!(results.len(), 1, "{series}");
    assert_eq!((&results[0]["ok"], &results[0]["httpStatus"]), (&json!(false), &json!(503)), "{series}");
    assert_eq!(results[0]["metadata"]["reason"], "busy", "{series}");
    assert_eq!(results[0]["bytesSent"], 0, "{series}");
}
