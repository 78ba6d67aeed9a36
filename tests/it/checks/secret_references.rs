//! References to secrets: a grant names who may use one and at which origins.

use std::path::Path;

use llm_config_egress::testing::{Reply, ScriptedServer};
use serde_json::{Value, json};

use super::database;
use crate::support::{ApiUser, FakeVendor, Installation, Server, VALID_KEY, fake_provider, llm, merge_patch};

const TOKEN: &str = "ya29.server-identity-0123456789";

/// An LLM with a reference to a file.
fn llm_with_reference(endpoint: &str, path: &Path) -> Value {
    let uri = format!("file://{}", path.display());
    let credentials = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"secretRef": {"uri": uri}}});
    merge_patch(
        llm(),
        &json!({"endpointUrl": endpoint, "modelIdentifier": "tiny", "credentials": credentials}),
    )
}

/// Creates an LLM, pings it and checks it. Returns the reason and hint of the failure, or `None`.
#[track_caller]
fn failure(server: &Server, who: &ApiUser, body: &Value) -> Option<String> {
    let client = server.client(who.client.token.as_deref().expect("a token"));
    let id = client.create_llm(body)["llmId"].as_str().expect("an id").to_owned();
    let ping = client.post("/v1/ping:once", &json!({"targetId": id})).json(200);
    let check = client.post_empty(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
    client.delete(&format!("/v1/llms/{id}")).empty(204);
    assert_eq!(ping["ok"] == true, check["usable"] == "yes", "{ping} {check}");
    let before_saving = client.post("/llm-config/v1/checks/goodmem", body).json(200);
    assert_eq!(before_saving["reason"], check["reason"]);
    if ping["ok"] == true {
        return None;
    }
    assert_eq!(ping["metadata"]["reason"], check["reason"], "{ping} {check}");
    assert_eq!((&check["calls"], &check["stage"]), (&json!([]), &json!("policy")), "{check}");
    Some(format!("{} {}", check["reason"].as_str().expect("a code"), check["hint"]))
}

#[test]
fn check_with_secret_reference_requires_grant_for_owner_and_origin() {
    let database = database();
    let installation = Installation::on(database);
    let server = installation.start();
    let root = server.client(&server.token());
    let (ada, bob) = (ApiUser::create(&server, &root, "ada", 0), ApiUser::create(&server, &root, "bob", 0));
    server.stop();

    let genuine = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let attacker = fake_provider(FakeVendor::Open, VALID_KEY);
    let metadata = ScriptedServer::start(|_| {
        Reply::json(200, format!(r#"{{"access_token":"{TOKEN}","expires_in":3600,"token_type":"Bearer"}}"#))
    });
    let metadata = metadata.expect("a free port");
    let folder = installation.folder.path().join("secrets");
    for (name, text) in [("bob", VALID_KEY), ("ada", "sk-ada-0123456789abcdef")] {
        std::fs::create_dir_all(folder.join(name)).expect("a folder");
        std::fs::write(folder.join(name).join("key"), format!("{text}\n")).expect("a file");
    }
    let at = |server: &ScriptedServer| format!("http://127.0.0.1:{}", server.port());
    let grant = |who: &ApiUser, name: &str| {
        format!(
            "[[secret-grants]]\nprefix = \"file://{}/{name}\"\nowners = [\"{}\"]\norigins = [\"{}\"]\n",
            folder.display(),
            who.id,
            at(&genuine)
        )
    };
    let settings = [
        format!("allowed-hosts = [\"127.0.0.1:{}\", \"127.0.0.1:{}\"]\n", genuine.port(), attacker.port()),
        format!("google-metadata-url = \"{}\"\n", at(&metadata)),
        grant(&bob, "bob"),
        grant(&ada, "ada"),
        format!("[[google-grants]]\nowners = [\"{}\"]\n", ada.id),
        "scopes = [\"https://www.googleapis.com/auth/cloud-platform\"]\n".to_owned(),
    ];
    let file = installation.folder.path().join("llm-config.toml");
    std::fs::write(&file, settings.concat()).expect("a file");
    let installation = installation.with("FILE", file.to_str().expect("UTF-8"));
    let server = installation.start();

    let (right, wrong) = (format!("{}/v1", at(&genuine)), format!("{}/v1", at(&attacker)));
    let bobs = folder.join("bob/key");
    assert_eq!(
        failure(&server, &bob, &llm_with_reference(&right, &bobs)),
        None,
        "the granted secret is refused"
    );
    assert!(genuine.received().iter().any(|request| request.carries(VALID_KEY)));

    let opened_by = |who: &str| {
        let events = installation.database.texts(
            "SELECT object_kind || ' ' || object_id AS value FROM audit_events \
             WHERE kind = 'credential.opened'",
        );
        events.iter().filter(|event| event.ends_with(who) && !event.starts_with("config")).count()
    };
    assert_eq!(opened_by(&bob.id), 1, "the check of the draft is not audited");

    let before = genuine.received().len();
    let refused = failure(&server, &ada, &llm_with_reference(&right, &bobs)).expect("a failure");
    assert!(refused.starts_with("secret_refused "), "{refused}");
    let absent = failure(&server, &ada, &llm_with_reference(&right, &folder.join("bob/nothing")));
    assert_eq!(absent.as_ref(), Some(&refused), "the response reveals that the file is missing");
    let around = failure(&server, &ada, &llm_with_reference(&right, &folder.join("ada/../bob/key")));
    assert_eq!(around.as_ref(), Some(&refused));
    let elsewhere = failure(&server, &bob, &llm_with_reference(&wrong, &bobs));
    assert_eq!(elsewhere.as_ref(), Some(&refused), "the secret is allowed at another origin");
    let identity = json!({"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {}});
    let identity = merge_patch(llm(), &json!({"endpointUrl": wrong, "credentials": identity}));
    assert_eq!(failure(&server, &ada, &identity).as_ref(), Some(&refused));

    assert_eq!(genuine.received().len(), before);
    assert_eq!(attacker.received().len(), 0, "the attacker was called");
    assert_eq!(metadata.received().len(), 0, "an identity token was requested");
    let log = server.stop();
    assert!(!log.contains(VALID_KEY) && !log.contains(TOKEN));
}
