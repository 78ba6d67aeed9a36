//! Requests of each role for more rights than the role has.

use serde_json::{Value, json};

use super::{Organization, key_for, user_of_role};
use crate::support::{ai_llm, assign, llm};

/// Attempts that are refused to every role below ADMINISTRATORS.
fn attempts_below_administrators(name: &str) -> Vec<(String, Value, u16)> {
    let mut attempts = Vec::new();
    for role in [1, 2, 254, 255] {
        attempts.push((format!("PUT /organization/users/{{{name}}}"), json!({"orgRole": role}), 403));
        attempts.push(("POST /organization/users".to_owned(), user_of_role(role), 403));
    }
    attempts.retain(|(_, body, _)| !(name == "manager" && body == &json!({"orgRole": 2})));
    attempts.retain(|(_, body, _)| !(name == "billing" && body == &json!({"orgRole": 1})));
    for body in [json!({"name": "x", "orgRole": 255}), json!({"orgRole": 255, "lastName": "x"})] {
        attempts.push((format!("PUT /organization/users/{{{name}}}"), body, 403));
    }
    attempts.extend([
        ("POST /organization/users".to_owned(), user_of_role(0), 403),
        (format!("DELETE /organization/users/{{{name}}}"), Value::Null, 403),
        ("PUT /organization/users/{root}".to_owned(), json!({"orgRole": 0}), 404),
        ("PUT /organization/users/{owner}".to_owned(), json!({"name": "x"}), 404),
        ("DELETE /organization/users/{administrator}".to_owned(), Value::Null, 404),
        ("POST /v1/apikeys".to_owned(), key_for("root"), 400),
        ("POST /v1/apikeys".to_owned(), key_for("administrator"), 400),
        ("GET /v1/apikeys/{owner's token}".to_owned(), Value::Null, 404),
        ("PUT /v1/apikeys/{owner's token}".to_owned(), json!({"status": "INACTIVE"}), 404),
        ("DELETE /v1/apikeys/{owner's token}".to_owned(), Value::Null, 404),
        ("PUT /v1/llms/{peer's llm}".to_owned(), json!({"displayName": "x"}), 403),
        ("DELETE /v1/llms/{peer's llm}".to_owned(), Value::Null, 403),
    ]);
    attempts
}

#[test]
fn grant_role_or_token_below_administrators_is_refused() {
    let organization = Organization::new();
    for name in ["manager", "user", "billing", "admin", "writer", "reader"] {
        organization.check(name, organization.client(name), &attempts_below_administrators(name));
    }
}

#[test]
fn act_on_owner_by_administrator_is_refused() {
    let organization = Organization::new();
    let own_path = "PUT /organization/users/{administrator}";
    let token = "PUT /v1/apikeys/{owner's token}";
    let mut attempts = [
        (own_path, json!({"orgRole": 255}), 403),
        (own_path, json!({"orgRole": 255, "name": "x"}), 403),
        ("PUT /organization/users/{user}", json!({"orgRole": 255}), 403),
        ("POST /organization/users", user_of_role(255), 403),
        ("GET /v1/apikeys/{owner's token}", Value::Null, 403),
        (token, json!({"status": "INACTIVE"}), 403),
        (token, json!({"mergeLabels": {"a": "b"}}), 403),
        ("DELETE /v1/apikeys/{owner's token}", Value::Null, 403),
    ]
    .map(|(request, body, status)| (request.to_owned(), body, status))
    .to_vec();
    for owner in ["owner", "root"] {
        let path = format!("/organization/users/{{{owner}}}");
        for change in [json!({"orgRole": 0}), json!({"orgRole": 254}), json!({"name": "x"}), json!({})] {
            attempts.push((format!("PUT {path}"), change, 403));
        }
        attempts.push((format!("DELETE {path}"), Value::Null, 403));
        attempts.push(("POST /v1/apikeys".to_owned(), key_for(owner), 403));
    }
    organization.check("administrator", organization.client("administrator"), &attempts);
}

#[test]
fn act_on_users_and_llms_by_workspace_manager_is_refused() {
    let organization = Organization::new();
    organization.check(
        "manager",
        organization.client("manager"),
        &[
            // Members of the same workspaces are visible.
            ("PUT /organization/users/{peer}", json!({"orgRole": 2}), 403),
            ("PUT /organization/users/{peer}", json!({"name": "x"}), 403),
            ("DELETE /organization/users/{peer}", Value::Null, 403),
            ("POST /v1/apikeys", key_for("peer"), 403),
            ("DELETE /v1/apikeys/{peer's token}", Value::Null, 403),
            // Users outside these workspaces are not visible.
            ("PUT /organization/users/{user}", json!({"name": "x"}), 404),
            ("DELETE /organization/users/{user}", Value::Null, 404),
            ("POST /v1/apikeys", key_for("user"), 400),
            ("GET /v1/llms/{peer's llm}", Value::Null, 403),
            ("POST /v1/llms", llm_of("peer"), 403),
            ("POST /workspace/{one}/users", json!({"userId": "{manager}", "role": "OWNER"}), 400),
        ],
    );
}

fn llm_of(name: &str) -> Value {
    assign(llm(), &json!({"ownerId": format!("{{{name}}}")}))
}

fn ai_llm_in(workspace: &str) -> Value {
    ai_llm(&format!("{{{workspace}}}"))
}

