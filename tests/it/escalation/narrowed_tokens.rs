//! Requests with narrowed tokens for more rights than the token has.

use llm_config_core::access::{Right, TokenScope};
use serde_json::{Value, json};

use super::{Organization, key_for, user_of_role};
use crate::support::{Client, llm, rights_scope};

/// 3000-01-01T00:00:00Z, in milliseconds since the Unix epoch.
const YEAR_3000_MS: i64 = 32_503_680_000_000;

impl Organization {
    /// A client with a new token of this user and scope.
    fn token(&self, name: &str, token_scope: TokenScope) -> Client {
        self.app.token(self.person(name).0, token_scope).1
    }
}

#[test]
fn read_only_token_of_owner_is_refused_writes() {
    let organization = Organization::new();
    let client = organization.token("owner", rights_scope(&[Right::ReadLlmAny, Right::ListWorkspaceLlm]));
    organization.check(
        "an owner's read-only token",
        &client,
        &[
            ("POST /organization/users", user_of_role(0), 403),
            ("PUT /organization/users/{owner}", json!({"name": "x"}), 403),
            ("PUT /organization/users/{user}", json!({"orgRole": 254}), 404),
            ("DELETE /organization/users/{user}", Value::Null, 404),
            ("POST /workspace", json!({"name": "x"}), 403),
            ("GET /workspace/{one}", Value::Null, 403),
            ("PUT /workspace/{one}", json!({"name": "x"}), 403),
            ("DELETE /workspace/{one}", Value::Null, 403),
            ("POST /workspace/{one}/users", json!({"userId": "{owner}", "role": "ADMIN"}), 403),
            ("PUT /workspace/{one}/users/{peer}", json!({"role": "ADMIN"}), 403),
            ("PUT /ai/llm/{config}", json!({"name": "x"}), 403),
            ("DELETE /ai/llm/{config}", Value::Null, 403),
            ("POST /v1/llms", llm(), 403),
            ("PUT /v1/llms/{peer's llm}", json!({"displayName": "x"}), 403),
            ("POST /v1/apikeys", json!({}), 403),
            ("POST /v1/apikeys", json!({"rights": ["READ_LLM_ANY"]}), 403),
            ("POST /v1/apikeys", key_for("user"), 400),
            ("PUT /v1/apikeys/{owner's token}", json!({"mergeLabels": {"a": "b"}}), 403),
            ("DELETE /v1/apikeys/{owner's token}", Value::Null, 403),
            ("GET /metrics", Value::Null, 403),
        ],
    );
    client.get(&organization.fill("/v1/llms/{peer's llm}")).json(200);
}

#[test]
fn refusal_of_narrowed_token_names_missing_right() {
    let organization = Organization::new();
    let client = organization.token("owner", rights_scope(&[Right::ReadLlmAny, Right::ReadWorkspaceLlm]));
    for (request, body, right) in [
        ("PUT /ai/llm/{config}", json!({"name": "x"}), "UPDATE_WORKSPACE_LLM"),
        ("DELETE /ai/llm/{config}", Value::Null, "DELETE_WORKSPACE_LLM"),
        ("POST /workspace", json!({"name": "x"}), "CREATE_WORKSPACE"),
        ("POST /organization/users", user_of_role(0), "CREATE_USER"),
    ] {
        organization
            .send(&client, request, &body)
            .flashback_error(403, &["the token lacks the right", right]);
    }
}

