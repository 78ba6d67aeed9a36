//! How requests name a configuration and its model.

use actix_web::rt::Runtime;
use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::id::ConfigId;
use llm_config_store::StoreError;
use serde_json::json;

use super::gateway;
use crate::support::{
    CalledConfig, Gate, Gateway, MODEL, NamedIn, RawClient, RawResponse, StreamProvider, api_key_credentials,
    wait_for_coherence,
};

const CHAT: &str = "/openai/v1/chat/completions";
const OK: &str = "{\"choices\":[]}";

fn call(gateway: &Gateway, model: &str) -> RawResponse {
    gateway.root().call(CHAT, json!({"model": model}).to_string())
}

/// A configuration with a model and a key of its own, because two with the same key are duplicates.
fn config(gateway: &Gateway, name: &str, provider: &StreamProvider) -> CalledConfig {
    let key = format!("sk-{}-0123456789", name.replace('/', "-"));
    gateway.config_with(name, "VLLM", provider, &json!({"credentials": api_key_credentials(&key)}))
}

/// Case 16.
#[test]
fn name_of_several_configurations_is_refused_unless_the_workspace_decides() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let other = gateway.root().create_workspace("other");
    let first = gateway.workspace_config("twin", "OTHER", &provider);
    let second = gateway.workspace_config_in(&other, "twin", "OTHER", &provider);
    let response = call(&gateway, "twin/x");
    response.is_gateway_error(400, "ambiguous_model");
    for id in [first.id, second.id] {
        assert!(response.text().contains(&id.to_string()), "{}", response.text());
    }
    let within = |workspace: &str| {
        let mut client = RawClient::connect(&gateway.app.base);
        let headers =
            [("authorization", gateway.root().bearer()), ("x-llm-config-workspace", workspace.to_owned())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        client.post(CHAT, &headers, r#"{"model":"twin/x"}"#);
        client.response()
    };
    for (workspace, config) in [(&gateway.workspace, first.id), (&other, second.id)] {
        let response = within(workspace);
        response.is_success(OK);
        assert_eq!(response.header("x-llm-config-id"), Some(config.to_string().as_str()));
    }
    within("550e8400-e29b-41d4-a716-446655440000").is_gateway_error(404, "model_not_found");
    let malformed = within("x");
    malformed.is_gateway_error(400, "invalid_header");
    assert!(malformed.text().contains("`x-llm-config-workspace`"), "{}", malformed.text());
    call(&gateway, &format!("{}/x", second.id)).is_success(OK);
    assert_eq!(provider.requests().len(), 3);
}

/// Case 17.
#[test]
fn configuration_without_model_requires_one() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.workspace_config("team", "OTHER", &provider);
    for model in ["team".to_owned(), "team/".to_owned(), config.id.to_string()] {
        call(&gateway, &model).is_gateway_error(400, "model_required");
    }
    let path = config.path(NamedIn::Url, CHAT);
    for body in ["{}", r#"{"model":""}"#, r#"{"model":null}"#] {
        gateway.root().call(&path, body).is_gateway_error(400, "model_required");
    }
    gateway.root().call(CHAT, "{}").is_gateway_error(400, "model_required");
    assert_eq!(provider.requests().len(), 0);
    gateway.root().call(&path, r#"{"model":"team"}"#).is_success(OK);
    assert_eq!(provider.last().json(), json!({"model": "team"}));
    assert_eq!(gateway.usage(&config).refused, 6);
}

/// Case 18.
#[test]
fn other_model_than_the_stored_one_is_refused() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.config("prod", "VLLM", &provider);
    for model in ["prod/other", "prod/", "prod/Tiny-1", "prod/tiny-1/x"] {
        let response = call(&gateway, model);
        response.is_gateway_error(400, "model_not_allowed");
        assert!(response.text().contains(MODEL), "{}", response.text());
    }
    let path = config.path(NamedIn::Url, CHAT);
    for model in ["other", "prod/tiny-1", "Prod"] {
        let response = gateway.root().call(&path, json!({"model": model}).to_string());
        response.is_gateway_error(400, "model_not_allowed");
    }
    assert_eq!(provider.requests().len(), 0);
    for model in [json!(null), json!(""), json!("prod"), json!(MODEL), json!(config.id.to_string())] {
        gateway.root().call(&path, json!({"model": model}).to_string()).is_success(OK);
        assert_eq!(provider.last().json(), json!({"model": MODEL}), "{model}");
    }
    gateway.root().call(&path, "{}").is_success(OK);
    assert_eq!(provider.last().json(), json!({"model": MODEL}));
    let usage = gateway.usage(&config);
    assert_eq!((usage.calls, usage.refused), (6, 7));
}

