//! Requests with tokens that are narrowed to one configuration for more than that.

use llm_config_core::access::{Right, TokenScope};
use llm_config_core::id::ConfigId;
use serde_json::{Value, json};

use super::{Organization, key_for, user_of_role};
use crate::support::{ai_llm, llm, rights_scope};

impl Organization {
    fn config(&self) -> ConfigId {
        self.fill("{config}").parse().unwrap()
    }
}

#[test]
fn token_for_one_config_is_refused_other_objects() {
    let organization = Organization::new();
    let configs = Some([organization.config()].into());
    for name in ["owner", "administrator", "manager", "admin"] {
        let token_scope = TokenScope { configs: configs.clone(), ..TokenScope::default() };
        let (_, client) = organization.app.token(organization.person(name).0, token_scope);
        let own_path = format!("PUT /organization/users/{{{name}}}");
        let (in_one, one_config) = (ai_llm(organization.one), organization.config().to_string());
        organization.check(
            &format!("{name}'s token for one configuration"),
            &client,
            &[
                ("POST /ai/llm", in_one.clone(), 403),
                ("PUT /ai/llm/{other config}", json!({"name": "x"}), 403),
                ("DELETE /ai/llm/{other config}", Value::Null, 403),
                ("POST /ai/llm/{other config}/validate", Value::Null, 403),
                ("POST /workspace", json!({"name": "x"}), 403),
                ("GET /workspace/{one}", Value::Null, 403),
                ("PUT /workspace/{one}", json!({"name": "x"}), 403),
                ("DELETE /workspace/{one}", Value::Null, 403),
                ("POST /workspace/{one}/users", json!({"userId": "{user}", "role": "READ"}), 403),
                ("PUT /workspace/{one}/users/{peer}", json!({"role": "ADMIN"}), 403),
                ("DELETE /workspace/{one}/users/{peer}", Value::Null, 403),
                ("POST /organization/users", user_of_role(0), 403),
                (own_path.as_str(), json!({"name": "x"}), 403),
                (own_path.as_str(), json!({"orgRole": 255}), 403),
                ("PUT /organization/users/{user}", json!({"orgRole": 1}), 404),
                ("DELETE /organization/users/{peer}", Value::Null, 404),
                ("POST /v1/llms", llm(), 403),
                ("GET /v1/llms/{peer's llm}", Value::Null, 403),
                ("PUT /v1/llms/{peer's llm}", json!({"displayName": "x"}), 403),
                ("POST /v1/apikeys", json!({}), 403),
                ("POST /v1/apikeys", json!({"configs": [one_config]}), 403),
                ("POST /v1/apikeys", json!({"configs": ["{other config}"]}), 403),
                ("POST /v1/apikeys", key_for("user"), 400),
                ("PUT /v1/apikeys/{owner's token}", json!({"status": "INACTIVE"}), 404),
                ("GET /metrics", Value::Null, 403),
            ]
            .map(|(request, body, status)| {
                // An owner's own token is not hidden from the owner.
                let is_own = name == "owner" && request.contains("{owner's token}");
                (request, body, if is_own { 403 } else { status })
            }),
        );
        let ids: Vec<_> = client.ai_llms("").into_iter().map(|config| config["id"].clone()).collect();
        assert_eq!(ids, [json!(one_config)], "{name}");
        organization.send(&client, "PUT /ai/llm/{config}", &json!({"name": format!("by {name}")})).success();
    }
}

#[test]
fn token_for_one_config_gains_nothing_beyond_role_and_rights_of_its_user() {
    let organization = Organization::new();
    let configs = Some([organization.config()].into());
    let reader = organization.person("reader").0;
    let stranger = organization.person("stranger").0;
    let of_reader = TokenScope { configs: configs.clone(), ..TokenScope::default() };
    let (_, client) = organization.app.token(reader, of_reader.clone());
    let change = [("PUT /ai/llm/{config}", json!({"name": "x"}), 403)];
    organization.check("a reader's token for the configuration", &client, &change);
    assert_eq!(client.ai_llm_names(""), ["GPT"]);
    let (_, client) = organization.app.token(stranger, of_reader);
    organization.check("a stranger's token for the configuration", &client, &change);
    assert_eq!(client.ai_llm_names(""), [""; 0]);
    let call_only = TokenScope { configs, ..rights_scope(&[Right::CallWorkspaceLlm]) };
    let (_, client) = organization.app.token(organization.person("writer").0, call_only);
    let validate = ("POST /ai/llm/{config}/validate", Value::Null, 403);
    organization.check("a writer's token to call", &client, &[change[0].clone(), validate]);
    assert_eq!(client.ai_llm_names(""), [""; 0]);
}

#[test]
fn issue_token_for_config_with_more_rights_is_refused() {
    let organization = Organization::new();
    let issuing = rights_scope(&[Right::IssueTokenOwn, Right::CallWorkspaceLlm]);
    let (_, client) = organization.app.token(organization.person("owner").0, issuing);
    organization.check(
        "an owner's token that may call and issue tokens",
        &client,
        &[
            ("POST /v1/apikeys", json!({"configs": ["{config}"], "rights": ["CALL_LLM_ANY"]}), 403),
            ("POST /v1/apikeys", json!({"configs": ["{config}"], "rights": ["PING_WORKSPACE_LLM"]}), 403),
        ],
    );
    // What the request does not narrow is inherited.
    let body = json!({"configs": ["{config}"]});
    let issued = organization.send(&client, "POST /v1/apikeys", &body).json(201);
    assert_eq!(issued["apiKeyMetadata"]["rights"], json!(["CALL_WORKSPACE_LLM", "ISSUE_TOKEN_OWN"]));
    assert_eq!(issued["apiKeyMetadata"]["configs"], json!([organization.config().to_string()]));
}
