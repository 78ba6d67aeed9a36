//! Lists of more rows than the server reads at once: whole, in pages, and broken off.

mod broken;
mod pages;
mod silent_client;
mod whole;

use llm_config_core::caller::Caller;
use llm_config_core::config::NewLlmConfig;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use serde_json::{Value, json};

use super::app;
use crate::support::TestApp;

/// How many small rows the server reads at once.
const PART: usize = 500;

/// The large rows of a list whose last ones cannot be read before the client has taken bytes: the list is
/// larger than the buffers of both ends.
const LARGE: usize = PART + 100;

/// Creates configurations with the names `0`, `1` ..., in this order.
fn fill(app: &TestApp, scope: Scope, count: usize, client_config: &Value) -> Vec<ConfigId> {
    let new = |n: usize| {
        let new = json!({
            "settings": {
                "name": n.to_string(), "provider": "OPENAI", "endpoint": "https://llm.example/v1",
                "model": n.to_string(), "client_config": client_config,
            },
            "credential": null,
        });
        serde_json::from_value::<NewLlmConfig>(new).expect("a configuration")
    };
    let rows: Vec<_> = (0..count).map(|n| (app.store.new_config_id(), new(n))).collect();
    let ids = rows.iter().map(|(id, _)| *id).collect();
    let create = app.store.write(move |tx| {
        for (id, new) in &rows {
            tx.create_config(*id, scope, new, &Caller::operator())?;
        }
        Ok::<_, llm_config_store::StoreError>(())
    });
    app.block_on(create).expect("the configurations are stored");
    ids
}

/// The largest client config.
fn large() -> Value {
    json!({"padding": "x".repeat(16_000)})
}

/// The id of the root user.
fn root_scope(app: &TestApp) -> Scope {
    let me = app.root().get("/v1/users/me").json(200);
    Scope::Owner(me["userId"].as_str().expect("the id is a string").parse().expect("an id"))
}

/// The texts in a member of the elements of a list.
fn texts<'a>(list: &'a Value, array: &str, member: &str) -> Vec<&'a str> {
    let elements = list[array].as_array().expect("the list is an array").iter();
    elements.map(|element| element[member].as_str().expect("the member is a string")).collect()
}

/// `0`, `1` ...
fn numbers(range: impl IntoIterator<Item = usize>) -> Vec<String> {
    range.into_iter().map(|n| n.to_string()).collect()
}
