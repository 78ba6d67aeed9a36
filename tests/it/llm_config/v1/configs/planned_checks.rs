//! `POST /llm-config/v1/configs/{id}/checks/planned`: checks of a change before it is
//! stored.

use serde_json::{Value, json};

use super::app;
use crate::support::{
    FakeVendor, VALID_KEY, ai_llm, api_key_credentials, assign, fake_provider, llm_with_secret, merge_patch,
};

#[test]
fn planned_check_at_same_origin_uses_stored_secret() {
    let app = app();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let endpoint = format!("http://127.0.0.1:{}", upstream.port());
    let stored = json!({"endpoint": format!("{endpoint}/wrong"), "secret": VALID_KEY});
    let id = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &stored));
    let before = app.stored_rows();
    let path = format!("/llm-config/v1/configs/{id}/checks/planned");
    let report = app.root().post(&path, &json!({"endpoint": format!("{endpoint}/v1")})).json(200);
    assert_eq!((&report["usable"], &report["reason"]), (&json!("yes"), &json!("ok")), "{report}");
    let report = app
        .root()
        .post(&path, &json!({"secret": "sk-wrong-0123456789abcdef", "endpoint": format!("{endpoint}/v1")}));
    assert_eq!(report.json(200)["credential"], json!({"verdict": "rejected"}));
    assert_eq!(app.stored_rows().len(), before.len(), "no row is new");
    assert!(app.root().get(&format!("/llm-config/v1/configs/{id}/checks")).json(200)["checks"] == json!([]));
    assert_eq!(app.root().find_ai_llm(id)["endpoint"], format!("{endpoint}/wrong"));
}

#[test]
fn planned_check_at_other_origin_without_secret_is_rejected() {
    let app = app();
    let (right, attacker) = (
        fake_provider(FakeVendor::OpenAi, VALID_KEY),
        fake_provider(FakeVendor::NoAuthentication, VALID_KEY),
    );
    let at = |port: u16| format!("http://127.0.0.1:{port}/v1");
    let of_workspace = app.root().create_ai_llm(&assign(
        ai_llm(app.workspace()),
        &json!({"endpoint": at(right.port()), "secret": VALID_KEY}),
    ));
    let of_owner = app
        .root()
        .create_llm(&merge_patch(llm_with_secret(VALID_KEY), &json!({"endpointUrl": at(right.port())})));
    let of_owner = of_owner["llmId"].as_str().expect("the id is a string");
    let planned = |id: &str, body: &Value| {
        app.root().post(&format!("/llm-config/v1/configs/{id}/checks/planned"), body)
    };
    planned(&of_workspace.to_string(), &json!({"endpoint": at(attacker.port())}))
        .goodmem_error(400, &["stored credential was entered for"]);
    planned(of_owner, &json!({"endpointUrl": at(attacker.port())}))
        .goodmem_error(400, &["stored credential was entered for"]);
    assert_eq!(attacker.received().len(), 0, "the attacker was called");
    let report = planned(
        of_owner,
        &json!({
            "endpointUrl": at(attacker.port()), "credentials": api_key_credentials("sk-another-0123456789"),
        }),
    );
    assert_eq!(report.json(200)["credential"], json!({"verdict": "not_required"}));
    assert!(attacker.received().iter().all(|request| !request.carries(VALID_KEY)));
}

#[test]
fn planned_check_body_is_documented_as_either_update() {
    let app = app();
    let document = app.anonymous().get("/openapi/llm-config.json").json(200);
    let described = &document["components"]["schemas"]["Change"]["anyOf"];
    let names: Vec<_> = described
        .as_array()
        .expect("the list is an array")
        .iter()
        .map(|schema| schema["$ref"].clone())
        .collect();
    assert_eq!(names, ["#/components/schemas/UpdateAiLlm", "#/components/schemas/LLMUpdateRequest"]);
    for name in ["UpdateAiLlm", "LLMUpdateRequest"] {
        assert!(document["components"]["schemas"][name]["properties"].is_object(), "{name}");
    }
    let depth = &document["paths"]["/llm-config/v1/configs/{id}/checks"]["post"]["parameters"][1];
    assert_eq!((&depth["name"], depth["schema"].get("allOf")), (&json!("depth"), None), "{depth}");
}
