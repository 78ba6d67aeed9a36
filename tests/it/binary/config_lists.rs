//! The filters and columns of `config list`, and `config show` by name, while the server runs.

use llm_config_server::cli::ExitStatus;
use llm_config_store::testing::TestDatabase;
use serde_json::{Value, json};

use crate::support::{
    FakeVendor, Installation, VALID_KEY, ai_llm, assign, fake_provider, llm, llm_at, member_names,
    merge_patch,
};

fn names(list: &Value) -> Vec<&str> {
    let configs = list.as_array().expect("the list is an array").iter();
    configs.map(|config| config["name"].as_str().expect("the name is a string")).collect()
}

#[test]
fn config_list_shows_and_filters_by_state() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
        let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
        let labels = json!({"labels": {"team": "a", "tier": "x"}});
        let bad = merge_patch(llm_at(&endpoint, "tiny", Some("sk-wrong-0123456789wxyz")), &labels);
        let bad = root.create_llm(&bad)["llmId"].as_str().expect("the id is a string").to_owned();
        let key = json!({"secretRef": {"uri": "vault://kv/team-a/openai#key"}});
        let reference = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": key});
        root.create_llm(&merge_patch(llm(), &json!({"credentials": reference})));
        let workspace = root.create_workspace("Research");
        root.create_ai_llm(&assign(ai_llm(&workspace), &json!({"name": "50% off"})));
        root.post_empty(&format!("/llm-config/v1/configs/{bad}/checks")).json(200);
        for (filter, expected) in [
            (&[][..], &["tiny", "local", "50% off"][..]),
            (&["--usable", "no"], &["tiny"]),
            (&["--usable", "unchecked"], &["local", "50% off"]),
            (&["--text", "TINY"], &["tiny"]),
            (&["--text", "%"], &["50% off"]),
            (&["--provider", "OPENAI"], &["50% off"]),
            (&["--label", "team=a", "--label", "tier=x"], &["tiny"]),
            (&["--label", "team=b"], &[]),
            (&["--workspace", "Research", "--usable", "unchecked"], &["50% off"]),
            (&["--owner", "root@localhost", "--text", "local"], &["local"]),
        ] {
            let list = installation.json(&[&["config", "list"], filter].concat());
            assert_eq!(names(&list), expected, "{filter:?}");
        }
        let list = installation.json(&["config", "list"]);
        let check = &list[0]["lastCheck"];
        assert_eq!(member_names(check), ["at", "isCurrent", "reason", "trigger", "usable"]);
        assert_eq!((&check["usable"], &check["reason"]), (&json!("no"), &json!("bad_key")));
        let credential = &list[1]["credential"];
        assert_eq!(
            (&credential["source"], &credential["reference"]),
            (&json!("REFERENCE"), &json!("vault://kv/team-a/openai#key"))
        );
        let table = installation.run(&["config", "list"]).succeeded();
        let rows: Vec<_> = table.lines().collect();
        assert!(rows[0].contains("USABLE") && rows[0].contains("CHECKED") && rows[0].contains("SINCE"));
        assert!(rows[1].contains("no (bad_key)") && rows[1].contains("API_KEY ****wxyz"), "{table}");
        assert!(rows[2].contains("API_KEY vault://kv/team-a/openai#key") && rows[2].contains("unchecked"));
        let shown = installation.run(&["config", "show", "tiny"]).succeeded();
        for part in
            ["usable          no (bad_key)", "(REQUEST)", "given by root@localhost", "by root@localhost"]
        {
            assert!(shown.contains(part), "`{part}` is not in {shown}");
        }
        for wrong in [
            &["--usable", "maybe"][..],
            &["--provider", "ACME"],
            &["--label", "x"],
            &["--label", "x=1", "--label", "x=2"],
            &["--label", "=x"],
            &["--text", " "],
            &["--owner", "root@localhost", "--workspace", "Research"],
        ] {
            let refused = installation.run(&[&["config", "list"], wrong].concat());
            refused.assert_failed(ExitStatus::Usage, &[]);
        }
    }
}

#[test]
fn config_list_of_several_pages_is_one_document_and_one_table() {
    let installation = Installation::with_database(TestDatabase::sqlite());
    let server = installation.start();
    let root = server.client(&server.token());
    let id = root.create_llm(&llm())["llmId"].as_str().expect("the id is a string").to_owned();
    // Copies, because creating so many takes long.
    let columns = "incarnation, owner_id, endpoint, name_key, provider, api_path, model, modalities, \
                   capabilities, credential_fingerprint, revision, created_at, created_by, updated_at, \
                   updated_by, target_revision, origin_confirmed_by";
    let copies = (0..1100).map(|n| {
        format!(
            "INSERT INTO llm_configs (id, name, fingerprint, {columns}) \
             SELECT '00000000-0000-7000-8000-{n:012}', 'copy {n}', x'{n:066x}', {columns} FROM llm_configs \
             WHERE id = '{id}';"
        )
    });
    installation.database.execute(&copies.collect::<String>());
    let printed = installation.run(&["config", "list", "--json"]).succeeded();
    let list: Value = serde_json::from_str(&printed).expect("one JSON document");
    assert_eq!(list.as_array().map(Vec::len), Some(1101));
    assert_eq!((&list[0]["name"], &list[1100]["name"]), (&json!("local"), &json!("copy 1099")));
    assert!(
        printed.starts_with("[\n  {\n    \"id\": ") && printed.ends_with("\n  }\n]\n"),
        "indented as usual"
    );
    assert_eq!(printed.matches("\n  },\n  {\n").count(), 1100);
    let table = installation.run(&["config", "list"]).succeeded();
    assert_eq!(table.lines().count(), 1102);
    assert_eq!(table.lines().filter(|line| line.starts_with("NAME")).count(), 1);
}

#[test]
fn config_show_takes_unambiguous_name() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let first = root.create_llm(&merge_patch(llm(), &json!({"displayName": "Bot"})));
        let second = merge_patch(llm(), &json!({"displayName": "Bot", "modelIdentifier": "other"}));
        root.create_llm(&merge_patch(llm(), &json!({"displayName": "Support Bot", "modelIdentifier": "x"})));
        let id = &first["llmId"];
        assert_eq!(&installation.json(&["config", "show", "Bot"])["id"], id);
        assert_eq!(installation.json(&["config", "show", " Bot\u{200b}"])["id"], *id, "the same name");
        installation
            .run(&["config", "show", "bot"])
            .assert_failed(ExitStatus::NotFound, &["no configuration has the id or name `bot`"]);
        let other = root.create_llm(&second);
        let ids = [id, &other["llmId"]].map(|id| id.as_str().expect("the id is a string"));
        installation.run(&["config", "show", "Bot"]).assert_failed(
            ExitStatus::Usage,
            &["2 configurations have the name `Bot`; use an id instead", ids[0], ids[1]],
        );
        // An id takes precedence over a name.
        let named_like_id = merge_patch(llm(), &json!({"displayName": id, "modelIdentifier": "y"}));
        root.create_llm(&named_like_id);
        assert_eq!(installation.json(&["config", "show", ids[0]])["name"], "Bot");
    }
}