#[test]
fn act_on_workspace_by_non_member_is_refused() {
    let organization = Organization::new();
    for name in ["user", "billing"] {
        let own_membership = json!({"userId": format!("{{{name}}}"), "role": "ADMIN"});
        organization.check(
            name,
            organization.client(name),
            &[
                ("POST /workspace", json!({"name": "mine"}), 403),
                ("GET /workspace/{one}", Value::Null, 403),
                ("PUT /workspace/{one}", json!({"name": "mine"}), 403),
                ("DELETE /workspace/{one}", Value::Null, 403),
                ("POST /workspace/{one}/users", own_membership.clone(), 403),
                ("POST /workspace/{other}/users", own_membership, 403),
                ("PUT /workspace/{one}/users/{peer}", json!({"role": "READ"}), 403),
                ("PUT /workspace/{one}/users/{billing}", json!({"role": "ADMIN"}), 403),
                ("DELETE /workspace/{one}/users/{peer}", Value::Null, 403),
                ("POST /ai/llm", ai_llm_in("one"), 403),
                ("PUT /ai/llm/{config}", json!({"name": "x"}), 403),
                ("PUT /ai/llm/{config}", json!({"workspaceId": "{other}"}), 403),
                ("DELETE /ai/llm/{config}", Value::Null, 403),
                ("GET /organization/users/{peer}", Value::Null, 404),
                ("POST /v1/llms", llm_of("peer"), 403),
            ],
        );
        assert_eq!(organization.client(name).ai_llm_names(""), Vec::<String>::new());
    }
    organization.check(
        "billing",
        organization.client("billing"),
        &[("POST /v1/llms", llm_of("billing"), 403)],
    );
}

#[test]
fn act_beyond_workspace_role_or_in_other_workspace_is_refused() {
    let organization = Organization::new();
    for (name, may_write, manages) in
        [("reader", false, false), ("writer", true, false), ("admin", true, true)]
    {
        let member = format!("/workspace/{{one}}/users/{{{name}}}");
        let (raise, leave) = (format!("PUT {member}"), format!("DELETE {member}"));
        let own_membership = json!({"userId": format!("{{{name}}}"), "role": "ADMIN"});
        let mut attempts = vec![
            ("POST /workspace", json!({"name": "mine"}), 403),
            ("DELETE /workspace/{one}", Value::Null, 403),
            ("GET /workspace/{other}", Value::Null, 403),
            ("PUT /workspace/{other}", json!({"name": "x"}), 403),
            ("POST /workspace/{other}/users", own_membership.clone(), 403),
            ("PUT /workspace/{other}/users/{stranger}", json!({"role": "READ"}), 403),
            ("DELETE /workspace/{other}/users/{stranger}", Value::Null, 403),
            ("POST /ai/llm", ai_llm_in("other"), 403),
            ("PUT /ai/llm/{other config}", json!({"workspaceId": "{one}", "name": "x"}), 403),
            ("DELETE /ai/llm/{other config}", Value::Null, 403),
            ("PUT /organization/users/{peer}", json!({"name": "x"}), 403),
            ("PUT /organization/users/{peer}", json!({"orgRole": 1}), 403),
            ("DELETE /organization/users/{peer}", Value::Null, 403),
            ("GET /organization/users/{stranger}", Value::Null, 404),
            ("POST /v1/apikeys", key_for("peer"), 403),
            ("PUT /v1/apikeys/{peer's token}", json!({"status": "INACTIVE"}), 403),
            ("DELETE /v1/apikeys/{peer's token}", Value::Null, 403),
        ];
        if !may_write {
            attempts.extend([
                ("POST /ai/llm", ai_llm_in("one"), 403),
                ("PUT /ai/llm/{config}", json!({"name": "x"}), 403),
                ("PUT /ai/llm/{config}", json!({}), 403),
                ("DELETE /ai/llm/{config}", Value::Null, 403),
            ]);
        }
        if manages {
            attempts.extend([
                // ADMIN is the highest role, and a member cannot be added again.
                (raise.as_str(), json!({"role": "OWNER"}), 400),
                ("POST /workspace/{one}/users", own_membership, 400),
            ]);
        } else {
            attempts.extend([
                ("PUT /workspace/{one}", json!({"name": "x"}), 403),
                ("POST /workspace/{one}/users", own_membership, 403),
                ("POST /workspace/{one}/users", json!({"userId": "{stranger}", "role": "READ"}), 403),
                (raise.as_str(), json!({"role": "ADMIN"}), 403),
                ("PUT /workspace/{one}/users/{peer}", json!({"role": "WRITE"}), 403),
                ("DELETE /workspace/{one}/users/{admin}", Value::Null, 403),
                (leave.as_str(), Value::Null, 403),
            ]);
        }
        organization.check(name, organization.client(name), &attempts);
    }
}

#[test]
fn update_with_other_workspace_id_is_ignored() {
    let organization = Organization::new();
    let before = organization.app.stored_rows();
    let change = json!({"workspaceId": "{other}", "id": "{other config}", "orgId": "x", "userId": "{writer}",
        "createdAt": "2000-01-01T00:00:00.000Z"});
    organization.send(organization.client("writer"), "PUT /ai/llm/{config}", &change).success();
    assert_eq!(organization.app.stored_rows(), before);
}
