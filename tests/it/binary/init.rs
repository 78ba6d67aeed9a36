//! The setting `LLM_CONFIG_WAIT_FOR_INIT=true`.

use llm_config_server::cli::ExitStatus;
use serde_json::json;

use crate::support::{Installation, llm};

#[test]
fn init_with_wait_for_init_returns_token_once() {
    for installation in Installation::each() {
        let installation = installation.with("WAIT_FOR_INIT", "true");
        let server = installation.start();
        assert_eq!(server.stdout(), "");
        for header in [
            ("origin", "http://localhost"),
            ("forwarded", "for=127.0.0.1"),
            ("x-forwarded-for", "127.0.0.1"),
            ("via", "1.1 x"),
            ("host", "registry.example"),
        ] {
            server
                .anonymous()
                .send("POST", "/v1/system/init", &[header], None)
                .goodmem_error(403, &["this machine"]);
        }
        let init = server.anonymous().post("/v1/system/init", &json!({})).json(200);
        let token = init["rootApiKey"].as_str().expect("the token is a string").to_owned();
        assert_eq!(init["alreadyInitialized"], false);
        server.client(&token).create_llm(&llm());
        let again = server.anonymous().post_empty("/v1/system/init").json(200);
        assert_eq!((&again["alreadyInitialized"], &again["rootApiKey"]), (&json!(true), &json!(null)));
        let log = server.stop();
        assert!(!log.contains(&token), "{log}");
        // A later start without `WAIT_FOR_INIT` creates no second root.
        let installation = installation.with("WAIT_FOR_INIT", "false");
        let server = installation.start();
        assert_eq!(server.stdout(), "");
        assert_eq!(server.client(&token).llm_names(""), ["local"]);
    }
}

#[test]
fn command_while_server_waits_for_init_explains_the_wait() {
    for installation in Installation::each() {
        let installation = installation.with("WAIT_FOR_INIT", "true");
        let server = installation.start();
        let waits = "`POST /v1/system/init` while a server waits for it";
        assert!(installation.run(&["user", "list"]).succeeded().contains(waits));
        for command in [&["token", "issue"][..], &["user", "show", "root@localhost"]] {
            installation.run(command).assert_failed(ExitStatus::NotFound, &[waits]);
        }
        server.anonymous().post_empty("/v1/system/init").json(200);
        installation.run(&["token", "issue"]).succeeded();
        installation.run(&["user", "show", "x@example.com"]).assert_error(&["no user has"]);
        let log = server.stop();
        assert!(log.contains("waiting for `POST /v1/system/init`"), "{log}");
    }
}

#[test]
fn start_without_wait_for_init_on_uninitialised_database_prints_token() {
    for installation in Installation::each() {
        let installation = installation.with("WAIT_FOR_INIT", "true");
        installation.start().stop();
        let installation = installation.with("WAIT_FOR_INIT", "false");
        let server = installation.start();
        server.client(&server.token()).create_llm(&llm());
    }
}