#[test]
fn issue_token_beyond_issuing_tokens_scope_is_refused() {
    let organization = Organization::new();
    let issuing_scope = TokenScope {
        expires_at: llm_config_core::time::Timestamp::from_millis(YEAR_3000_MS),
        ..rights_scope(&[
            Right::IssueTokenOwn,
            Right::IssueTokenAny,
            Right::ReadLlmOwn,
            Right::UpdateTokenAny,
        ])
    };
    let client = organization.token("owner", issuing_scope);
    let key_with_rights =
        |name: &str, rights: &[&str]| json!({"subjectPrincipalId": format!("{{{name}}}"), "rights": rights});
    organization
        .app
        .root()
        .put(&organization.fill("/v1/apikeys/{user's token}"), &json!({"status": "INACTIVE"}))
        .json(200);
    organization
        .app
        .root()
        .put(&organization.fill("/v1/apikeys/{owner's token}"), &json!({"status": "INACTIVE"}))
        .json(200);
    organization.check(
        "an owner's token that may only read its own LLMs and manage tokens",
        &client,
        &[
            ("POST /v1/apikeys", json!({"rights": ["CREATE_USER"]}), 403),
            ("POST /v1/apikeys", json!({"rights": ["READ_LLM_OWN", "CHANGE_ROLE"]}), 403),
            ("POST /v1/apikeys", json!({"rights": ["READ_LLM_ANY"]}), 403),
            ("POST /v1/apikeys", json!({"expiresAt": YEAR_3000_MS + 1}), 403),
            ("POST /v1/apikeys", json!({"rights": ["READ_LLM_OWN"], "expiresAt": YEAR_3000_MS + 1}), 403),
            // A right to the caller's own objects does not extend to objects of other users.
            ("POST /v1/apikeys", key_with_rights("peer", &["READ_LLM_OWN"]), 403),
            ("POST /v1/apikeys", key_with_rights("owner", &["MANAGE_MEMBERS"]), 403),
            ("POST /v1/apikeys", key_with_rights("root", &["ISSUE_TOKEN_ANY", "DELETE_USER"]), 403),
            ("POST /v1/apikeys", key_for("peer"), 403),
            // The token cannot activate a token with more rights.
            ("PUT /v1/apikeys/{owner's token}", json!({"status": "ACTIVE"}), 403),
            ("PUT /v1/apikeys/{user's token}", json!({"status": "ACTIVE"}), 403),
        ],
    );
}

#[test]
fn token_issued_by_narrowed_token_does_not_inherit_owner_rights() {
    let organization = Organization::new();
    let token_scope = rights_scope(&[Right::CreateUser, Right::IssueTokenAny, Right::ReadUserAny]);
    let client = organization.token("owner", token_scope);
    // The token cannot create users with rights that the token does not have.
    for role in [2, 254, 255] {
        client.post("/organization/users", &user_of_role(role)).flashback_error(403, &[]);
    }
    let created = client.post("/organization/users", &user_of_role(0)).success();
    let subject = json!({"subjectPrincipalId": created["data"]["id"]});
    let issued = client.post("/v1/apikeys", &subject).json(201);
    let issued_client = organization.app.client(issued["rawApiKey"].as_str().unwrap());
    organization.check(
        "a user's token that an owner's narrowed token issued",
        &issued_client,
        &[
            ("PUT /organization/users/{owner}", json!({"orgRole": 0}), 404),
            ("PUT /organization/users/{peer}", json!({"orgRole": 2}), 404),
            ("DELETE /organization/users/{peer}", Value::Null, 404),
            ("POST /organization/users", user_of_role(0), 403),
            ("POST /workspace", json!({"name": "x"}), 403),
            ("DELETE /workspace/{one}", Value::Null, 403),
            ("DELETE /ai/llm/{config}", Value::Null, 403),
            ("GET /v1/llms/{peer's llm}", Value::Null, 403),
            ("POST /v1/apikeys", json!({"rights": ["READ_LLM_ANY"]}), 403),
            ("PUT /v1/apikeys/{owner's token}", json!({"status": "INACTIVE"}), 404),
        ],
    );
}

#[test]
fn token_with_update_user_but_not_change_role_cannot_change_roles() {
    let organization = Organization::new();
    let rights = [Right::UpdateUserAny, Right::ReadUserAny, Right::ManageMembers];
    let client = organization.token("owner", rights_scope(&rights));
    organization.check(
        "an owner's token without CHANGE_ROLE",
        &client,
        &[
            ("PUT /organization/users/{user}", json!({"orgRole": 254}), 403),
            ("PUT /organization/users/{user}", json!({"orgRole": 1, "name": "x"}), 403),
            ("PUT /organization/users/{administrator}", json!({"orgRole": 0}), 403),
            ("POST /organization/users", user_of_role(0), 403),
            ("DELETE /organization/users/{user}", Value::Null, 403),
        ],
    );
    let own = organization.token("administrator", rights_scope(&[Right::UpdateUserOwn]));
    organization.check(
        "an administrator's token with only UPDATE_USER_OWN",
        &own,
        &[
            ("PUT /organization/users/{administrator}", json!({"orgRole": 0}), 403),
            ("PUT /organization/users/{user}", json!({"name": "x"}), 404),
        ],
    );
    let renamed =
        own.put(&organization.fill("/organization/users/{administrator}"), &json!({"name": "Grace"}));
    assert_eq!(renamed.success()["data"]["name"], "Grace");
}