/// A name with a slash is found whole, unless its part names a configuration that can be called so: who may
/// create a configuration must not receive what is meant for another.
#[test]
fn name_with_a_slash_is_found_whole_unless_its_part_can_be_called() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let whole = config(&gateway, "team/x", &provider);
    let is_whole = || {
        let response = call(&gateway, "team/x");
        response.is_success(OK);
        assert_eq!(response.header("x-llm-config-id"), Some(whole.id.to_string().as_str()));
    };
    is_whole();
    let other_model = config(&gateway, "team", &provider);
    is_whole();
    gateway.root().delete(&format!("/v1/llms/{}", other_model.id)).empty(204);
    let part = gateway.workspace_config("team", "OTHER", &provider);
    let ambiguous = |model: &str, ids: [ConfigId; 2]| {
        let response = call(&gateway, model);
        response.is_gateway_error(400, "ambiguous_model");
        for id in ids {
            assert!(response.text().contains(&id.to_string()), "{}", response.text());
        }
    };
    ambiguous("team/x", [whole.id, part.id]);
    call(&gateway, &whole.id.to_string()).is_success(OK);
    assert_eq!(provider.last().json(), json!({"model": MODEL}));
    call(&gateway, &format!("{}/x", part.id)).is_success(OK);
    assert_eq!(provider.last().json(), json!({"model": "x"}));
    call(&gateway, "team/y").is_success(OK);
    assert_eq!(provider.last().json(), json!({"model": "y"}));
    for unknown in ["", "TEAM/y", "nothing", "/x", "team /y"] {
        call(&gateway, unknown).is_gateway_error(404, "model_not_found");
    }
    // The stored model of a part.
    let stored = config(&gateway, "prod", &provider);
    let same = config(&gateway, &format!("prod/{MODEL}"), &provider);
    ambiguous(&format!("prod/{MODEL}"), [stored.id, same.id]);
}

/// Names are chosen, ids are not: no name ends or receives the calls of an id.
#[test]
fn call_by_id_with_a_configuration_named_like_it_reaches_the_id() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let shared = gateway.workspace_config("team", "OTHER", &provider);
    let stored = config(&gateway, "prod", &provider);
    let models = [format!("{}/x", shared.id), format!("{}/{MODEL}", stored.id)];
    let reaches = |expected: [&CalledConfig; 2]| {
        for (model, config) in models.iter().zip(expected) {
            let response = call(&gateway, model);
            response.is_success(OK);
            assert_eq!(response.header("x-llm-config-id"), Some(config.id.to_string().as_str()), "{model}");
        }
    };
    reaches([&shared, &stored]);
    let [first, second] = models.each_ref().map(|name| config(&gateway, name, &provider));
    reaches([&shared, &stored]);
    // Several of one name.
    gateway.workspace_config(&models[0], "OTHER", &provider);
    reaches([&shared, &stored]);
    let other = config(&gateway, &format!("{}/other", stored.id), &provider);
    call(&gateway, &format!("{}/other", stored.id)).is_gateway_error(400, "model_not_allowed");
    for named in [&first, &second, &other] {
        call(&gateway, &named.id.to_string()).is_success(OK);
    }
    // The right to call the name only.
    let root = gateway.root().get("/v1/users/me").json(200);
    let root = root["userId"].as_str().expect("an id").parse().expect("a UUID");
    let configs = Some([first.id].into());
    let (_, narrowed) = gateway.app.token(root, TokenScope { configs, ..TokenScope::default() });
    let body = json!({"model": models[0]}).to_string();
    narrowed.call(CHAT, body).is_gateway_error(403, "call_not_allowed");
    narrowed.call(CHAT, json!({"model": first.id.to_string()}).to_string()).is_success(OK);
}

