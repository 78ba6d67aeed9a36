//! Names of workspaces: the commands give no name twice unless told to.

use llm_config_server::cli::ExitStatus;
use serde_json::json;

use crate::support::Installation;

fn id(workspace: &serde_json::Value) -> &str {
    workspace["id"].as_str().expect("the id is a string")
}

#[test]
fn create_and_rename_with_name_of_another_workspace_are_refused() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let cafe = installation.json(&["workspace", "create", "Caf\u{e9}"]);
        let lab = installation.json(&["workspace", "create", "Lab"]);
        // Names that look the same are equal.
        for command in [&["workspace", "create"][..], &["workspace", "rename", "Lab"]] {
            for name in ["Caf\u{e9}", "Cafe\u{301}"] {
                let refused = installation.run(&[command, &[name]].concat());
                refused.assert_failed(ExitStatus::Refused, &[id(&cafe), "`--allow-duplicate`"]);
            }
        }
        // The own name is no duplicate.
        assert_eq!(installation.json(&["workspace", "rename", id(&cafe), "Cafe\u{301}"])["id"], cafe["id"]);
        installation.json(&["workspace", "rename", id(&cafe), "Caf\u{e9}"]);
        assert_eq!(installation.json(&["workspace", "list"]).as_array().map(Vec::len), Some(2));

        let second = installation.json(&["workspace", "create", "Lab", "--allow-duplicate"]);
        let refused = installation.run(&["workspace", "create", "Lab"]);
        refused.assert_failed(ExitStatus::Refused, &["other workspaces have", id(&lab), id(&second)]);
        let renamed = ["workspace", "rename", id(&cafe), "Lab", "--allow-duplicate"];
        assert_eq!(installation.json(&renamed)["name"], "Lab");
        // The API has no such rule.
        root.post("/workspace", &json!({"name": "Lab"})).success();
    }
}

#[test]
fn concurrent_creations_with_one_name_create_one_workspace() {
    for installation in Installation::each() {
        installation.start().stop();
        let create = || installation.run(&["workspace", "create", "Lab"]);
        let finished: Vec<_> = std::thread::scope(|threads| {
            let started: Vec<_> = (0..6).map(|_| threads.spawn(create)).collect();
            started.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let count = |code| finished.iter().filter(|finished| finished.code == Some(code)).count();
        assert_eq!((count(0), count(1)), (1, 5), "{finished:?}");
        assert_eq!(installation.json(&["workspace", "list"]).as_array().map(Vec::len), Some(1));
    }
}
