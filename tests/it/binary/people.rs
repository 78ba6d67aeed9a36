//! The commands `user`, `workspace` and `token`, as text and as JSON, while the server runs.

use serde_json::json;

use crate::support::{Installation, llm_at, member_names, wait_for_coherence};

const ADA: [&str; 7] =
    ["user", "create", "ada@example.com", "--first-name", "Ada", "--last-name", "Lovelace"];

#[test]
fn user_commands_create_list_show_change_and_delete() {
    for installation in Installation::each() {
        let server = installation.start();
        let created = installation.json(&[&ADA[..], &["--username", "ada", "--token"]].concat());
        let names =
            ["createdAt", "email", "firstName", "id", "lastName", "role", "token", "updatedAt", "username"];
        assert_eq!(member_names(&created), names);
        assert_eq!((&created["role"], &created["username"]), (&json!("USER"), &json!("ada")));
        let ada = server.client(created["token"].as_str().unwrap());
        assert_eq!(ada.get("/v1/users/me").json(200)["userId"], created["id"]);
        installation.run(&ADA).assert_error(&["already has this e-mail address"]);
        // Without `--token` no token is issued; without `--json` the output is text.
        let bob = [
            "user",
            "create",
            "bob@example.com",
            "--first-name",
            "Bob",
            "--last-name",
            "B",
            "--role",
            "owner",
        ];
        let printed = installation.run(&bob).succeeded();
        assert!(printed.contains("created bob@example.com") && printed.contains("OWNER"), "{printed}");
        assert!(!printed.contains("gm_"), "{printed}");
        let listed = installation.json(&["user", "list"]);
        let emails: Vec<_> =
            listed.as_array().unwrap().iter().map(|object| object["email"].as_str().unwrap()).collect();
        assert_eq!(emails, ["ada@example.com", "bob@example.com", "root@localhost"]);
        let table = installation.run(&["user", "list"]).succeeded();
        assert_eq!((table.lines().count(), table.starts_with("EMAIL")), (4, true), "{table}");
        // The command accepts an e-mail address in any case, or an id.
        for which in ["ADA@example.com", created["id"].as_str().unwrap()] {
            let found = installation.json(&["user", "show", which]);
            assert_eq!(
                (&found["id"], &found["tokens"], &found["workspaces"]),
                (&created["id"], &json!(1), &json!([]))
            );
        }
        assert!(installation.run(&["user", "show", "ada@example.com"]).succeeded().contains("Ada Lovelace"));
        // The new role takes effect within a second.
        ada.get("/metrics").goodmem_error(403, &[]);
        let raised = installation.json(&["user", "role", "ada@example.com", "ADMINISTRATORS"]);
        assert_eq!(raised["role"], "ADMINISTRATORS");
        wait_for_coherence();
        assert_eq!(ada.get("/metrics").status, 200);
        // Setting the current role changes nothing, so the audit log gets no event of one.
        let events = || installation.database.texts("SELECT kind AS value FROM audit_events").len();
        let before = events();
        let same = installation.json(&["user", "role", "ada@example.com", "ADMINISTRATORS"]);
        assert_eq!((same, events()), (raised, before));
        assert_eq!(installation.json(&["user", "delete", "ada@example.com"])["id"], created["id"]);
        wait_for_coherence();
        ada.get("/ai/llm").flashback_error(401, &[]);
        installation.run(&["user", "show", "ada@example.com"]).assert_error(&["no user has", "user list"]);
        installation.run(&["user", "delete", "ada@example.com"]).assert_error(&["no user has"]);
        // The commands do not remove the last owner, either.
        installation.run(&["user", "delete", "bob@example.com"]).succeeded();
        installation.run(&["user", "role", "root@localhost", "USER"]).assert_error(&["last owner"]);
        installation.run(&["user", "delete", "root@localhost"]).assert_error(&["last owner"]);
    }
}

#[test]
fn workspace_commands_create_list_show_rename_and_delete() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let ada = installation.json(&ADA);
        let created = installation.json(&["workspace", "create", "Research"]);
        assert_eq!((member_names(&created), &created["name"]), (vec!["id", "name"], &json!("Research")));
        let id = created["id"].as_str().unwrap();
        assert_eq!(root.get(&format!("/workspace/{id}")).success()["workspace"]["name"], "Research");
        for role in ["READ", "admin"] {
            let set = installation.json(&["workspace", "member", "set", "Research", "ada@example.com", role]);
            assert_eq!((&set["user"]["id"], &set["user"]["role"]), (&ada["id"], &json!(role.to_uppercase())));
        }
        let found = installation.json(&["workspace", "show", id]);
        assert_eq!(member_names(&found), ["configurations", "id", "members", "name"]);
        assert_eq!((&found["members"][0]["role"], &found["configurations"]), (&json!("ADMIN"), &json!(0)));
        let text = installation.run(&["workspace", "show", "Research"]).succeeded();
        assert!(text.contains("ada@example.com") && text.contains("ADMIN"), "{text}");
        let listed = installation.json(&["workspace", "list"]);
        assert_eq!((&listed[0]["members"], &listed[0]["id"]), (&json!(1), &created["id"]));
        assert_eq!(installation.json(&["workspace", "rename", "Research", "Lab"])["name"], "Lab");
        installation
            .run(&["workspace", "show", "Research"])
            .assert_error(&["no workspace has", "workspace list"]);
        installation.json(&["workspace", "member", "remove", "Lab", "ada@example.com"]);
        installation
            .run(&["workspace", "member", "remove", "Lab", "ada@example.com"])
            .assert_error(&["not a member of `Lab`"]);
        // A name of two workspaces is ambiguous.
        let other = installation.json(&["workspace", "create", "Lab", "--allow-duplicate"]);
        let ids = [id, other["id"].as_str().unwrap()];
        installation.run(&["workspace", "delete", "Lab"]).assert_error(&["2 workspaces", ids[0], ids[1]]);
        for id in ids {
            installation.run(&["workspace", "delete", id]).succeeded();
        }
        assert_eq!(installation.json(&["workspace", "list"]), json!([]));
        assert!(installation.run(&["workspace", "list"]).succeeded().contains("no workspaces"));
        assert_eq!(root.get("/workspace").success()["workspaces"], json!([]));
    }
}

