//! The lists of models.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_service::CallSlotLimits;
use serde_json::{Value, json};

use super::{app, gateway};
use crate::support::{Gateway, NamedIn, RawClient, RawResponse, StreamProvider, VALID_KEY, wait_until};

fn ids(list: &Value, member: &str, id: &str) -> Vec<String> {
    let models = list[member].as_array().expect("a list").iter();
    models.map(|model| model[id].as_str().expect("an id").to_owned()).collect()
}

#[track_caller]
fn list(gateway: &Gateway, path: &str) -> Value {
    let response = gateway.root().get(path);
    assert_eq!(response.header("x-llm-config-source"), Some("gateway"));
    response.json(200)
}

/// Case 11.
#[test]
fn models_are_the_callable_configurations_in_the_shape_of_each_api() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "{}");
    let other = gateway.root().create_workspace("other");
    let openai = list(&gateway, "/openai/v1/models");
    assert_eq!((ids(&openai, "data", "id"), &openai["object"]), (Vec::new(), &json!("list")));
    gateway.config("prod", "VLLM", &provider);
    let twin = gateway.workspace_config("twin", "ANTHROPIC", &provider);
    let second = gateway.workspace_config_in(&other, "twin", "ANTHROPIC", &provider);
    let expected = ["prod".to_owned(), twin.id.to_string(), second.id.to_string()];

    let openai = list(&gateway, "/openai/v1/models");
    assert_eq!(ids(&openai, "data", "id"), expected);
    let first = &openai["data"][0];
    assert_eq!((&first["object"], &first["owned_by"]), (&json!("model"), &json!("vllm")));
    assert!(first["created"].as_i64().is_some_and(|created| created > 1_700_000_000));

    let anthropic = list(&gateway, "/anthropic/v1/models?limit=2");
    assert_eq!(ids(&anthropic, "data", "id"), expected[..2]);
    assert_eq!((&anthropic["has_more"], &anthropic["last_id"]), (&json!(true), &json!(expected[1])));
    assert_eq!(anthropic["data"][0]["type"], "model");
    let rest = list(&gateway, &format!("/anthropic/v1/models?limit=2&after_id={}", expected[1]));
    assert_eq!(ids(&rest, "data", "id"), expected[2..]);
    assert_eq!(rest["has_more"], false);

    let member = gateway.app.user(OrgRole::User);
    gateway.app.member(other.parse().expect("a UUID"), member.id, WorkspaceRole::Read);
    let visible = member.client.get("/openai/v1/models").json(200);
    assert_eq!(ids(&visible, "data", "id"), ["twin"]);
    assert_eq!(provider.requests().len(), 0);
}

/// Case 11: in Gemini's shape, page by page. The list is the same in each API, whichever the models speak.
#[test]
fn models_are_listed_in_every_api() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "{}");
    for (name, kind) in [("gemini", "GOOGLE"), ("prod", "OTHER"), ("claude", "ANTHROPIC")] {
        gateway.workspace_config(name, kind, &provider);
    }
    for version in ["v1", "v1beta"] {
        let gemini = list(&gateway, &format!("/gemini/{version}/models?pageSize=2"));
        assert_eq!(ids(&gemini, "models", "name"), ["models/gemini", "models/prod"]);
        let token = gemini["nextPageToken"].as_str().expect("a token");
        let rest = list(&gateway, &format!("/gemini/{version}/models?pageSize=2&pageToken={token}"));
        assert_eq!(ids(&rest, "models", "name"), ["models/claude"]);
        assert_eq!(rest.get("nextPageToken"), None);
    }
    for path in ["/openai/v1/models", "/anthropic/v1/models"] {
        assert_eq!(ids(&list(&gateway, path), "data", "id"), ["gemini", "prod", "claude"], "{path}");
    }
    list(&gateway, "/anthropic/v1/models/prod");
}

/// A name is no id if it may also mean another configuration.
#[test]
fn model_whose_name_may_mean_another_is_listed_by_its_id() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "{}");
    let whole = gateway.config("team/x", "VLLM", &provider);
    let part = gateway.workspace_config("team", "OTHER", &provider);
    let of_id = gateway.workspace_config(&format!("{}/x", part.id), "OTHER", &provider);
    let listed = list(&gateway, "/openai/v1/models");
    assert_eq!(ids(&listed, "data", "id"), [whole.id.to_string(), "team".to_owned(), of_id.id.to_string()]);
}

/// A list opens no credential, and writes nothing.
#[test]
fn list_and_its_elements_open_no_credential() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "{}");
    let config = gateway.config("prod", "VLLM", &provider);
    list(&gateway, "/openai/v1/models");
    list(&gateway, "/openai/v1/models/prod");
    for path in ["/openai/v1/models", "/openai/v1/models/prod", "/anthropic/v1/models/tiny-1"] {
        list(&gateway, &config.path(NamedIn::Url, path));
    }
    let stranger = gateway.app.user(OrgRole::User).client;
    let response = stranger.get(&config.path(NamedIn::Url, "/openai/v1/models"));
    assert_eq!((response.status, response.header("x-llm-config-error")), (403, Some("call_not_allowed")));
    let events = gateway.app.audit_events();
    assert!(events.iter().all(|event| !event.starts_with("credential.")), "{events:?}");
}

