//! `GET /v1/llms`

use serde_json::{Value, json};

use super::app;
use crate::support::{TestApp, llm, merge_patch};

/// Creates four LLMs of root.
fn create_four(app: &TestApp) {
    for (name, provider, labels) in [
        ("a", "VLLM", json!({"env": "prod", "team": "a b"})),
        ("b", "OPENAI", json!({"env": "prod", "a.b": "1+1"})),
        ("c", "VLLM", json!({"env": "test"})),
        ("d", "LLAMA_CPP", json!({})),
    ] {
        let changes =
            json!({"displayName": name, "modelIdentifier": name, "providerType": provider, "labels": labels});
        app.root().create_llm(&merge_patch(llm(), &changes));
    }
}

#[test]
fn list_without_llms_is_empty() {
    let app = app();
    assert_eq!(app.root().get("/v1/llms").json(200), json!({"llms": []}));
}

#[test]
fn list_returns_elements_of_get_oldest_first() {
    let app = app();
    create_four(&app);
    let list = app.root().get("/v1/llms").json(200);
    assert_eq!(app.root().llm_names(""), ["a", "b", "c", "d"]);
    for llm in list["llms"].as_array().unwrap() {
        let got = app.root().get(&format!("/v1/llms/{}", llm["llmId"].as_str().unwrap())).json(200);
        assert_eq!(&got, llm);
    }
}

#[test]
fn list_filters_in_both_spellings() {
    let app = app();
    create_four(&app);
    let me = app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().to_owned();
    let unknown = "550e8400-e29b-41d4-a716-446655440000";
    for (query, names) in [
        ("?providerType=VLLM".to_owned(), "ac"),
        ("?provider_type=VLLM".to_owned(), "ac"),
        ("?providerType=openai".to_owned(), "b"),
        (format!("?ownerId={me}"), "abcd"),
        (format!("?owner_id={me}&provider_type=LLAMA_CPP"), "d"),
        (format!("?ownerId={unknown}"), ""),
        ("?label=env=prod".to_owned(), "ab"),
        ("?label=env%3Dprod&label=team%3Da+b".to_owned(), "a"),
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
        ("?".to_owned(), "abcd"),
    ] {
        assert_eq!(app.root().llm_names(&query).concat(), names, "{query}");
    }
}

#[test]
fn list_with_invalid_filter_names_it() {
    let app = app();
    for (query, field) in [
        ("?providerType=DASHSCOPE", "providerType"),
        ("?provider_type=", "providerType"),
        ("?ownerId=me", "ownerId"),
        ("?owner_id=", "ownerId"),
        ("?label=env", "label"),
        ("?label.=x", "label"),
        ("?label.Team=x", "label"),
    ] {
        assert_eq!(app.root().get(&format!("/v1/llms{query}")).error_fields(), [field], "{query}");
    }
    let both = app.root().get("/v1/llms?ownerId=me&providerType=x&label.A=b").error_fields();
    assert_eq!(both, ["ownerId", "providerType", "label"]);
}

#[test]
fn list_with_conflicting_parameters_is_rejected() {
    let app = app();
    create_four(&app);
    for (query, field) in [
        ("?providerType=VLLM&provider_type=OPENAI", "providerType"),
        ("?providerType=VLLM&providerType=OPENAI", "providerType"),
        ("?label.env=prod&label%5Benv%5D=test", "label"),
    ] {
        assert_eq!(app.root().get(&format!("/v1/llms{query}")).error_fields(), [field], "{query}");
    }
    assert_eq!(app.root().llm_names("?label.env=prod&label%5Benv%5D=prod").concat(), "ab");
}

#[test]
fn list_of_thirty_returns_all() {
    let app = app();
    for n in 0..30 {
        app.root().create_llm(&merge_patch(
            llm(),
            &json!({"displayName": n.to_string(), "modelIdentifier": n.to_string()}),
        ));
    }
    let list = app.root().get("/v1/llms").json(200);
    assert_eq!(list["llms"].as_array().map(Vec::len), Some(30));
    assert_eq!(list.get("unreadable"), None::<&Value>);
}
