//! Errors contain no data that the caller may not read.

use serde_json::json;

use super::team::Team;
use crate::support::{Installation, api_key_credentials, issue_token, llm_at};

#[test]
fn delete_workspace_in_use_without_list_right_names_no_configurations() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let id = team
            .create_as_alice("Secret project")
            .rsplit('/')
            .next()
            .expect("a path that ends in an id")
            .to_owned();
        let path = format!("/workspace/{}", team.workspace);
        let narrowed_client = issue_token(&team.server, &team.root, &json!({"rights": ["DELETE_WORKSPACE"]}));
        let refused = narrowed_client.delete(&path);
        refused.flashback_error(400, &["configurations"]);
        assert!(!refused.body.contains("Secret") && !refused.body.contains(&id), "{}", refused.body);
        team.root.delete(&path).flashback_error(400, &["Secret project", &id]);
    }
}

#[test]
fn delete_user_in_use_without_list_right_names_no_configurations() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        team.alice.client.create_llm(&llm_at(&team.provider_endpoint(), "Secret project", None));
        let path = format!("/organization/users/{}", team.alice.id);
        let rights = json!({"rights": ["DELETE_USER", "READ_USER_ANY"]});
        let refused = issue_token(&team.server, &team.root, &rights).delete(&path);
        refused.flashback_error(400, &["configurations"]);
        assert!(!refused.body.contains("Secret"), "{}", refused.body);
        team.root.delete(&path).flashback_error(400, &["Secret project"]);
    }
}

#[test]
fn write_for_other_owner_without_read_right_reveals_no_duplicate() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let body = |secret: &str| {
            let mut body = llm_at(&team.provider_endpoint(), "m", Some(secret));
            body["ownerId"] = json!(team.alice.id);
            body
        };
        let path = team.alice.client.create_llm_path(&body("hunter2-weak"));
        let other = llm_at(&team.provider_endpoint(), "other", Some("sk-other"));
        let others = team.alice.client.create_llm_path(&other);
        for rights in [json!(["CREATE_LLM_ANY"]), json!(["UPDATE_LLM_ANY"])] {
            let narrowed_client = issue_token(&team.server, &team.root, &json!({"rights": rights}));
            let guesses = ["hunter1-weak", "hunter2-weak"].map(|guess| {
                let created = narrowed_client.post("/v1/llms", &body(guess)).status;
                let change = json!({
                    "modelIdentifier": "m", "endpointUrl": team.provider_endpoint(),
                    "credentials": api_key_credentials(guess),
                });
                (created, narrowed_client.put(&others, &change).status)
            });
            assert_eq!(guesses[0], guesses[1], "{rights}: a right guess differs from a wrong one");
        }
        let reading =
            issue_token(&team.server, &team.root, &json!({"rights": ["CREATE_LLM_ANY", "READ_LLM_ANY"]}));
        reading.post("/v1/llms", &body("hunter2-weak")).goodmem_error(409, &[]);
        reading.post("/v1/llms", &body("hunter3-weak")).json(201);
        team.alice.client.get(&path).json(200);
    }
}

#[test]
fn move_to_other_owner_drops_check_history() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let body = llm_at(&team.provider_endpoint(), "tiny", Some("sk-0123456789"));
        let id =
            team.mallory.client.create_llm(&body)["llmId"].as_str().expect("the id is a string").to_owned();
        let checks = format!("/llm-config/v1/configs/{id}/checks");
        team.mallory.client.post_empty(&checks).json(200);
        let list = team.mallory.client.get(&checks).json(200);
        assert_eq!(list["checks"].as_array().map(Vec::len), Some(1));
        team.installation.run(&["config", "move", &id, "--owner", "alice@example.com"]).succeeded();
        assert_eq!(team.alice.client.get(&checks).json(200)["checks"], json!([]));
    }
}
