//! `config list`, `config show` and `config move`, while the server runs.

use llm_config_server::cli::ExitStatus;
use serde_json::{Value, json};

use crate::support::{Client, Installation, ai_llm, assign, llm, llm_with_secret, member_names, merge_patch};

fn user(installation: &Installation, email: &str) -> (String, String) {
    let created =
        installation.json(&["user", "create", email, "--first-name", "A", "--last-name", "B", "--token"]);
    let text = |name: &str| created[name].as_str().expect("the value is a string").to_owned();
    (text("id"), text("token"))
}

/// Creates a key pair in a workspace and returns its id.
fn create_key_pair(client: &Client, workspace: &Value, name: &str) -> String {
    let changes = json!({
        "name": name, "aiType": "AWS", "endpoint": "https://bedrock.example/v1", "key": "AKIA0123456789",
        "secret": "sk-0123456789abcd",
    });
    let body = assign(ai_llm(workspace.as_str().expect("the id is a string")), &changes);
    client.create_ai_llm(&body).to_string()
}

#[test]
fn config_list_and_show_print_no_secrets() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        assert_eq!(installation.json(&["config", "list"]), json!([]));
        assert_eq!(installation.run(&["config", "list"]).succeeded().trim(), "no configurations");
        let workspace = installation.json(&["workspace", "create", "Research"]);
        let of_team = create_key_pair(&root, &workspace["id"], "Bedrock");
        let owned =
            root.create_llm(&llm_with_secret("sk-0123456789wxyz"))["llmId"].as_str().unwrap().to_owned();
        let listed = installation.json(&["config", "list"]);
        let ids: Vec<_> =
            listed.as_array().unwrap().iter().map(|object| object["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [of_team.as_str(), owned.as_str()], "in the order of creation");
        for (arguments, expected) in
            [(["--owner", "root@localhost"], &owned), (["--workspace", "Research"], &of_team)]
        {
            let narrowed = installation.json(&[&["config", "list"][..], &arguments].concat());
            assert_eq!((narrowed.as_array().unwrap().len(), &narrowed[0]["id"]), (1, &json!(expected)));
        }
        let found = installation.json(&["config", "show", &of_team]);
        assert_eq!(found["scope"], json!({"kind": "workspace", "name": "Research", "id": workspace["id"]}));
        assert_eq!(
            member_names(&found["credential"]),
            ["givenBy", "keyIdMask", "kind", "mask", "reference", "sealedAt", "source"]
        );
        assert_eq!(
            (&found["credential"]["kind"], &found["credential"]["keyIdMask"]),
            (&json!("KEY_PAIR"), &json!("****6789"))
        );
        for arguments in [
            &["config", "list"][..],
            &["config", "show", &of_team],
            &["config", "show", &owned],
            &["config", "show", &owned, "--json"],
        ] {
            let printed = installation.run(arguments).succeeded();
            assert!(!printed.contains("0123456789"), "{printed}");
            assert!(printed.contains("****"), "{printed}");
        }
        let unknown = "550e8400-e29b-41d4-a716-446655440000";
        installation
            .run(&["config", "show", unknown])
            .assert_failed(ExitStatus::NotFound, &["no configuration has the id or name", "config list"]);
        installation.run(&["config", "list", "--owner", "x@example.com"]).assert_error(&["no user has"]);
        installation.run(&["config", "list", "--workspace", "x"]).assert_error(&["no workspace has"]);
        for invalid in [&["config", "show", ""][..], &["config", "move", &owned], &["config", "show"]] {
            assert_eq!(installation.run(invalid).code, Some(64), "{invalid:?}");
        }
    }
}

