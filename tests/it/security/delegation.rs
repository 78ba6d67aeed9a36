//! A narrowed or expiring token grants no membership, role or token beyond its own scope.

use serde_json::json;

use super::team::Team;
use crate::support::{ApiUser, Client, Installation, assign, issue_token, new_user};

/// 3000-01-01T00:00:00Z, in milliseconds since the Unix epoch.
const YEAR_3000_MS: i64 = 32_503_680_000_000;

/// A client with a token of root with only these rights.
fn narrowed_client(team: &Team, rights: &[&str]) -> Client {
    issue_token(&team.server, &team.root, &json!({"rights": rights}))
}

/// A client with a token of root that expires.
fn expiring_client(team: &Team) -> Client {
    issue_token(&team.server, &team.root, &json!({"expiresAt": YEAR_3000_MS}))
}

const READ: [&str; 4] = ["READ_WORKSPACE_LLM", "LIST_WORKSPACE_LLM", "CALL_WORKSPACE_LLM", "READ_WORKSPACE"];

#[test]
fn add_member_by_narrowed_token_is_refused_beyond_its_rights() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let members = format!("/workspace/{}/users", team.workspace);
        let manage_only = narrowed_client(&team, &["MANAGE_MEMBERS"]);
        let manage_and_read = narrowed_client(&team, &[&READ[..], &["MANAGE_MEMBERS"]].concat());
        let member = |user: &str, role: &str| json!({"userId": user, "role": role});
        let eve = ApiUser::create(&team.server, &team.root, "eve", 0);
        for role in ["READ", "WRITE", "ADMIN"] {
            manage_only.post(&members, &member(&eve.id, role)).flashback_error(403, &[]);
        }
        for role in ["WRITE", "ADMIN"] {
            manage_and_read.post(&members, &member(&eve.id, role)).flashback_error(403, &[]);
        }
        manage_and_read.post(&members, &member(&eve.id, "READ")).success();
        let eves = format!("{members}/{}", eve.id);
        manage_and_read.put(&eves, &json!({"role": "ADMIN"})).flashback_error(403, &[]);
        // Lowering or removing a membership is not a grant.
        let mallorys = format!("{members}/{}", team.mallory.id);
        manage_only.put(&mallorys, &json!({"role": "READ"})).success();
        manage_only.put(&mallorys, &json!({"role": "WRITE"})).flashback_error(403, &[]);
        manage_only.delete(&mallorys).success();
        team.root.put(&eves, &json!({"role": "ADMIN"})).success();
    }
}

#[test]
fn add_member_by_expiring_token_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let members = format!("/workspace/{}/users", team.workspace);
        let eve = ApiUser::create(&team.server, &team.root, "eve", 0);
        let client = expiring_client(&team);
        for role in ["READ", "ADMIN"] {
            client
                .post(&members, &json!({"userId": eve.id, "role": role}))
                .flashback_error(403, &["expires"]);
        }
        team.root.post(&members, &json!({"userId": eve.id, "role": "ADMIN"})).success();
    }
}

#[test]
fn change_role_by_narrowed_or_expiring_token_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let eve = ApiUser::create(&team.server, &team.root, "eve", 0);
        let path = format!("/organization/users/{}", eve.id);
        let role = |number: u8| json!({"orgRole": number});
        let rights = ["CHANGE_ROLE", "READ_USER_ANY", "UPDATE_USER_ANY", "CREATE_USER"];
        for client in [narrowed_client(&team, &rights), expiring_client(&team)] {
            for number in [2, 254, 255] {
                client.put(&path, &role(number)).flashback_error(403, &[]);
                client
                    .post("/organization/users", &assign(new_user("x@example.com"), &role(number)))
                    .flashback_error(403, &[]);
            }
        }
        team.root.put(&path, &role(254)).success();
        // Lowering a role is not a grant.
        narrowed_client(&team, &rights).put(&path, &role(0)).success();
    }
}

#[test]
fn issue_token_with_expiring_token_never_outlives_it() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let client = expiring_client(&team);
        client
            .post("/v1/apikeys", &json!({"expiresAt": YEAR_3000_MS + 1}))
            .goodmem_error(403, &["more rights"]);
        let issued = client.post("/v1/apikeys", &json!({"subjectPrincipalId": team.alice.id})).json(201);
        assert_eq!(issued["apiKeyMetadata"]["expiresAt"], YEAR_3000_MS);
    }
}
