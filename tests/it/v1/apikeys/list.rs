//! `GET /v1/apikeys`.

use llm_config_core::access::OrgRole;
use serde_json::json;

use super::app;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[test]
fn list_keys_filters_in_both_spellings() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let inactive = app.root().post("/v1/apikeys", &json!({})).json(201);
    let inactive = format!("/v1/apikeys/{}", inactive["apiKeyMetadata"]["apiKeyId"].as_str().unwrap());
    app.root().put(&inactive, &json!({"status": "INACTIVE"})).json(200);
    let count = |query: &str| {
        app.root().get(&format!("/v1/apikeys{query}")).json(200)["keys"].as_array().unwrap().len()
    };
    assert_eq!(count(""), 3);
    assert_eq!(count(&format!("?subject_principal_id={}", ada.id)), 1);
    assert_eq!(count(&format!("?ownerPrincipalId={}&view=FULL&max_results=1", ada.id)), 1);
    assert_eq!(count("?lifecycle_state=REVOKED"), 1);
    assert_eq!(count("?lifecycleState=USABLE"), 2);
    assert_eq!(count("?lifecycle_state=EXPIRED"), 0);
    assert_eq!(count(&format!("?subject_principal_id={ID}")), 0);
    assert_eq!(
        app.root().get("/v1/apikeys?lifecycleState=x&subjectPrincipalId=y").error_fields(),
        ["subjectPrincipalId", "lifecycleState"]
    );
}