#[test]
fn token_issue_with_scope_prints_scope() {
    for installation in Installation::each() {
        let server = installation.start();
        let workspace = installation.json(&["workspace", "create", "Research"]);
        let narrowed = [
            "token",
            "issue",
            "--rights",
            "LIST_WORKSPACE_LLM,READ_WORKSPACE_LLM",
            "--workspaces",
            "Research",
            "--expires-in-days",
            "30",
            "--label",
            "for=script",
        ];
        let issued = installation.json(&narrowed);
        assert_eq!(issued["rights"], json!(["READ_WORKSPACE_LLM", "LIST_WORKSPACE_LLM"]));
        assert_eq!(
            (&issued["workspaces"], &issued["labels"]),
            (&json!([workspace["id"]]), &json!({"for": "script"}))
        );
        assert_eq!((&issued["state"], &issued["email"]), (&json!("ACTIVE"), &json!("root@localhost")));
        let client = server.client(issued["token"].as_str().unwrap());
        client.get("/ai/llm").success();
        client.post("/workspace", &json!({"name": "x"})).flashback_error(403, &[]);
        let listed = installation.json(&["token", "list", "--user", "root@localhost"]);
        let listed = listed.as_array().unwrap();
        assert_eq!(listed.len(), 2);
        assert!(listed.iter().all(|object| object.get("token").is_none()));
        let text = installation.run(&["token", "list"]).succeeded();
        assert!(text.contains("2 rights, 1 workspace"), "{text}");
        let id = issued["id"].as_str().unwrap();
        let revoked = installation.json(&["token", "revoke", id]);
        assert_eq!(
            (&revoked["id"], &revoked["email"], &revoked["state"]),
            (&issued["id"], &json!("root@localhost"), &json!("REVOKED"))
        );
        wait_for_coherence();
        client.get("/ai/llm").flashback_error(401, &[]);
        assert_eq!(installation.json(&["token", "list"]).as_array().unwrap().len(), 1);
        // The operator can issue a token after all were lost.
        let last = installation.json(&["token", "list"])[0]["id"].as_str().unwrap().to_owned();
        installation.run(&["token", "revoke", &last]).succeeded();
        assert_eq!(installation.json(&["token", "list"]), json!([]));
        let again = installation.run(&["token", "issue"]).succeeded();
        server.client(again.trim()).post("/workspace", &json!({"name": "x"})).success();
    }
}

#[test]
fn token_issue_for_config_acts_on_that_one_only() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let [one, other] = ["one", "other"].map(|model| {
            let created = root.create_llm(&llm_at("http://gpu.example:8000/v1", model, None));
            created["llmId"].as_str().unwrap().to_owned()
        });
        // By name.
        let command = ["token", "issue", "--rights", "EXECUTE_LLM,READ_LLM_OWN", "--configs", "one"];
        let issued = installation.json(&command);
        assert_eq!(issued["rights"], json!(["READ_LLM_OWN", "CALL_LLM_OWN"]));
        assert_eq!(issued["configs"], json!([one]));
        let client = server.client(issued["token"].as_str().unwrap());
        client.get(&format!("/v1/llms/{one}")).json(200);
        client.get(&format!("/v1/llms/{other}")).goodmem_error(403, &["narrowed to other configurations"]);
        let text = installation.run(&["token", "list"]).succeeded();
        assert!(text.contains("2 rights, 1 configuration"), "{text}");
        let uncovered = ["token", "issue", "--rights", "CALL_WORKSPACE_LLM", "--configs", "one"];
        installation.run(&uncovered).assert_error(&["configs", &one, "CALL_LLM_OWN"]);
    }
}

#[test]
fn login_link_command_prints_link_of_the_user() {
    for installation in Installation::each() {
        let server = installation.start();
        installation.run(&ADA).succeeded();
        let link = installation.json(&["login-link", "ada@example.com"]);
        assert_eq!(member_names(&link), ["email", "expiresAt", "url", "userId"]);
        assert_eq!(link["email"], json!("ada@example.com"));
        let (page, code) = link["url"].as_str().unwrap().split_once('#').unwrap();
        assert!(page.starts_with("http://127.0.0.1:") && page.ends_with("/console/login"), "{page}");
        assert!(code.starts_with("gl_") && code.len() == 55);
        server.client(code).get("/v1/users/me").goodmem_error(401, &[]);
        let printed = installation.run(&["login-link", link["userId"].as_str().unwrap()]).succeeded();
        assert!(printed.contains("#gl_") && printed.contains("ada@example.com"), "{printed}");
        assert!(!printed.contains(code), "each link is another one");
        installation.run(&["login-link", "eve@example.com"]).assert_error(&["no user has"]);
    }
}
