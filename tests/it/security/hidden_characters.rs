//! Hidden and confusable characters. The server rejects them in new texts, and commands escape them in their
//! output.

use llm_config_core::text::unprintable;
use serde_json::{Value, json};

use crate::support::{
    Client, Installation, Response, ai_llm, assign, llm, llm_with_secret, merge_patch, new_user,
};

/// Characters that are invisible or change how others are displayed.
const HIDDEN: [char; 12] = [
    '\u{ad}', '\u{200b}', '\u{200d}', '\u{202e}', '\u{2028}', '\u{2060}', '\u{2066}', '\u{2800}', '\u{3164}',
    '\u{e000}', '\u{feff}', '\u{378}',
];

fn create_workspace(root: &Client, name: &str) -> Response {
    root.post("/workspace", &json!({"name": name}))
}

/// The body of a configuration with this workspace and name.
fn ai_llm_with_name(workspace: &str, name: &str) -> Value {
    assign(ai_llm(workspace), &json!({"name": name, "endpoint": "https://llm.example/v1"}))
}

/// Asserts a 400 that names the character.
#[track_caller]
fn assert_rejected(response: &Response, character: char) {
    assert_eq!(response.status, 400, "{}: {}", character.escape_unicode(), response.body);
    let expected = format!("must not contain U+{:04X}, ", u32::from(character));
    assert!(response.body.contains(&expected), "{}", response.body);
}

#[test]
fn write_with_hidden_character_in_single_line_text_is_rejected() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let team = root.create_workspace("team");
        let config_id = root.create_ai_llm(&ai_llm_with_name(&team, "made"));
        let owned = root.create_llm_path(&llm());
        let path = format!("/workspace/{team}");
        for c in HIDDEN {
            // The space keeps a joiner from joining letters, where it would be allowed.
            let text = format!("Pro{c} d");
            assert_rejected(&create_workspace(&root, &text), c);
            assert_rejected(&root.put(&path, &json!({"name": text})), c);
            assert_rejected(&root.post("/ai/llm", &ai_llm_with_name(&team, &text)), c);
            assert_rejected(&root.put(&format!("/ai/llm/{config_id}"), &json!({"name": text})), c);
            for member in ["displayName", "modelIdentifier", "version"] {
                let change = json!({member: text});
                assert_rejected(&root.post("/v1/llms", &merge_patch(llm(), &change)), c);
                assert_rejected(&root.put(&owned, &change), c);
            }
            assert_rejected(
                &root.post("/v1/llms", &merge_patch(llm(), &json!({"labels": {"team": text}}))),
                c,
            );
            // In URLs, white space causes another error, and a joiner between letters is allowed.
            if !c.is_whitespace() && c != '\u{200d}' {
                let path = format!("/Pro{c}d");
                let url = format!("https://llm.example{path}");
                for (member, text) in
                    [("endpointUrl", &url), ("monitoringEndpoint", &url), ("apiPath", &path)]
                {
                    assert_rejected(&root.post("/v1/llms", &merge_patch(llm(), &json!({member: text}))), c);
                }
                let change = json!({"endpoint": url, "secret": "sk-0123456789"});
                assert_rejected(&root.put(&format!("/ai/llm/{config_id}"), &change), c);
            }
            for api_key in [
                json!({"inlineSecret": "sk-0123456789", "prefix": text}),
                json!({"secretRef": {"uri": format!("vault://{text}")}}),
            ] {
                let credentials = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": api_key});
                assert_rejected(
                    &root.post("/v1/llms", &merge_patch(llm(), &json!({"credentials": credentials}))),
                    c,
                );
            }
            let adc = json!({"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {"scopes": [text]}});
            assert_rejected(&root.post("/v1/llms", &merge_patch(llm(), &json!({"credentials": adc}))), c);
            assert_rejected(&root.post("/v1/apikeys", &json!({"labels": {"purpose": text}})), c);
            for member in ["firstName", "lastName"] {
                let user = assign(new_user("ada@example.com"), &json!({member: text}));
                assert_rejected(&root.post("/organization/users", &user), c);
            }
            if !c.is_whitespace() {
                assert_rejected(
                    &root.post("/organization/users", &new_user(&format!("ro{c}ot@localhost"))),
                    c,
                );
                let created = ["user", "create", &format!("ro{c}ot@localhost")];
                let create = [&created[..], &["--first-name", "A", "--last-name", "B"]].concat();
                let create = installation.run(&create);
                assert_eq!(create.code, Some(64), "{create:?}");
                assert_printable(&create.stderr, &created);
            }
        }
        assert_eq!(root.ai_llm_names(""), ["made"]);
        assert_eq!(root.llm_names(""), ["local"]);
        assert_eq!(installation.json(&["user", "list"]).as_array().unwrap().len(), 1);
    }
}

