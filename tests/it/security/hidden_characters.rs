//! Texts that look like others, or hide: refused where they are new, escaped where they are printed.

use llm_config_core::text::unprintable;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Installation, keyed, llm, set, with};

/// Characters that no reader sees, or not as what they are.
const HIDDEN: [char; 12] = [
    '\u{ad}', '\u{200b}', '\u{200d}', '\u{202e}', '\u{2028}', '\u{2060}', '\u{2066}', '\u{2800}', '\u{3164}',
    '\u{e000}', '\u{feff}', '\u{378}',
];

/// A workspace of its own.
fn workspace(root: &Client, name: &str) -> Answer {
    root.post("/workspace", &json!({"name": name}))
}

fn team(root: &Client) -> Value {
    workspace(root, "team").success()["workspace"]["id"].clone()
}

fn ai_llm(workspace: &Value, name: &str) -> Value {
    json!({"name": name, "aiType": "OPENAI", "endpoint": "https://llm.example/v1", "secret": "sk-0123456789",
        "workspaceId": workspace})
}

fn person(email: &str) -> Value {
    json!({"email": email, "firstName": "Ada", "lastName": "Lovelace"})
}

/// Asserts a 400 that names the character.
#[track_caller]
fn refused(answer: &Answer, character: char) {
    assert_eq!(answer.status, 400, "{}: {}", character.escape_unicode(), answer.body);
    let named = format!("must not contain U+{:04X}, ", u32::from(character));
    assert!(answer.body.contains(&named), "{}", answer.body);
}

#[test]
fn hidden_characters_are_refused_in_every_text_of_one_line() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let team = team(&root);
        let made = root.add(&ai_llm(&team, "made"));
        let owned = root.created(&llm());
        let path = |it: &Value| format!("/workspace/{}", it.as_str().unwrap());
        for c in HIDDEN {
            // A space behind the character, so that a joiner joins nothing.
            let text = format!("Pro{c} d");
            refused(&workspace(&root, &text), c);
            refused(&root.put(&path(&team), &json!({"name": text})), c);
            refused(&root.post("/ai/llm", &ai_llm(&team, &text)), c);
            refused(&root.put(&format!("/ai/llm/{made}"), &json!({"name": text})), c);
            for member in ["displayName", "modelIdentifier", "version"] {
                let change = json!({member: text});
                refused(&root.post("/v1/llms", &with(llm(), &change)), c);
                refused(&root.put(&owned, &change), c);
            }
            refused(&root.post("/v1/llms", &with(llm(), &json!({"labels": {"team": text}}))), c);
            // In URLs white space of any kind is refused as such, and a joiner has letters to join.
            if !c.is_whitespace() && c != '\u{200d}' {
                let path = format!("/Pro{c}d");
                let url = format!("https://llm.example{path}");
                for (member, text) in
                    [("endpointUrl", &url), ("monitoringEndpoint", &url), ("apiPath", &path)]
                {
                    refused(&root.post("/v1/llms", &with(llm(), &json!({member: text}))), c);
                }
                let change = json!({"endpoint": url, "secret": "sk-0123456789"});
                refused(&root.put(&format!("/ai/llm/{made}"), &change), c);
            }
            for api_key in [
                json!({"inlineSecret": "sk-0123456789", "prefix": text}),
                json!({"secretRef": {"uri": format!("vault://{text}")}}),
            ] {
                let credentials = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": api_key});
                refused(&root.post("/v1/llms", &with(llm(), &json!({"credentials": credentials}))), c);
            }
            let adc = json!({"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {"scopes": [text]}});
            refused(&root.post("/v1/llms", &with(llm(), &json!({"credentials": adc}))), c);
            refused(&root.post("/v1/apikeys", &json!({"labels": {"purpose": text}})), c);
            for member in ["firstName", "lastName"] {
                let user = set(person("ada@example.com"), &json!({member: text}));
                refused(&root.post("/organization/users", &user), c);
            }
            if !c.is_whitespace() {
                refused(&root.post("/organization/users", &person(&format!("ro{c}ot@localhost"))), c);
                let created = ["user", "create", &format!("ro{c}ot@localhost")];
                let create = [&created[..], &["--first-name", "A", "--last-name", "B"]].concat();
                let create = installation.run(&create);
                assert_eq!(create.code, Some(2), "{create:?}");
                printable(&create.stderr, &created);
            }
        }
        assert_eq!(root.ai_llm_names(""), ["made"]);
        assert_eq!(root.names(""), ["local"]);
        assert_eq!(installation.json(&["user", "list"]).as_array().unwrap().len(), 1);
    }
}

