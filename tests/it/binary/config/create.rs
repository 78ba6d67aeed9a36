//! `config create`: settings, scopes, and errors.

use llm_config_server::cli::ExitStatus;
use serde_json::json;

use super::{CANARY, OPENAI, create, for_root, for_team, id, initialised};
use crate::support::{Installation, UNKNOWN_ID};

#[test]
fn create_for_owner_stores_all_settings() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let client_config = installation.write_file("client.json", "{\"retries\": 3}\n");
        let settings = [
            "--api-path",
            "chat",
            "--description",
            "For Ada",
            "--label",
            "env=dev",
            "--label",
            "team=search",
            "--model-version",
            "2024-07",
            "--modalities",
            "text,IMAGE",
            "--capabilities",
            "chat,streaming",
            "--sampling",
            "temperature=0.2",
            "--sampling",
            "max_tokens=100",
            "--sampling",
            "stop_sequences=a,b",
            "--sampling",
            "stop_sequences=END",
            "--context-length",
            "128000",
            "--client-config-file",
            &client_config,
            "--monitoring-endpoint",
            "https://status.example/",
            "--id",
            UNKNOWN_ID,
        ];
        let created = create(&installation, &for_root(&settings), CANARY);
        assert_eq!(
            (id(&created), &created["origin"]["origin"], &created["credential"]["mask"]),
            (UNKNOWN_ID, &json!("https://api.openai.com"), &json!("****wxyz"))
        );
        assert_eq!(installation.json(&["config", "show", UNKNOWN_ID]), created);
        // The API returns the same values.
        let llm = root.get(&format!("/v1/llms/{UNKNOWN_ID}")).json(200);
        for (member, expected) in [
            ("displayName", json!("GPT")),
            ("providerType", json!("OPENAI")),
            ("endpointUrl", json!(OPENAI)),
            ("modelIdentifier", json!("gpt-4o-mini")),
            ("apiPath", json!("chat")),
            ("description", json!("For Ada")),
            ("labels", json!({"env": "dev", "team": "search"})),
            ("version", json!("2024-07")),
            ("supportedModalities", json!(["TEXT", "IMAGE"])),
            ("maxContextLength", json!(128_000)),
            ("clientConfig", json!({"retries": 3})),
            ("monitoringEndpoint", json!("https://status.example/")),
            (
                "defaultSamplingParams",
                json!({"temperature": 0.2, "maxTokens": 100, "stopSequences": ["a,b", "END"]}),
            ),
        ] {
            assert_eq!(llm[member], expected, "{member}");
        }
        let flags = llm["capabilities"].as_object().expect("an object");
        let enabled: Vec<_> =
            flags.iter().filter(|(_, is_on)| **is_on == true).map(|(name, _)| name).collect();
        assert_eq!(enabled, ["supportsChat", "supportsStreaming"]);
        let events = installation.database.texts("SELECT actor_id AS value FROM audit_events");
        assert!(events.iter().any(|actor| actor.starts_with("00000000-")), "{events:?}");
    }
}

