//! The last check of configurations in `/llm-config/v1/configs`, as filter and as member.

use serde_json::{Value, json};

use super::app;
use super::list::names;
use crate::support::{FakeVendor, VALID_KEY, fake_provider, llm_at, member_names, merge_patch};

#[test]
fn last_check_is_shown_and_filtered_until_the_target_changes() {
    let app = app();
    let root = app.root();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
    let create = |name: &str, secret: &str| {
        let body = json!({"displayName": name, "modelIdentifier": "tiny"});
        let body = merge_patch(llm_at(&endpoint, "tiny", Some(secret)), &body);
        root.create_llm(&body)["llmId"].as_str().expect("the id is a string").to_owned()
    };
    let (works, fails) = (create("works", VALID_KEY), create("fails", "sk-wrong-0123456789abcdef"));
    create("unchecked", "sk-other-0123456789abcdef");
    let listed = |state: &str| {
        let list = root.get(&format!("/llm-config/v1/configs?usable={state}")).json(200);
        names(&list).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let last_check =
        |id: &str| root.get(&format!("/llm-config/v1/configs/{id}")).json(200)["lastCheck"].clone();
    assert_eq!(listed("unchecked"), ["works", "fails", "unchecked"]);
    for id in [&works, &fails] {
        root.post_empty(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
    }
    assert_eq!((listed("yes"), listed("no")), (vec!["works".to_owned()], vec!["fails".to_owned()]));
    assert_eq!((listed("unknown"), listed("unchecked")), (vec![], vec!["unchecked".to_owned()]));
    let check = last_check(&fails);
    assert_eq!(member_names(&check), ["at", "isCurrent", "reason", "trigger", "usable"]);
    let shown =
        |check: &Value| json!([check["usable"], check["reason"], check["trigger"], check["isCurrent"]]);
    assert_eq!(shown(&check), json!(["no", "bad_key", "REQUEST", true]));
    assert_eq!(shown(&last_check(&works)), json!(["yes", "ok", "REQUEST", true]));
    let history = root.get(&format!("/llm-config/v1/configs/{fails}/checks")).json(200);
    assert_eq!(check["at"], history["checks"][0]["at"]);

    // A check of reachability only judges nothing.
    root.post_empty(&format!("/llm-config/v1/configs/{works}/checks?depth=reach")).json(200);
    assert_eq!(listed("yes"), ["works"]);
    root.put(&format!("/v1/llms/{works}"), &json!({"displayName": "renamed"})).json(200);
    assert_eq!(listed("yes"), ["renamed"]);
    root.put(&format!("/v1/llms/{works}"), &json!({"modelIdentifier": "other"})).json(200);
    assert_eq!(
        (listed("yes"), listed("unchecked")),
        (vec![], vec!["renamed".to_owned(), "unchecked".to_owned()])
    );
    assert_eq!(shown(&last_check(&works)), json!(["yes", "ok", "REQUEST", false]));
}