#[test]
fn config_move_unblocks_deletion_of_owner_and_workspace() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let (ada, token) = user(&installation, "ada@example.com");
        let (_, bobs) = user(&installation, "bob@example.com");
        let (adas, bobs) = (server.client(&token), server.client(&bobs));
        let [one, other] = ["One", "Other"].map(|name| installation.json(&["workspace", "create", name]));
        let of_team = create_key_pair(&root, &one["id"], "Bedrock");
        let owned =
            adas.create_llm(&llm_with_secret("sk-0123456789wxyz"))["llmId"].as_str().unwrap().to_owned();
        let (user, workspace) =
            (format!("/organization/users/{ada}"), format!("/workspace/{}", one["id"].as_str().unwrap()));
        root.delete(&user).flashback_error(400, &["local"]);
        root.delete(&workspace).flashback_error(400, &["Bedrock"]);
        installation.run(&["user", "delete", "ada@example.com"]).assert_error(&["local", "config move"]);
        installation.run(&["workspace", "delete", "One"]).assert_error(&["Bedrock", "config move"]);

        let printed = installation.run(&["config", "move", &owned, "--owner", "bob@example.com"]).succeeded();
        assert!(printed.contains("moved `local`") && printed.contains("bob@example.com"), "{printed}");
        let moved = installation.json(&["config", "move", &of_team, "--workspace", "Other"]);
        assert_eq!((&moved["scope"]["id"], &moved["revision"]), (&other["id"], &json!(2)));
        // A move to its current workspace changes nothing.
        let again = installation.json(&["config", "move", &of_team, "--workspace", "Other"]);
        assert_eq!(again, moved);
        assert_eq!((adas.llm_names(""), bobs.llm_names("")), (vec![], vec!["local".to_owned()]));
        let moved_configs = root.ai_llms(&format!("?workspaceId={}", other["id"].as_str().unwrap()));
        assert_eq!((moved_configs.len(), &moved_configs[0]["key"]), (1, &json!("****6789")));
        let found = installation.run(&["config", "show", &of_team]).succeeded();
        assert!(found.contains("by the operator"), "{found}");
        // A change of one part opens the moved credential. The move set the origin anew, so that the endpoint
        // has to be named once.
        let path = format!("/ai/llm/{of_team}");
        root.put(&path, &json!({"key": "BKIA0123456789"}))
            .flashback_error(400, &["endpoint", "the operator"]);
        let with_endpoint = json!({"key": "BKIA0123456789", "endpoint": moved_configs[0]["endpoint"]});
        root.put(&path, &with_endpoint).success();
        bobs.put(&format!("/v1/llms/{owned}"), &json!({"endpointUrl": "https://h/"}))
            .goodmem_error(400, &["secret"]);

        root.delete(&user).success();
        root.delete(&workspace).success();
        let notes = installation.database.texts("SELECT kind AS value FROM audit_events");
        let count = notes.iter().filter(|kind| kind.to_lowercase().contains("moved")).count();
        assert_eq!(count, 4, "{notes:?}");
    }
}

#[test]
fn config_move_to_invalid_target_changes_nothing() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let (_, token) = user(&installation, "ada@example.com");
        let adas = server.client(&token);
        let [one, other] = ["One", "Other"].map(|name| installation.json(&["workspace", "create", name]));
        let of_team = create_key_pair(&root, &one["id"], "Caf\u{e9}");
        create_key_pair(&root, &other["id"], "Cafe\u{301}");
        let owned = adas.create_llm(&llm())["llmId"].as_str().unwrap().to_owned();
        root.create_llm(&assign(llm(), &json!({"displayName": "equal"})));
        let sealed = || installation.database.texts("SELECT CAST(sealed_at AS TEXT) AS value FROM secrets");
        let before = (installation.json(&["config", "list"]), sealed());
        for (arguments, parts) in [
            ([&of_team, "--workspace", "Other"], ["already", "rename"]),
            ([&owned, "--owner", "root@localhost"], ["already", "delete"]),
            ([&of_team, "--workspace", "Nowhere"], ["no workspace has", "Nowhere"]),
            ([&owned, "--owner", "x@example.com"], ["no user has", "x@example.com"]),
        ] {
            installation.run(&[&["config", "move"][..], &arguments].concat()).assert_error(&parts);
        }
        // A configuration stays in its kind of scope, because the rules of the two kinds differ.
        for arguments in [[&of_team, "--owner", "ada@example.com"], [&owned, "--workspace", "One"]] {
            let refused = installation.run(&[&["config", "move"][..], &arguments].concat());
            refused.assert_error(&["owner", "workspace"]);
        }
        assert_eq!((installation.json(&["config", "list"]), sealed()), before);
        let distinct = merge_patch(json!({}), &json!({"displayName": "another", "modelIdentifier": "m"}));
        adas.put(&format!("/v1/llms/{owned}"), &distinct).json(200);
        installation.run(&["config", "move", &owned, "--owner", "root@localhost"]).succeeded();
        root.get(&format!("/v1/llms/{owned}")).json(200);
    }
}

#[test]
fn config_move_from_workspace_with_corrupt_name_prints_its_id() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let [one, other] = ["One", "Other"].map(|name| installation.json(&["workspace", "create", name]));
        let config = create_key_pair(&root, &one["id"], "Bedrock");
        installation.database.execute("UPDATE workspaces SET name = '' WHERE name = 'One'");
        // By id: a lookup by name reads all names, and logs an error for the corrupt one.
        let to = other["id"].as_str().expect("an id");
        let printed = installation.run(&["config", "move", &config, "--workspace", to]).succeeded();
        let from = format!("from workspace {} to workspace Other", one["id"].as_str().expect("an id"));
        assert!(printed.contains(&from), "{printed}");
        let moved = installation.json(&["config", "show", &config]);
        assert_eq!(moved["scope"], json!({"kind": "workspace", "name": "Other", "id": other["id"]}));
    }
}