#[test]
fn create_for_workspace_has_the_defaults_of_its_api() {
    for installation in Installation::each() {
        initialised(&installation);
        let created = create(&installation, &for_team("anthropic", &[]), CANARY);
        assert_eq!(
            (&created["scope"]["name"], &created["provider"], &created["model"], &created["apiPath"]),
            (&json!("Research"), &json!("ANTHROPIC"), &json!(null), &json!("/chat/completions"))
        );
        let server = installation.start();
        let listed = server.client(installation.run(&["token", "issue"]).succeeded().trim()).ai_llms("");
        assert_eq!((&listed[0]["id"], &listed[0]["aiType"]), (&created["id"], &json!("ANTHROPIC")));
        let text =
            installation.run_with_input(&[&for_root(&[])[..], &["--secret-file", "-"]].concat(), CANARY);
        let text = text.succeeded();
        assert!(text.contains("created `GPT`") && text.contains("owner root@localhost"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
}

#[test]
fn create_infers_capabilities_that_no_flag_states() {
    let installation = super::super::sqlite();
    initialised(&installation);
    let inferred = create(&installation, &for_root(&["--model", "gpt-5-nano"]), CANARY);
    assert_eq!(inferred["capabilities"].as_array().map(Vec::len), Some(5), "{inferred}");
    let none = create(&installation, &for_root(&["--capabilities", ""]), CANARY);
    assert_eq!(none["capabilities"], json!([]));
}

#[test]
fn create_with_wrong_values_names_every_flag() {
    let installation = super::super::sqlite();
    initialised(&installation);
    let wrong = [
        "config",
        "create",
        "--owner",
        "root@localhost",
        "--name",
        " ",
        "--provider",
        "AWS",
        "--endpoint",
        "https://ada:hunter2@llm.example/",
        "--label",
        "A=b",
        "--label",
        "x",
        "--sampling",
        "top_p=7",
        "--sampling",
        "seed=1",
        "--sampling",
        "top_k=1.5",
        "--capabilities",
        "chat,fly",
        "--context-length",
        "0",
        "--modalities",
        "SMELL",
        "--api-path",
        "https://llm.example/",
        "--monitoring-endpoint",
        "x",
        "--header",
        "host",
        "--secret-file",
        "-",
    ];
    let failed = installation.run_with_input(&wrong, "****abcd");
    failed.assert_failed(
        ExitStatus::Usage,
        &[
            "`--name` must not be blank",
            "`--provider` must be one of OPENAI, LITELLM_PROXY",
            "`--endpoint` must not contain a user name or password",
            "`--model` is required",
            "`--label` must be `KEY=VALUE`",
            "`--label` has the key `A`",
            "`--sampling top_p` must be from 0 to 1",
            "`--sampling` must be a value of max_tokens",
            "`--sampling top_k` must be a whole number",
            "`--capabilities` may have only chat",
            "`--context-length` must be from 1",
            "`--modalities`, entry 1: must be one of TEXT",
            "`--api-path` must be a path",
            "`--monitoring-endpoint` must be",
            "`--secret-file` looks like the mask",
        ],
    );
    assert!(!failed.stderr.contains("hunter2"), "{}", failed.stderr);
    let for_team = for_team("VLLM", &["--no-credential"]);
    installation.run(&for_team).assert_failed(ExitStatus::Usage, &["must be one of OPENAI, GOOGLE"]);
    assert_eq!(installation.json(&["config", "list"]), json!([]));
}

#[test]
fn create_with_incomplete_or_contradictory_flags_is_a_usage_error() {
    let installation = super::super::sqlite();
    initialised(&installation);
    for arguments in [
        vec!["config", "create"],
        for_root(&["--workspace", "Research", "--no-credential"]),
        for_root(&["--no-credential", "--secret-file", "x"]),
        for_root(&["--no-credential", "--header", "x-api-key"]),
        for_root(&["--reference", "env://KEY", "--google-identity"]),
        for_root(&["--hint", "a=b", "--no-credential"]),
        for_root(&["--google-scopes", "a", "--no-credential"]),
        for_root(&["--hint", "a=b", "--secret-file", "x"]),
        for_root(&["--google-quota-project", "a", "--reference", "env://KEY"]),
        for_root(&["--google-identity", "--prefix", "x"]),
        for_team("AWS", &["--key-id-file", "x", "--header", "x-api-key", "--secret-file", "x"]),
        for_root(&["--id", "not-an-id", "--no-credential"]),
    ] {
        let finished = installation.run(&arguments);
        assert_eq!(finished.code, Some(64), "{arguments:?}: {finished:?}");
    }
    let missing = installation.run(&["config", "create", "--owner", "root@localhost"]).stderr;
    for flag in ["--name", "--provider", "--endpoint"] {
        assert!(missing.contains(flag), "{missing}");
    }
}

#[test]
fn create_of_duplicate_is_refused() {
    for installation in Installation::each() {
        initialised(&installation);
        create(&installation, &for_root(&["--id", UNKNOWN_ID]), CANARY);
        create(&installation, &for_team("OTHER", &[]), CANARY);
        for (arguments, sentence) in [
            (for_root(&["--name", "Other"]), "equal configuration"),
            (for_team("OPENAI", &[]), "same name"),
            (for_root(&["--model", "other", "--id", UNKNOWN_ID]), "with this `--id` already exists"),
        ] {
            let arguments = [&arguments[..], &["--secret-file", "-"]].concat();
            let failed = installation.run_with_input(&arguments, CANARY);
            failed.assert_failed(ExitStatus::Refused, &[sentence]);
        }
        let nowhere = ["config", "create", "--name", "n", "--provider", "OPENAI", "--endpoint", OPENAI];
        for (scope, sentence) in [("--owner", "no user has"), ("--workspace", "no workspace has")] {
            let arguments = [&nowhere[..], &[scope, "x@example.com", "--no-credential"]].concat();
            installation.run(&arguments).assert_failed(ExitStatus::NotFound, &[sentence]);
        }
    }
}
