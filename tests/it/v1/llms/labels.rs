//! Labels: their limits, and how updates replace or merge them.

use serde_json::{Map, Value, json};

use super::app;
use crate::support::{llm, merge_patch};

fn numbered(range: std::ops::Range<usize>) -> Value {
    range.map(|n| (format!("k{n}"), json!("v"))).collect::<Map<_, _>>().into()
}

#[test]
fn update_replaces_or_merges_labels_but_not_both() {
    let app = app();
    let client = app.root();
    let path = client.create_llm_path(&merge_patch(llm(), &json!({"labels": {"a": "1", "b": "2"}})));
    let put = |body: Value| client.put(&path, &body).json(200)["labels"].clone();
    assert_eq!(put(json!({"mergeLabels": {"b": "3", "c": "4"}})), json!({"a": "1", "b": "3", "c": "4"}));
    assert_eq!(put(json!({"mergeLabels": {}, "version": "2"})), json!({"a": "1", "b": "3", "c": "4"}));
    assert_eq!(put(json!({"replaceLabels": {"d": "5"}, "mergeLabels": null})), json!({"d": "5"}));
    assert_eq!(put(json!({"replaceLabels": {}})), json!({}));
    let both = json!({"replaceLabels": {}, "mergeLabels": {}});
    client.put(&path, &both).goodmem_error(400, &["replaceLabels", "mergeLabels"]);
}

#[test]
fn update_beyond_twenty_labels_is_rejected() {
    let app = app();
    let client = app.root();
    let path = client.create_llm_path(&merge_patch(llm(), &json!({"labels": numbered(0..20)})));
    let merge = |labels: Value| client.put(&path, &json!({"mergeLabels": labels}));
    merge(json!({"k0": "new"})).json(200);
    assert_eq!(merge(json!({"one-more": ""})).error_fields().len(), 1);
    assert_eq!(client.get(&path).json(200)["labels"]["k0"], "new");
    assert_eq!(
        client.put(&path, &json!({"replaceLabels": numbered(0..21)})).error_fields(),
        ["replaceLabels"]
    );
    assert_eq!(merge(numbered(0..21)).error_fields(), ["mergeLabels"]);
    let body = merge_patch(llm(), &json!({"modelIdentifier": "other", "labels": numbered(0..21)}));
    assert_eq!(client.post("/v1/llms", &body).error_fields(), ["labels"]);
}

#[test]
fn create_with_invalid_labels_is_rejected() {
    let app = app();
    let post = |labels: Value| app.root().post("/v1/llms", &merge_patch(llm(), &json!({"labels": labels})));
    for bad in [json!({"": "x"}), json!({"Team": "x"}), json!({"a b": "x"}), json!({"é": "x"})] {
        assert_eq!(post(bad.clone()).error_fields(), ["labels"], "{bad}");
    }
    for bad in [json!({"a": "x".repeat(256)}), json!({"a": "\u{0}"}), json!({"k".repeat(256): "x"})] {
        assert_eq!(post(bad.clone()).error_fields(), ["labels"], "{bad}");
    }
    for bad in [json!({"a": 1}), json!({"a": null}), json!({"a": true}), json!({"a": {}})] {
        assert_eq!(post(bad.clone()).error_fields(), ["labels.a"], "{bad}");
    }
    let good = json!({"a.b_c-9": "é".repeat(255), "empty": ""});
    assert_eq!(post(good.clone()).json(201)["llm"]["labels"], good);
}
