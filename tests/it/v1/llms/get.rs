//! `GET /v1/llms/{id}`

use serde_json::json;

use super::app;
use crate::support::keyed;

#[test]
fn an_llm_is_answered_bare() {
    let app = app();
    let made = app.root().create(&keyed("sk-0123456789"));
    let path = format!("/v1/llms/{}", made["llmId"].as_str().unwrap());
    assert_eq!(app.root().get(&path).json(200), made);
    assert_eq!(app.root().get(&path.to_uppercase().replace("/V1/LLMS", "/v1/llms")).json(200), made);
    assert_eq!(app.root().get(&format!("{path}?includeCredentials=false")).json(200), made);
}

#[test]
fn credentials_are_refused_to_everybody() {
    let app = app();
    let made = app.root().created(&keyed("sk-0123456789"));
    for path in [&made, "/v1/llms"] {
        for query in ["includeCredentials=true", "include_credentials=true"] {
            let answer = app.root().get(&format!("{path}?{query}"));
            answer.refused(403, &["write-only"]);
            assert!(!answer.body.contains("sk-"));
        }
        for query in ["includeCredentials=yes", "include_credentials=1"] {
            assert_eq!(app.root().get(&format!("{path}?{query}")).faults(), ["includeCredentials"]);
        }
        app.root().get(&format!("{path}?includeCredentials=false")).json(200);
    }
    // Together with what else is wrong.
    let faults = app.root().get("/v1/llms?includeCredentials=yes&ownerId=me").faults();
    assert_eq!(faults, ["includeCredentials", "ownerId"]);
}

#[test]
fn an_unknown_id_is_404_and_a_malformed_one_400() {
    let app = app();
    let unknown = "/v1/llms/550e8400-e29b-41d4-a716-446655440000";
    app.root().get(unknown).refused(404, &["LLM"]);
    app.root().get(&format!("{unknown}?includeCredentials=true")).refused(404, &["LLM"]);
    app.root().delete(unknown).refused(404, &["LLM"]);
    app.root().put(unknown, &json!({"displayName": "x"})).refused(404, &["LLM"]);
    for malformed in ["1", "me", "550e8400-e29b-41d4-a716-44665544000", "%20", "%FF", "a%2Fb", "{id}"] {
        let path = format!("/v1/llms/{}", malformed.replace('{', "%7B").replace('}', "%7D"));
        assert_eq!(app.root().get(&path).faults(), ["id"], "{path}");
        assert_eq!(app.root().delete(&path).faults(), ["id"], "{path}");
        assert_eq!(app.root().put(&path, &json!({})).faults(), ["id"], "{path}");
    }
}
