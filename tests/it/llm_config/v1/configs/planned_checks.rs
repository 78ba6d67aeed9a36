//! `POST /llm-config/v1/configs/{id}/checks/planned`: a change before it is made, and the stored
//! secret that stays with its destination.

use serde_json::{Value, json};

use super::app;
use crate::support::{GENUINE, Manners, ai_llm, keyed, provider, set, with};

#[test]
fn a_change_at_the_same_origin_is_checked_with_the_stored_secret() {
    let app = app();
    let upstream = provider(Manners::OpenAi, GENUINE);
    let endpoint = format!("http://127.0.0.1:{}", upstream.port());
    let stored = json!({"endpoint": format!("{endpoint}/wrong"), "secret": GENUINE});
    let id = app.root().add(&set(ai_llm(app.workspace()), &stored));
    let before = app.rows();
    let path = format!("/llm-config/v1/configs/{id}/checks/planned");
    let report = app.root().post(&path, &json!({"endpoint": format!("{endpoint}/v1")})).json(200);
    assert_eq!((&report["usable"], &report["reason"]), (&json!("yes"), &json!("ok")), "{report}");
    let report = app
        .root()
        .post(&path, &json!({"secret": "sk-wrong-0123456789abcdef", "endpoint": format!("{endpoint}/v1")}));
    assert_eq!(report.json(200)["credential"], json!({"verdict": "rejected"}));
    assert_eq!(app.rows().len(), before.len(), "no row is new");
    assert!(app.root().get(&format!("/llm-config/v1/configs/{id}/checks")).json(200)["checks"] == json!([]));
    assert_eq!(app.root().listed(id)["endpoint"], format!("{endpoint}/wrong"));
}

#[test]
fn the_stored_secret_goes_to_no_other_origin() {
    let app = app();
    let (right, thief) = (provider(Manners::OpenAi, GENUINE), provider(Manners::Open, GENUINE));
    let at = |port: u16| format!("http://127.0.0.1:{port}/v1");
    let of_workspace = app
        .root()
        .add(&set(ai_llm(app.workspace()), &json!({"endpoint": at(right.port()), "secret": GENUINE})));
    let of_owner = app.root().create(&with(keyed(GENUINE), &json!({"endpointUrl": at(right.port())})));
    let of_owner = of_owner["llmId"].as_str().expect("an id");
    let planned = |id: &str, body: &Value| {
        app.root().post(&format!("/llm-config/v1/configs/{id}/checks/planned"), body)
    };
    planned(&of_workspace.to_string(), &json!({"endpoint": at(thief.port())}))
        .refused(400, &["stored credential was entered for"]);
    planned(of_owner, &json!({"endpointUrl": at(thief.port())}))
        .refused(400, &["stored credential was entered for"]);
    assert_eq!(thief.received().len(), 0, "nobody called");
    let report = planned(
        of_owner,
        &with(
            json!({}),
            &json!({"endpointUrl": at(thief.port()), "credentials": keyed("sk-another-0123456789")["credentials"]}),
        ),
    );
    assert_eq!(report.json(200)["credential"], json!({"verdict": "not_required"}));
    assert!(thief.received().iter().all(|it| !it.carries(GENUINE)));
}

#[test]
fn the_body_is_described_as_that_of_either_update() {
    let app = app();
    let document = app.anonymous().get("/openapi/llm-config.json").json(200);
    let described = &document["components"]["schemas"]["Change"]["oneOf"];
    let names: Vec<_> = described.as_array().expect("a list").iter().map(|it| it["$ref"].clone()).collect();
    assert_eq!(names, ["#/components/schemas/UpdateAiLlm", "#/components/schemas/LLMUpdateRequest"]);
    for name in ["UpdateAiLlm", "LLMUpdateRequest"] {
        assert!(document["components"]["schemas"][name]["properties"].is_object(), "{name}");
    }
    let depth = &document["paths"]["/llm-config/v1/configs/{id}/checks"]["post"]["parameters"][1];
    assert_eq!((&depth["name"], depth["schema"].get("allOf")), (&json!("depth"), None), "{depth}");
}