#[test]
fn create_with_confusable_name_or_email_is_rejected() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let team = root.create_workspace("team");
        root.create_ai_llm(&ai_llm_with_name(&team, "Prod 1"));
        for name in ["\u{ff30}rod 1", "Prod\u{a0}1", "Prod  1", "Prod\u{2003}\u{2460}", "Prod\u{fe0f} 1"] {
            root.post("/ai/llm", &ai_llm_with_name(&team, name)).flashback_error(400, &[]);
        }
        // A joiner between letters is allowed, because Persian needs it, but does not make another name.
        root.post("/ai/llm", &ai_llm_with_name(&team, "P\u{200d}rod 1")).flashback_error(400, &[]);
        let other = root.create_ai_llm(&ai_llm_with_name(&team, "other"));
        root.put(&format!("/ai/llm/{other}"), &json!({"name": "Pr\u{ff4f}d 1"})).flashback_error(400, &[]);
        root.post("/organization/users", &new_user("a\u{30a}sa@example.com")).success();
        for email in ["\u{e5}sa@example.com", "\u{c5}SA@EXAMPLE.COM", "\u{212b}sa@example.com"] {
            root.post("/organization/users", &new_user(email)).flashback_error(400, &[]);
        }
        for (email, why) in [
            ("grace@b\u{fc}cher.example", "xn--"),
            ("root@local\u{ff48}ost", "xn--"),
            ("r\u{43e}ot@localhost", "several scripts"),
            ("\u{ff52}oot@localhost", ""),
        ] {
            root.post("/organization/users", &new_user(email)).flashback_error(400, &[why]);
        }
    }
}

#[test]
fn create_with_names_of_any_script_or_emoji_keeps_them() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let team = root.create_workspace("team");
        let names = [
            "prod",
            "Prod",
            "caf\u{e9}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{1f469}\u{1f3fd}\u{200d}\u{1f4bb} \u{2764}\u{fe0f}",
            "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{30e2}\u{30c7}\u{30eb}",
        ];
        for name in names {
            root.create_ai_llm(&ai_llm_with_name(&team, name));
        }
        assert_eq!(root.ai_llm_names("").into_iter().rev().collect::<Vec<_>>(), names);
        for email in
            ["j\u{f6}rg@example.com", "\u{7530}\u{4e2d}\u{3055}\u{3093}@example.com", "ada+1@xn--a-1ga.x"]
        {
            root.post("/organization/users", &new_user(email)).success();
        }
        // Texts of several lines may contain these characters.
        let body = merge_patch(llm(), &json!({"description": "a\u{200b}\n\u{202e}b"}));
        assert_eq!(root.create_llm(&body)["description"], "a\u{200b}\n\u{202e}b");
    }
}

/// Writes hidden characters with SQL, as earlier versions stored them.
fn store_hidden_characters(installation: &Installation) {
    for sql in [
        "UPDATE llm_configs SET name = 'lo\u{202e}cal\u{200b}', version = '1\u{e000}'",
        "UPDATE llm_configs SET model = 'qw\u{2066}en'",
        "UPDATE users SET first_name = 'A\u{202e}da', last_name = 'L\u{2028}\u{e0001}'",
        "UPDATE workspaces SET name = 'te\u{feff}am\u{202e}'",
        "UPDATE tokens SET labels = '{\"purpose\":\"\u{202e}c\u{ad}i\"}'",
        "UPDATE config_labels SET value = '\u{202e}team'",
    ] {
        installation.database.execute(sql);
    }
}

#[test]
fn commands_escape_control_and_hidden_characters() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let team = root.create_workspace("team");
        let of_team = root.create_ai_llm(&ai_llm_with_name(&team, "of team")).to_string();
        let body = merge_patch(
            llm_with_secret("sk-0123456789abcdef"),
            &json!({"labels": {"team": "a"}, "description": "two\nlines\t\u{202e}"}),
        );
        // Clients may send white space and unescaped characters.
        let config = "{\t\"note\" :\r\n \"\u{9b}31m\u{7f}\u{202e}\"}";
        let body = body.to_string();
        let body = format!("{},\"clientConfig\":{config}}}", body.strip_suffix('}').unwrap());
        let created = root.text("POST", "/v1/llms", &body).json(201);
        let owned = created["llm"]["llmId"].as_str().unwrap().to_owned();
        store_hidden_characters(&installation);
        for command in [
            &["config", "show", &owned][..],
            &["config", "list"],
            &["config", "show", &of_team],
            &["user", "list"],
            &["user", "show", "root@localhost"],
            &["workspace", "list"],
            &["workspace", "show", &team],
            &["token", "list"],
        ] {
            let text = installation.run(command).succeeded();
            assert_printable(&text, command);
            assert!(text.contains("\\u{202e}"), "{command:?}: {text}");
            let text = installation.run(&[command, &["--json"]].concat()).succeeded();
            assert_printable(&text, command);
            assert!(text.contains("\\u202e"), "{command:?}: {text}");
        }
        // The escaped JSON has the same meaning as the stored JSON.
        let found = installation.json(&["config", "show", &owned]);
        assert_eq!(found["clientConfig"]["note"], "\u{9b}31m\u{7f}\u{202e}");
        assert_eq!(found["name"], "lo\u{202e}cal\u{200b}");
        let text = installation.run(&["config", "show", &owned]).succeeded();
        assert!(text.contains("\\u{9b}31m\\u{7f}\\u{202e}"), "{text}");
        assert!(text.contains("two\n") && text.contains("lines\\u{9}\\u{202e}"), "{text}");
        // Errors escape the names that they quote.
        let refusal = installation.run(&["workspace", "delete", &team]);
        refusal.assert_error(&["`te\\u{feff}am\\u{202e}` still holds", "`lo\\u{202e}cal\\u{200b}`"]);
        assert_printable(&refusal.stderr, &["workspace", "delete"]);
    }
}

#[track_caller]
fn assert_printable(printed: &str, command: &[&str]) {
    let found = printed.chars().find(|&c| c != '\n' && unprintable(c).is_some());
    assert_eq!(found, None, "{command:?}: {printed:?}");
}
