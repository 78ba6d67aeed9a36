//! `config delete`.

use llm_config_server::cli::ExitStatus;
use serde_json::json;

use super::{CANARY, create, for_root, for_team, id, initialised};
use crate::support::{Installation, UNKNOWN_ID};

#[test]
fn delete_removes_configuration_and_credential_of_either_scope() {
    for installation in Installation::each() {
        initialised(&installation);
        let server = installation.start();
        let root = server.client(installation.run(&["token", "issue"]).succeeded().trim());
        for arguments in [for_root(&[]), for_team("OTHER", &[])] {
            let created = create(&installation, &arguments, CANARY);
            assert_eq!(installation.json(&["config", "delete", id(&created)]), created);
            let again = installation.run(&["config", "delete", id(&created)]);
            again.assert_failed(ExitStatus::NotFound, &["no configuration has the id", "config list"]);
        }
        let created = create(&installation, &for_team("OTHER", &[]), CANARY);
        let text = installation.run(&["config", "delete", id(&created)]).succeeded();
        assert_eq!(text.trim(), format!("deleted `Team` ({}) of workspace Research", id(&created)));
        assert!(root.ai_llms("").is_empty() && root.llm_names("").is_empty());
        assert!(installation.database.texts("SELECT config_id AS value FROM secrets").is_empty());
        installation
            .run(&["config", "delete", UNKNOWN_ID])
            .assert_failed(ExitStatus::NotFound, &[UNKNOWN_ID]);
        assert_eq!(installation.run(&["config", "delete", "nonsense"]).code, Some(64));
    }
}

#[test]
fn delete_unblocks_deletion_of_owner_and_workspace() {
    let installation = super::super::sqlite();
    initialised(&installation);
    installation
        .run(&["user", "create", "ada@example.com", "--first-name", "A", "--last-name", "B"])
        .succeeded();
    let owned = create(&installation, &for_root(&["--owner", "ada@example.com"]), CANARY);
    let of_team = create(&installation, &for_team("OTHER", &[]), CANARY);
    for (delete, config) in
        [(["user", "delete", "ada@example.com"], owned), (["workspace", "delete", "Research"], of_team)]
    {
        installation.run(&delete).assert_failed(ExitStatus::Refused, &[id(&config), "config delete ID"]);
        installation.run(&["config", "delete", id(&config)]).succeeded();
        installation.run(&delete).succeeded();
    }
    assert_eq!(installation.json(&["config", "list"]), json!([]));
}
