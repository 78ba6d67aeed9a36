//! `GET /v1/llms`

use serde_json::{Value, json};

use super::app;
use crate::support::{TestApp, llm, with};

/// Four LLMs of root, by name.
fn four(app: &TestApp) {
    for (name, provider, labels) in [
        ("a", "VLLM", json!({"env": "prod", "team": "a b"})),
        ("b", "OPENAI", json!({"env": "prod", "a.b": "1+1"})),
        ("c", "VLLM", json!({"env": "test"})),
        ("d", "LLAMA_CPP", json!({})),
    ] {
        let changes =
            json!({"displayName": name, "modelIdentifier": name, "providerType": provider, "labels": labels});
        app.root().create(&with(llm(), &changes));
    }
}

#[test]
fn an_empty_list_is_a_list() {
    let app = app();
    assert_eq!(app.root().get("/v1/llms").json(200), json!({"llms": []}));
}

#[test]
fn a_list_has_the_elements_that_get_answers_oldest_first() {
    let app = app();
    four(&app);
    let list = app.root().get("/v1/llms").json(200);
    assert_eq!(app.root().names(""), ["a", "b", "c", "d"]);
    for llm in list["llms"].as_array().unwrap() {
        let got = app.root().get(&format!("/v1/llms/{}", llm["llmId"].as_str().unwrap())).json(200);
        assert_eq!(&got, llm);
    }
}

#[test]
fn filters_work_in_the_spellings_of_both_generations_of_clients() {
    let app = app();
    four(&app);
    let me = app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().to_owned();
    let nobody = "550e8400-e29b-41d4-a716-446655440000";
    for (query, names) in [
        ("?providerType=VLLM".to_owned(), "ac"),
        ("?provider_type=VLLM".to_owned(), "ac"),
        ("?providerType=openai".to_owned(), "b"),
        (format!("?ownerId={me}"), "abcd"),
        (format!("?owner_id={me}&provider_type=LLAMA_CPP"), "d"),
        (format!("?ownerId={nobody}"), ""),
        ("?label.env=prod".to_owned(), "ab"),
        ("?label%5Benv%5D=prod".to_owned(), "ab"),
        ("?label%5benv%5d=prod".to_owned(), "ab"),
        ("?label.team=a%20b".to_owned(), "a"),
        ("?label.team=a+b".to_owned(), "a"),
        ("?label%5Bteam%5D=a+b".to_owned(), "a"),
        ("?label.a.b=1%2B1".to_owned(), "b"),
        ("?label.a.b=1+1".to_owned(), ""),
        ("?label%5Ba.b%5D=1%2B1&label.env=prod".to_owned(), "b"),
        ("?label.env=prod&label.team=x".to_owned(), ""),
        ("?label.env=PROD".to_owned(), ""),
        ("?label.env=".to_owned(), ""),
        ("?label.missing=x".to_owned(), ""),
        ("?label.env=prod&providerType=VLLM".to_owned(), "a"),
        ("?unknown=1&page=2".to_owned(), "abcd"),
        ("?".to_owned(), "abcd"),
    ] {
        assert_eq!(app.root().names(&query).concat(), names, "{query}");
    }
}

#[test]
fn what_a_filter_does_not_understand_is_named() {
    let app = app();
    for (query, field) in [
        ("?providerType=DASHSCOPE", "providerType"),
        ("?provider_type=", "providerType"),
        ("?ownerId=me", "ownerId"),
        ("?owner_id=", "ownerId"),
        ("?label.=x", "label"),
        ("?label.Team=x", "label"),
    ] {
        assert_eq!(app.root().get(&format!("/v1/llms{query}")).faults(), [field], "{query}");
    }
    let both = app.root().get("/v1/llms?ownerId=me&providerType=x&label.A=b").faults();
    assert_eq!(both, ["ownerId", "providerType", "label"]);
}

#[test]
fn a_parameter_of_two_values_is_refused_rather_than_chosen_from() {
    let app = app();
    four(&app);
    for (query, field) in [
        ("?providerType=VLLM&provider_type=OPENAI", "providerType"),
        ("?providerType=VLLM&providerType=OPENAI", "providerType"),
        ("?label.env=prod&label%5Benv%5D=test", "label"),
    ] {
        assert_eq!(app.root().get(&format!("/v1/llms{query}")).faults(), [field], "{query}");
    }
    assert_eq!(app.root().names("?label.env=prod&label%5Benv%5D=prod").concat(), "ab");
}

#[test]
fn a_list_has_no_pages() {
    let app = app();
    for n in 0..30 {
        app.root()
            .create(&with(llm(), &json!({"displayName": n.to_string(), "modelIdentifier": n.to_string()})));
    }
    let list = app.root().get("/v1/llms").json(200);
    assert_eq!(list["llms"].as_array().map(Vec::len), Some(30));
    assert_eq!(list.get("unreadable"), None::<&Value>);
}
