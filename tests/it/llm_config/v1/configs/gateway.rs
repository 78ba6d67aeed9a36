//! `GET` and `PUT /llm-config/v1/configs/{id}/gateway`.

use serde_json::{Value, json};

use super::app;
use crate::support::{Response, TestApp, llm};

fn path(app: &TestApp) -> String {
    let path = app.root().create_llm_path(&llm());
    format!("/llm-config/v1/configs/{}/gateway", path.rsplit('/').next().expect("an id"))
}

fn put(app: &TestApp, path: &str, tag: &str, settings: &Value) -> Response {
    app.root().send("PUT", path, &[("if-match", tag)], Some(settings.to_string().as_bytes()))
}

fn tag(response: &Response) -> String {
    response.header("etag").expect("an ETag").to_owned()
}

/// The settings are part of the configuration: they have its tag, and a change makes another.
#[test]
fn put_gateway_settings_with_stale_tag_changes_nothing() {
    let app = app();
    let path = path(&app);
    let first = tag(&app.root().get(&path));
    let settings = json!({"silenceSeconds": 60});
    let changed = put(&app, &path, &first, &settings);
    assert_eq!(changed.json(200)["silenceSeconds"], 60);
    let second = tag(&changed);
    assert_ne!(first, second);
    let refused = put(&app, &path, &first, &json!({"silenceSeconds": 7})).json(412);
    assert!(refused["error"].as_str().is_some_and(|error| error.contains("If-Match")), "{refused}");
    put(&app, &path, "nonsense", &json!({"silenceSeconds": 7})).goodmem_error(400, &["if-match"]);
    let found = app.root().get(&path);
    assert_eq!((tag(&found), &found.json(200)["silenceSeconds"]), (second.clone(), &json!(60)));
    // The same settings again are no change.
    assert_eq!(tag(&put(&app, &path, &second, &settings)), second);
    assert_ne!(tag(&put(&app, &path, "*", &json!({"silenceSeconds": 7}))), second);
}

/// Who allows provider state is found in the audit log.
#[test]
fn put_gateway_settings_is_audited_with_what_differs() {
    let app = app();
    let path = path(&app);
    let settings = json!({"allowProviderState": true, "includeUsage": false});
    app.root().put(&path, &settings).json(200);
    app.root().put(&path, &json!({"includeUsage": false})).json(200);
    let events = app.audit_events();
    let updates: Vec<_> =
        events.iter().filter_map(|event| event.strip_prefix("config.updated ")?.split(' ').nth(1)).collect();
    assert_eq!(
        updates,
        ["gateway.allow_provider_state", "gateway.allow_provider_state,gateway.include_usage"]
    );
}
