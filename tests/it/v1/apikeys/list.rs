//! `GET /v1/apikeys`.

use std::sync::atomic::{AtomicI64, Ordering};

use llm_config_core::access::{OrgRole, Right, TokenScope};
use llm_config_core::time::Timestamp;
use llm_config_store::clock::Clock;
use serde_json::json;

use super::app;
use crate::support::{Client, rights_scope};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[test]
fn list_keys_filters_in_both_spellings() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let inactive = app.root().post("/v1/apikeys", &json!({})).json(201);
    let inactive = format!("/v1/apikeys/{}", inactive["apiKeyMetadata"]["apiKeyId"].as_str().unwrap());
    app.root().put(&inactive, &json!({"status": "INACTIVE"})).json(200);
    let count = |query: &str| {
        app.root().get(&format!("/v1/apikeys{query}")).json(200)["keys"].as_array().unwrap().len()
    };
    assert_eq!(count(""), 3);
    assert_eq!(count(&format!("?subject_principal_id={}", ada.id)), 1);
    assert_eq!(count(&format!("?ownerPrincipalId={}&view=FULL&max_results=1", ada.id)), 1);
    assert_eq!(count("?lifecycle_state=REVOKED"), 1);
    assert_eq!(count("?lifecycleState=USABLE"), 2);
    assert_eq!(count("?lifecycle_state=EXPIRED"), 0);
    assert_eq!(count("?lifecycle_state=NOT_YET_VALID"), 0);
    assert_eq!(count("?lifecycle_state=NOT_YET_VALID&max_results=1"), 0);
    assert_eq!(count(&format!("?subject_principal_id={ID}")), 0);
    assert_eq!(
        app.root().get("/v1/apikeys?lifecycleState=x&subjectPrincipalId=y").error_fields(),
        ["subjectPrincipalId", "lifecycleState"]
    );
}

/// The ids on each page.
fn pages(client: &Client, query: &str, parameter: &str) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/v1/apikeys?{query}{after}")).json(200);
        let keys = page["keys"].as_array().expect("the list is an array").iter();
        pages
            .push(keys.map(|key| key["apiKeyId"].as_str().expect("the id is a string").to_owned()).collect());
        if page["nextToken"].is_null() {
            return pages;
        }
        after = format!("&{parameter}={}", page["nextToken"].as_str().expect("the token is a string"));
    }
}

#[test]
fn list_keys_pages_in_both_spellings() {
    let app = app();
    let root = app.root();
    for _ in 0..4 {
        app.user(OrgRole::User);
    }
    let all = pages(&root, "", "nextToken").remove(0);
    assert_eq!(all.len(), 5);
    assert_eq!(pages(&root, "maxResults=2", "nextToken"), [&all[..2], &all[2..4], &all[4..]]);
    assert_eq!(pages(&root, "max_results=3&view=BASIC", "next_token"), [&all[..3], &all[3..]]);
    assert_eq!(pages(&root, "maxResults=5", "nextToken"), [&all[..]]);
    assert_eq!(pages(&root, "maxResults=1000", "nextToken"), [&all[..]]);
    assert_eq!(pages(&root, "maxResults=1&lifecycleState=REVOKED", "nextToken"), [[""; 0]]);
    let first = root.get("/v1/apikeys?max_results=1").json(200);
    let token = first["nextToken"].as_str().expect("the token is a string");
    // Without `max_results`, the rest of the list.
    let rest = root.get(&format!("/v1/apikeys?next_token={token}")).json(200);
    assert_eq!((rest["keys"].as_array().map(Vec::len), &rest["nextToken"]), (Some(4), &json!(null)));
    let other_filter = root.get(&format!("/v1/apikeys?next_token={token}&lifecycle_state=USABLE"));
    assert_eq!(other_filter.error_fields(), ["nextToken"]);
    let wrong = root.get("/v1/apikeys?maxResults=0&view=ALL&nextToken=x").error_fields();
    assert_eq!(wrong, ["view", "maxResults", "nextToken"]);
    for query in ["maxResults=1001", "max_results=x", "nextToken=x", "next_token=", "view=full"] {
        root.get(&format!("/v1/apikeys?{query}")).goodmem_error(400, &[]);
    }
}

#[test]
fn list_keys_pages_contain_only_visible_keys() {
    let app = app();
    let administrator = app.user(OrgRole::Administrators);
    app.user(OrgRole::Owner);
    let ada = app.user(OrgRole::User);
    app.user(OrgRole::Owner);
    // Keys of owners are hidden from an administrator; a page is filled with others.
    let visible = pages(&administrator.client, "", "nextToken").remove(0);
    assert_eq!(visible.len(), 2);
    assert_eq!(pages(&administrator.client, "maxResults=1", "nextToken"), [&visible[..1], &visible[1..]]);
    assert_eq!(pages(&administrator.client, "maxResults=2", "nextToken"), [&visible[..]]);
    assert_eq!(pages(&ada.client, "maxResults=1", "nextToken"), [&visible[1..]]);
}

/// A clock that goes on by a second whenever it is read.
struct SteppingClock(AtomicI64);

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1_000_000, Ordering::Relaxed))
    }
}

#[test]
fn list_keys_while_keys_expire_shows_each_in_the_state_of_the_filter() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let start = app.store.now().as_micros();
    for second in 0..60 {
        let expires_at = Some(Timestamp::from_micros(start + second * 1_000_000));
        app.token(ada.id, TokenScope { expires_at, ..TokenScope::default() });
    }
    let server = app.second_server_with_clock(SteppingClock(start.into()));
    for page in ["", "&maxResults=100"] {
        for state in ["USABLE", "EXPIRED"] {
            let list = server.root().get(&format!("/v1/apikeys?lifecycleState={state}{page}")).json(200);
            let keys = list["keys"].as_array().expect("the list is an array");
            assert!(!keys.is_empty() && keys.len() < 62, "{state}");
            for key in keys {
                assert_eq!(key["lifecycleState"], state);
            }
        }
    }
}

#[test]
fn list_keys_in_basic_view_leaves_out_what_keys_are_narrowed_to() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let (narrowed, _) = app.token(ada.id, rights_scope(&[Right::ReadLlmOwn]));
    let key = |query: &str| {
        let list = ada.client.get(&format!("/v1/apikeys?{query}")).json(200);
        let keys = list["keys"].as_array().expect("the list is an array").clone();
        keys.into_iter().find(|key| key["apiKeyId"] == narrowed.to_string()).expect("the key is listed")
    };
    let (full, basic) = (key("view=FULL"), key("view=BASIC"));
    assert_eq!(key(""), full);
    assert!(full["ceiling"].is_array() && full["ceilingOmitted"] == false && full["rights"].is_array());
    assert_eq!((&basic["ceiling"], &basic["ceilingOmitted"]), (&json!(null), &json!(true)));
    assert_eq!((&basic["authorityMode"], basic.get("rights")), (&json!("SCOPED"), None));
}
