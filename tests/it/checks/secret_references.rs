//! References to secrets. A grant names the owners that may use a reference, and the origins that may receive
//! the secret.

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

/// Creates an LLM, pings and checks it, and deletes it. Returns the reason and hint of the failed check, or
/// `None` if the check succeeded.
#[track_caller]
fn ping_and_check(server: &Server, user: &ApiUser, body: &Value) -> Option<String> {
    let client = server.client(user.client.token.as_deref().expect("a token"));
    let id = client.create_llm(body)["llmId"].as_str().expect("the id is a string").to_owned();
    let ping = client.post("/v1/ping:once", &json!({"targetId": id})).json(200);
    let check = client.post_empty(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
    client.delete(&format!("/v1/llms/{id}")).empty(204);
    assert_eq!(ping["ok"] == true, check["usable"] == "yes", "{ping} {check}");
    let draft_check = client.post("/llm-config/v1/checks/goodmem", body).json(200);
    assert_eq!(draft_check["reason"], check["reason"]);
    if ping["ok"] == true {
        return None;
    }
    assert_eq!(ping["metadata"]["reason"], check["reason"], "{ping} {check}");
    assert_eq!((&check["calls"], &check["stage"]), (&json!([]), &json!("policy")), "{check}");
    Some(format!("{} {}", check["reason"].as_str().expect("the reason is a string"), check["hint"]))
}

#[test]
fn check_with_secret_reference_requires_grant_for_owner_and_origin() {
    let database = database();
    let installation = Installation::with_database(database);
    let server = installation.start();
    let root = server.client(&server.token());
    let (ada, bob) = (ApiUser::create(&server, &root, "ada", 0), ApiUser::create(&server, &root, "bob", 0));
    server.stop();

    let genuine = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let attacker = fake_provider(FakeVendor::NoAuthentication, VALID_KEY);
    let metadata = ScriptedServer::start(|_| {
        Reply::json(200, format!(r#"{{"access_token":"{TOKEN}","expires_in":3600,"token_type":"Bearer"}}"#))
    });
    let metadata = metadata.expect("a free port");
    let folder = installation.folder.path().join("secrets");
    for (name, text) in [("bob", VALID_KEY), ("ada", "sk-ada-0123456789abcdef")] {
        std::fs::create_dir_all(folder.join(name)).expect("a directory for the secret");
        std::fs::write(folder.join(name).join("key"), format!("{text}\n")).expect("a writable file");
    }
    let origin_of = |server: &ScriptedServer| format!("http://127.0.0.1:{}", server.port());
    let grant = |owner: &ApiUser, name: &str| {
        format!(
            "[[secret-grants]]\nprefix = \"file://{}/{name}\"\nowners = [\"{}\"]\norigins = [\"{}\"]\n",
            folder.display(),
            owner.id,
            origin_of(&genuine)
        )
    };
    let settings = [
        format!("allowed-hosts = [\"127.0.0.1:{}\", \"127.0.0.1:{}\"]\n", genuine.port(), attacker.port()),
        format!("google-metadata-url = \"{}\"\n", origin_of(&metadata)),
        grant(&bob, "bob"),
        grant(&ada, "ada"),
        format!("[[google-grants]]\nowners = [\"{}\"]\n", ada.id),
        "scopes = [\"https://www.googleapis.com/auth/cloud-platform\"]\n".to_owned(),
    ];
    let file = installation.folder.path().join("llm-config.toml");
    std::fs::write(&file, settings.concat()).expect("a writable file");
    let installation = installation.with("FILE", file.to_str().expect("a UTF-8 path"));
    let server = installation.start();

    let (granted_endpoint, other_endpoint) =
        (format!("{}/v1", origin_of(&genuine)), format!("{}/v1", origin_of(&attacker)));
    let bob_key = folder.join("bob/key");
    assert_eq!(
        ping_and_check(&server, &bob, &llm_with_reference(&granted_endpoint, &bob_key)),
        None,
        "the check with a granted reference failed"
    );
    assert!(genuine.received().iter().any(|request| request.carries(VALID_KEY)));

    let opened_by = |user_id: &str| {
        let events = installation.database.texts(
            "SELECT object_kind || ' ' || object_id AS value FROM audit_events \
             WHERE kind = 'credential.opened'",
        );
        events.iter().filter(|event| event.ends_with(user_id) && !event.starts_with("config")).count()
    };
    assert_eq!(opened_by(&bob.id), 1, "the check of the draft did not write one audit event");

    let before = genuine.received().len();
    let refused =
        ping_and_check(&server, &ada, &llm_with_reference(&granted_endpoint, &bob_key)).expect("a failure");
    assert!(refused.starts_with("secret_refused "), "{refused}");
    let missing_file =
        ping_and_check(&server, &ada, &llm_with_reference(&granted_endpoint, &folder.join("bob/nothing")));
    assert_eq!(
        missing_file.as_ref(),
        Some(&refused),
        "the response differs between a missing file and a file without a grant"
    );
    let path_with_parent =
        ping_and_check(&server, &ada, &llm_with_reference(&granted_endpoint, &folder.join("ada/../bob/key")));
    assert_eq!(path_with_parent.as_ref(), Some(&refused));
    let other_origin = ping_and_check(&server, &bob, &llm_with_reference(&other_endpoint, &bob_key));
    assert_eq!(other_origin.as_ref(), Some(&refused), "the grant does not limit the origin");
    let identity = json!({"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {}});
    let identity = merge_patch(llm(), &json!({"endpointUrl": other_endpoint, "credentials": identity}));
    assert_eq!(ping_and_check(&server, &ada, &identity).as_ref(), Some(&refused));

    assert_eq!(genuine.received().len(), before);
    assert_eq!(attacker.received().len(), 0, "the server called the attacker");
    assert_eq!(metadata.received().len(), 0, "the server requested an identity token");
    let log = server.stop();
    assert!(!log.contains(VALID_KEY) && !log.contains(TOKEN));
}