/// A list that is not whole says so.
#[test]
fn list_beyond_its_limit_says_that_it_is_cut() {
    let first = app();
    let limits = CallSlotLimits { models: 2, ..CallSlotLimits::default() };
    let gateway = Gateway::new(first.second_server_with_call_limits(limits));
    let provider = StreamProvider::with_json(200, "{}");
    let cut = || {
        let response = gateway.root().get("/openai/v1/models");
        let is_cut = response.header("x-llm-config-list-cut").is_some();
        (ids(&response.json(200), "data", "id").len(), is_cut)
    };
    for (name, expected) in [("a", (1, false)), ("b", (2, false)), ("c", (2, true))] {
        gateway.workspace_config(name, "OTHER", &provider);
        assert_eq!(cut(), expected);
    }
}

/// Case 11: behind the URL of a configuration.
#[test]
fn models_of_a_configuration_are_its_model_or_the_list_of_the_provider() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, r#"{"object":"list","data":[{"id":"theirs"}]}"#);
    let owned = gateway.config("prod", "VLLM", &provider);
    let known = list(&gateway, &owned.path(NamedIn::Url, "/openai/v1/models"));
    assert_eq!(ids(&known, "data", "id"), ["prod"]);
    assert_eq!(provider.requests().len(), 0);
    let shared = gateway.workspace_config("team", "OTHER", &provider);
    let path = shared.path(NamedIn::Url, "/openai/v1/models");
    // A list that was read shortly after a change is not kept.
    wait_until("the list is not kept", || {
        let before = provider.requests().len();
        let response = gateway.root().get(&path);
        assert_eq!(response.header("x-llm-config-source"), Some("upstream"));
        assert_eq!(ids(&response.json(200), "data", "id"), ["theirs"]);
        provider.requests().len() == before
    });
    assert_eq!(provider.last().target, "/v1/models");
}

/// Case 12.
#[test]
fn model_with_a_slash_in_its_name_is_found() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "{}");
    gateway.config("a/b:c", "VLLM", &provider);
    gateway.workspace_config("g/b:c", "GOOGLE", &provider);
    for (path, id) in [
        ("/openai/v1/models/a%2Fb:c", "id"),
        ("/openai/v1/models/a%2Fb%3Ac", "id"),
        ("/openai/v1/models/a/b:c", "id"),
        ("/anthropic/v1/models/a%2Fb:c", "id"),
    ] {
        assert_eq!(list(&gateway, path)[id], "a/b:c", "{path}");
    }
    assert_eq!(list(&gateway, "/gemini/v1beta/models/g%2Fb:c")["name"], "models/g/b:c");
    for path in ["/openai/v1/models/a", "/openai/v1/models/a%252Fb:c"] {
        let response = gateway.root().get(path);
        assert_eq!((response.status, response.header("x-llm-config-error")), (404, Some("model_not_found")));
    }
    assert_eq!(provider.requests().len(), 0);
}

/// An error names the parameter that was sent.
#[test]
fn list_with_invalid_parameter_names_it() {
    let gateway = gateway();
    for (path, name) in [
        ("/anthropic/v1/models?limit=x", "limit"),
        ("/anthropic/v1/models?limit=0", "limit"),
        ("/anthropic/v1/models?after_id=x", "after_id"),
        ("/anthropic/v1/models?before_id=x", "before_id"),
        ("/anthropic/v1/models?after_id=x&before_id=y", "before_id"),
        ("/gemini/v1/models?pageSize=-1", "pageSize"),
        ("/gemini/v1beta/models?pageToken=x", "pageToken"),
    ] {
        let response = gateway.root().get(path);
        assert_eq!((response.status, response.header("x-llm-config-error")), (400, Some("invalid_query")));
        assert!(response.body.contains(&format!("`{name}` must be")), "{path} {}", response.body);
    }
}

/// What a provider cannot do, or a configuration lacks, is said, and nothing is sent.
#[test]
fn list_that_an_api_does_not_have_is_refused_as_such() {
    let gateway = gateway();
    let vertex = |path: &str| {
        let id = gateway.root().create_ai_llm(&json!({
            "name": "vertex", "aiType": "GOOGLE", "secret": VALID_KEY, "workspaceId": gateway.workspace,
            "endpoint": format!("https://europe-west1-aiplatform.googleapis.com{path}"),
        }));
        format!("/llm-config/v1/configs/{id}/openai/v1")
    };
    let check = |response: &RawResponse, code: &str, part: &str| {
        response.is_gateway_error(400, code);
        assert!(response.text().contains(part), "{}", response.text());
    };
    let root = gateway.root();
    let complete = vertex("/v1/projects/p/locations/europe-west1");
    let mut client = RawClient::connect(root.base());
    client.write_head("GET", &format!("{complete}/models"), &[("authorization", &root.bearer())]);
    check(&client.response(), "no_model_list", "has no list of models");
    gateway.root().delete(&format!("/ai/llm/{}", complete.split('/').nth(4).expect("an id"))).json(200);
    let incomplete = vertex("/v1");
    let call = root.call(&format!("{incomplete}/chat/completions"), r#"{"model":"google/gemini"}"#);
    check(&call, "endpoint_incomplete", "names project and location");
}