/// A new configuration ends what a text meant before.
#[test]
fn name_that_a_new_configuration_has_as_a_whole_means_it() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    config(&gateway, "prod", &provider);
    for _ in 0..2 {
        call(&gateway, "prod/other").is_gateway_error(400, "model_not_allowed");
    }
    let whole = config(&gateway, "prod/other", &provider);
    let response = call(&gateway, "prod/other");
    response.is_success(OK);
    assert_eq!(response.header("x-llm-config-id"), Some(whole.id.to_string().as_str()));
}

/// A name may look like an id, but the text of an id is never taken for a name: its configuration may have
/// been deleted, and calls that are meant for it must reach no other. Whether an id exists is told only as
/// before: 403 if it may not be called.
#[test]
fn name_that_looks_like_an_id_is_no_model() {
    const NAME: &str = "550e8400-e29b-41d4-a716-446655440000";
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let model = format!("{NAME}/x");
    for unknown in [NAME, &model] {
        call(&gateway, unknown).is_gateway_error(404, "model_not_found");
    }
    let named = gateway.workspace_config(NAME, "OTHER", &provider);
    for name in [NAME, &model] {
        call(&gateway, name).is_gateway_error(404, "model_not_found");
    }
    let response = call(&gateway, &format!("{}/x", named.id));
    response.is_success(OK);
    assert_eq!(response.header("x-llm-config-id"), Some(named.id.to_string().as_str()));
    let owned = config(&gateway, "prod", &provider);
    config(&gateway, &named.id.to_string(), &provider);
    let stranger = gateway.app.user(OrgRole::User).client;
    for id in [owned.id, named.id] {
        let body = json!({"model": id.to_string()}).to_string();
        stranger.call(CHAT, body).is_gateway_error(403, "call_not_allowed");
    }
    stranger.call(CHAT, json!({"model": NAME}).to_string()).is_gateway_error(404, "model_not_found");
}

/// The error lists as many as it has room for, and says that there are more.
#[test]
fn name_of_many_configurations_is_refused_with_some_of_their_ids() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    for number in 0..21 {
        let workspace = gateway.root().create_workspace(&format!("w{number}"));
        gateway.workspace_config_in(&workspace, "twin", "OTHER", &provider);
    }
    let response = call(&gateway, "twin/x");
    response.is_gateway_error(400, "ambiguous_model");
    assert!(response.text().contains(" and more), or narrow"), "{}", response.text());
}

/// In the steady state a call reads no row, whatever names its configuration.
#[test]
fn known_name_is_called_while_no_connection_to_the_database_is_free() {
    const CONNECTIONS: usize = 4;
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let shared = gateway.workspace_config("team", "OTHER", &provider);
    config(&gateway, "prod", &provider);
    let models = [
        "team/org/model".to_owned(),
        "prod".to_owned(),
        "prod/tiny-1".to_owned(),
        format!("{}/x", shared.id),
    ];
    let call_all = || models.iter().for_each(|model| call(&gateway, model).is_success(OK));
    for _ in 0..2 {
        call_all();
        wait_for_coherence();
    }
    call_all();
    let (taken, free) = (Gate::default(), Gate::default());
    let holders: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (store, taken, free) = (gateway.app.store.clone(), taken.clone(), free.clone());
            std::thread::spawn(move || {
                let held = store.read(move |_| {
                    taken.open();
                    free.pass("the test has ended");
                    Ok::<_, StoreError>(())
                });
                Runtime::new().expect("a runtime").block_on(held).expect("a read");
            })
        })
        .collect();
    (0..CONNECTIONS).for_each(|_| taken.pass("a connection is not free"));
    call_all();
    (0..CONNECTIONS).for_each(|_| free.open());
    for holder in holders {
        holder.join().expect("no panic");
    }
}
