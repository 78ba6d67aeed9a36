//! One slash at the end of a path, and slashes that are doubled, change nothing.

use serde_json::json;

use super::{Fixture, all};
use crate::support::llm;

#[test]
fn get_with_slash_at_the_end_has_the_response_of_the_path_without_it() {
    let fixture = Fixture::new();
    let root = fixture.app.root();
    for route in all().filter(|route| route.method == "GET" && !matches!(route.path, "/" | "/metrics")) {
        let path = fixture.path(route.path);
        let expected = root.get(&path);
        for other in [format!("{path}/"), format!("{path}//"), format!("/{path}/"), format!("{path}/?")] {
            let response = root.get(&other);
            assert_eq!((response.status, response.body), (200, expected.body.clone()), "{other}");
        }
    }
}

#[test]
fn other_methods_with_slash_at_the_end_reach_the_same_handler() {
    let fixture = Fixture::new();
    let root = fixture.app.root();
    let path = root.create_llm_path(&json!({
        "displayName": "other",
        "providerType": "VLLM",
        "endpointUrl": "http://gpu.example:8001/v1",
        "modelIdentifier": "qwen3",
    }));
    root.post("/v1/llms/", &llm()).goodmem_error(409, &["already"]);
    let changed = root.put(&format!("{path}/"), &json!({"displayName": "changed"})).json(200);
    assert_eq!(changed["displayName"], "changed");
    root.delete(&format!("{path}/")).empty(204);
    root.get(&path).goodmem_error(404, &["LLM"]);
    root.post("/ai/llm/", &json!({})).flashback_error(400, &["name is required"]);
}

#[test]
fn slash_alone_redirects_to_the_documents() {
    let fixture = Fixture::new();
    for client in [fixture.app.root(), fixture.app.anonymous()] {
        let response = client.get("/");
        assert_eq!((response.status, response.body.as_str()), (307, ""));
        assert_eq!(response.header("location"), Some("/docs"));
    }
}