#[test]
fn names_and_addresses_that_look_alike_are_one() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let team = team(&root);
        root.add(&ai_llm(&team, "Prod 1"));
        for name in ["\u{ff30}rod 1", "Prod\u{a0}1", "Prod  1", "Prod\u{2003}\u{2460}", "Prod\u{fe0f} 1"] {
            root.post("/ai/llm", &ai_llm(&team, name)).failed(400, &[]);
        }
        // Within letters a joiner is allowed, as Persian needs it; it makes no other name.
        root.post("/ai/llm", &ai_llm(&team, "P\u{200d}rod 1")).failed(400, &[]);
        let other = root.add(&ai_llm(&team, "other"));
        root.put(&format!("/ai/llm/{other}"), &json!({"name": "Pr\u{ff4f}d 1"})).failed(400, &[]);
        root.post("/organization/users", &person("a\u{30a}sa@example.com")).success();
        for email in ["\u{e5}sa@example.com", "\u{c5}SA@EXAMPLE.COM", "\u{212b}sa@example.com"] {
            root.post("/organization/users", &person(email)).failed(400, &[]);
        }
        for (email, why) in [
            ("grace@b\u{fc}cher.example", "xn--"),
            ("root@local\u{ff48}ost", "xn--"),
            ("r\u{43e}ot@localhost", "several scripts"),
            ("\u{ff52}oot@localhost", ""),
        ] {
            root.post("/organization/users", &person(email)).failed(400, &[why]);
        }
    }
}

#[test]
fn names_of_every_script_and_emoji_are_kept_as_they_are() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let team = team(&root);
        let names = [
            "prod",
            "Prod",
            "caf\u{e9}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{1f469}\u{1f3fd}\u{200d}\u{1f4bb} \u{2764}\u{fe0f}",
            "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{30e2}\u{30c7}\u{30eb}",
        ];
        for name in names {
            root.add(&ai_llm(&team, name));
        }
        assert_eq!(root.ai_llm_names("").into_iter().rev().collect::<Vec<_>>(), names);
        for email in
            ["j\u{f6}rg@example.com", "\u{7530}\u{4e2d}\u{3055}\u{3093}@example.com", "ada+1@xn--a-1ga.x"]
        {
            root.post("/organization/users", &person(email)).success();
        }
        // Texts of several lines keep their rule.
        let body = with(llm(), &json!({"description": "a\u{200b}\n\u{202e}b"}));
        assert_eq!(root.create(&body)["description"], "a\u{200b}\n\u{202e}b");
    }
}

/// Stores, past the program, what earlier versions took from any user.
fn hide(installation: &Installation) {
    for sql in [
        "UPDATE llm_configs SET name = 'lo\u{202e}cal\u{200b}', model = 'qw\u{2066}en', version = '1\u{e000}'",
        "UPDATE users SET first_name = 'A\u{202e}da', last_name = 'L\u{2028}\u{e0001}'",
        "UPDATE workspaces SET name = 'te\u{feff}am\u{202e}'",
        "UPDATE tokens SET labels = '{\"purpose\":\"\u{202e}c\u{ad}i\"}'",
        "UPDATE config_labels SET value = '\u{202e}team'",
    ] {
        installation.database.execute(sql);
    }
}

#[test]
fn commands_print_nothing_that_a_terminal_obeys_or_hides() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let team = team(&root);
        let of_team = root.add(&ai_llm(&team, "of team")).to_string();
        let body = with(
            keyed("sk-0123456789abcdef"),
            &json!({"labels": {"team": "a"}, "description": "two\nlines\t\u{9b}".replace('\u{9b}', "\u{202e}")}),
        );
        // As a client sends it: with white space of its own, and not escaped.
        let config = "{\t\"note\" :\r\n \"\u{9b}31m\u{7f}\u{202e}\"}";
        let body = body.to_string();
        let body = format!("{},\"clientConfig\":{config}}}", body.strip_suffix('}').unwrap());
        let made = root.text("POST", "/v1/llms", &body).json(201);
        let owned = made["llm"]["llmId"].as_str().unwrap().to_owned();
        hide(&installation);
        let team = team.as_str().unwrap();
        for command in [
            &["config", "show", &owned][..],
            &["config", "list"],
            &["config", "show", &of_team],
            &["user", "list"],
            &["user", "show", "root@localhost"],
            &["workspace", "list"],
            &["workspace", "show", team],
            &["token", "list"],
        ] {
            let text = installation.run(command).succeeded();
            printable(&text, command);
            assert!(text.contains("\\u{202e}"), "{command:?}: {text}");
            let text = installation.run(&[command, &["--json"]].concat()).succeeded();
            printable(&text, command);
            assert!(text.contains("\\u202e"), "{command:?}: {text}");
        }
        // Escaped, it is the same document.
        let shown = installation.json(&["config", "show", &owned]);
        assert_eq!(shown["clientConfig"]["note"], "\u{9b}31m\u{7f}\u{202e}");
        assert_eq!(shown["name"], "lo\u{202e}cal\u{200b}");
        let text = installation.run(&["config", "show", &owned]).succeeded();
        assert!(text.contains("\\u{9b}31m\\u{7f}\\u{202e}"), "{text}");
        assert!(text.contains("two\n") && text.contains("lines\\u{9}\\u{202e}"), "{text}");
        // A refusal quotes names, too.
        let refusal = installation.run(&["workspace", "delete", team]);
        refusal.refused(&["`te\\u{feff}am\\u{202e}` still holds", "`lo\\u{202e}cal\\u{200b}`"]);
        printable(&refusal.stderr, &["workspace", "delete"]);
    }
}

#[track_caller]
fn printable(printed: &str, command: &[&str]) {
    let found = printed.chars().find(|&c| c != '\n' && unprintable(c).is_some());
    assert_eq!(found, None, "{command:?}: {printed:?}");
}