#[test]
fn token_with_update_user_but_not_read_user_cannot_change_roles() {
    let organization = Organization::new();
    let client = organization.token("administrator", rights_scope(&[Right::UpdateUserAny]));
    organization.check(
        "an administrator's token with only UPDATE_USER_ANY",
        &client,
        &[
            ("PUT /organization/users/{user}", json!({"orgRole": 254}), 403),
            ("PUT /organization/users/{user}", json!({"orgRole": 1, "name": "x"}), 403),
            ("GET /organization/users/{user}", Value::Null, 404),
        ],
    );
    // The token may rename this user, so a 404 would not hide that the user exists.
    let renamed = client.put(&organization.fill("/organization/users/{user}"), &json!({"name": "Grace"}));
    assert_eq!(renamed.success()["data"]["name"], "Grace");
}

#[test]
fn token_for_one_workspace_is_refused_other_objects() {
    let organization = Organization::new();
    let token_scope = TokenScope { workspaces: Some([organization.one].into()), ..TokenScope::default() };
    for name in ["owner", "administrator", "manager", "admin"] {
        let client = organization.token(name, token_scope.clone());
        let own_path = format!("PUT /organization/users/{{{name}}}");
        organization.check(
            &format!("{name}'s token for one workspace"),
            &client,
            &[
                ("POST /workspace", json!({"name": "x"}), 403),
                ("GET /workspace/{other}", Value::Null, 403),
                ("PUT /workspace/{other}", json!({"name": "x"}), 403),
                ("DELETE /workspace/{other}", Value::Null, 403),
                ("POST /workspace/{other}/users", json!({"userId": "{user}", "role": "READ"}), 403),
                ("DELETE /workspace/{other}/users/{stranger}", Value::Null, 403),
                ("PUT /ai/llm/{other config}", json!({"name": "x"}), 403),
                ("DELETE /ai/llm/{other config}", Value::Null, 403),
                ("POST /organization/users", user_of_role(0), 403),
                (own_path.as_str(), json!({"name": "x"}), 403),
                (own_path.as_str(), json!({"orgRole": 255}), 403),
                ("PUT /organization/users/{user}", json!({"orgRole": 1}), 404),
                ("DELETE /organization/users/{peer}", Value::Null, 404),
                ("POST /v1/llms", llm(), 403),
                ("GET /v1/llms/{peer's llm}", Value::Null, 403),
                ("POST /v1/apikeys", json!({}), 403),
                ("POST /v1/apikeys", json!({"workspaces": [organization.one.to_string()]}), 403),
                ("POST /v1/apikeys", key_for("user"), 400),
                ("GET /metrics", Value::Null, 403),
            ],
        );
        let workspace_ids: Vec<_> =
            client.ai_llms("").into_iter().map(|config| config["workspaceId"].clone()).collect();
        assert_eq!(workspace_ids, [json!(organization.one.to_string())], "{name}");
        assert_eq!(client.get("/workspace").success()["workspaces"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn token_narrowed_to_workspace_and_rights_is_limited_by_both() {
    let organization = Organization::new();
    let token_scope = TokenScope {
        workspaces: Some([organization.one].into()),
        ..rights_scope(&[Right::ListWorkspaceLlm, Right::ReadWorkspaceLlm, Right::IssueTokenOwn])
    };
    let client = organization.token("admin", token_scope);
    organization.check(
        "an admin's token that may only read one workspace",
        &client,
        &[
            ("POST /workspace/{one}/users", json!({"userId": "{user}", "role": "ADMIN"}), 403),
            ("PUT /workspace/{one}/users/{admin}", json!({"role": "ADMIN"}), 403),
            ("PUT /workspace/{one}", json!({"name": "x"}), 403),
            ("PUT /ai/llm/{config}", json!({"name": "x"}), 403),
            ("DELETE /ai/llm/{config}", Value::Null, 403),
            ("POST /v1/apikeys", json!({}), 403),
        ],
    );
    assert_eq!(client.ai_llm_names(""), ["GPT"]);
}
