//! Pages about configurations.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;

use crate::support::{
    Browser, Client, FakeVendor, UNKNOWN_ID, VALID_KEY, ai_llm, assign, check_page, fake_provider, field,
    llm_at, llm_with_secret,
};

const WRONG_KEY: &str = "sk-wrong-0123456789abcdef";

/// The fields of a new configuration that its creator owns.
fn new_fields<'a>(endpoint: &'a str, secret: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("scope", "own"),
        ("name", "assistant"),
        ("provider", "OPENAI"),
        ("endpoint", endpoint),
        ("model", "tiny"),
        ("credential-kind", "key"),
        ("credential-secret", secret),
    ]
}

/// The fields with other values, or with further fields.
fn with<'a>(fields: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
    let kept = fields.iter().filter(|(name, _)| !is_changed(name)).copied();
    kept.chain(changes.iter().copied()).collect()
}

/// The id in the path of a page.
fn id_of(location: Option<&str>) -> String {
    let path = location.expect("a location").split('?').next().expect("a path");
    path.strip_prefix("/console/configs/").expect("the page of a configuration").to_owned()
}

#[track_caller]
fn create(client: &Client, body: &Value) -> String {
    client.create_llm(body)["llmId"].as_str().expect("the id is a string").to_owned()
}

#[test]
fn list_shows_what_person_may_list_and_filters() {
    let app = app();
    let (root, user) = (app.root(), app.user(OrgRole::User));
    let browser = Browser::signed_in(&user.client);
    check_page(&browser.get("/configs"), 200, &["No configuration yet", "/console/configs/new"]);
    create(&root, &llm_at("https://other.example/v1", "secret-of-root", None));
    let mut labelled = llm_at("http://gpu.example:8000/v1", "qwen", None);
    labelled["labels"] = json!({"team": "search"});
    create(&user.client, &labelled);
    for n in 0..50 {
        create(&user.client, &llm_at("http://gpu.example:8000/v1", &format!("row-{n}"), None));
    }

    let first = browser.get("/configs");
    check_page(&first, 200, &["qwen", "gpu.example", "Not checked", "row-48", "Next page"]);
    assert!(!first.body.contains("secret-of-root") && !first.body.contains("row-49"));
    let (_, rest) =
        first.body.split_once("href=\"/console/configs?cursor=").expect("a link to the next page");
    let cursor = rest.split('"').next().expect("an end");
    check_page(&browser.get(&format!("/configs?cursor={cursor}")), 200, &["row-49", "First page"]);
    let narrowed = browser.get("/configs?label=team%3Dsearch&state=unchecked&provider=VLLM&q=QWEN&owner=");
    check_page(&narrowed, 200, &["qwen", "/llm-config/v1/configs?text=QWEN"]);
    assert!(!narrowed.body.contains("row-1"));
    let labels = browser.get("/configs?label=team%3Dsearch,%20env%3Dprod");
    check_page(&labels, 200, &["/llm-config/v1/configs?label=env%3Dprod&#38;label=team%3Dsearch&#34;"]);
    check_page(&browser.get("/configs?q=nothing"), 200, &["Nothing found", "Clear the filters"]);
    let wrong = browser.get("/configs?label=team&workspace=x&state=maybe");
    check_page(
        &wrong,
        422,
        &["must be <code>key=value</code>", "must be an id", "is not a state", "#label\""],
    );
    let ambiguous = browser.get("/configs?label=team%3Dsearch,team%3Dads");
    check_page(&ambiguous, 422, &["has different values for the same key"]);
    check_page(&browser.get(&format!("/configs?q=a&cursor={cursor}")), 422, &["does not fit these filters"]);
}

#[test]
fn list_shows_unreadable_row_as_such() {
    let app = app();
    let id = create(&app.root(), &llm_at("http://gpu.example:8000/v1", "damaged", None));
    create(&app.root(), &llm_at("http://gpu.example:8000/v1", "intact", None));
    app.database.execute(&format!("UPDATE llm_configs SET provider = 'NO_SUCH' WHERE id = '{id}'"));
    let page = Browser::signed_in(&app.root()).get("/configs");
    check_page(&page, 200, &["intact", &id, "Unreadable"]);
}

#[test]
fn create_with_violations_names_all_fields_and_never_shows_secret() {
    let app = app();
    let browser = Browser::signed_in(&app.root());
    check_page(&browser.get("/configs/new"), 200, &["name=\"credential-secret\""]);
    let fields = new_fields("not a url", WRONG_KEY);
    let fields =
        with(&fields, &[("name", " "), ("labels", "team"), ("sampling-top_p", "2"), ("version", "7")]);
    for page in [browser.post("/configs", &fields), browser.post_by_script("/configs", &fields)] {
        let parts =
            ["href=\"#name\"", "href=\"#endpoint\"", "href=\"#labels\"", "id=\"sampling-top_p-error\""];
        check_page(&page, 422, &parts);
        check_page(&page, 422, &["value=\"not a url\"", "value=\"7\"", "must be from 0 to 1", "is required"]);
        assert!(!page.body.contains(WRONG_KEY), "{}", page.body);
    }
    let missing = browser.post("/configs", &with(&new_fields("https://a.example", ""), &[("scope", "x")]));
    check_page(&missing, 422, &["href=\"#credential-secret\"", "href=\"#scope\""]);
    assert!(app.root().llm_names("").is_empty());
}

#[test]
fn create_redirects_to_page_that_shows_everything_but_secret() {
    let app = app();
    let browser = Browser::signed_in(&app.root());
    let fields = new_fields("https://api.openai.com/v1", VALID_KEY);
    let fields = with(&fields, &[("labels", "team=search\r\nenv=prod"), ("sampling-temperature", "0.2")]);
    let created = browser.post("/configs", &fields);
    assert_eq!(created.status, 303, "{}", created.body);
    let id = id_of(created.header("location"));
    let page = browser.get(&format!("/configs/{id}?done=config-created"));
    let url = "https://api.openai.com/v1/chat/completions";
    check_page(&page, 200, &["is created", "assistant", url, "****cdef", "team=search", "temperature=0.2"]);
    let own_url = format!("/llm-config/v1/configs/{id}/openai/v1/chat/completions");
    check_page(&page, 200, &["OPENAI_BASE_URL=", &own_url, "Undetermined"]);
    assert!(!page.body.contains(VALID_KEY));

    let again = browser.post("/configs", &fields);
    check_page(&again, 409, &["exists already", &format!("href=\"/console/configs/{id}\"")]);
    let by_script = with(&fields, &[("name", "second"), ("model", "other")]);
    let by_script = browser.post_by_script("/configs", &by_script);
    assert_eq!((by_script.status, by_script.body.as_str()), (200, ""));
    assert!(by_script.header("hx-redirect").is_some_and(|to| to.starts_with("/console/configs/")));
}

#[test]
fn create_in_workspace_takes_key_pair_and_refuses_taken_name() {
    let app = app();
    let (writer, workspace) = (app.user(OrgRole::User), app.workspace());
    app.member(workspace, writer.id, WorkspaceRole::Write);
    let (browser, workspace) = (Browser::signed_in(&writer.client), workspace.to_string());
    let form = browser.get(&format!("/configs/new?scope={workspace}&provider=ANTHROPIC"));
    check_page(&form, 200, &["value=\"https://api.anthropic.com\"", "value=\"AWS\""]);
    let fields = new_fields("https://bedrock-runtime.us-east-1.amazonaws.com", VALID_KEY);
    let pair = [("scope", workspace.as_str()), ("provider", "AWS"), ("credential-kind", "pair")];
    let fields = with(&fields, &pair);
    check_page(&browser.post("/configs", &fields), 422, &["href=\"#credential-key_id\""]);
    let fields = with(&fields, &[("credential-key_id", "AKIAIOSFODNN7EXAMPLE")]);
    let id = id_of(browser.post("/configs", &fields).header("location"));
    check_page(&browser.get(&format!("/configs/{id}")), 200, &["Key pair id ****MPLE", "team"]);
    let taken = browser.post("/configs", &with(&fields, &[("model", "other")]));
    check_page(&taken, 409, &["has this name", &format!("/console/configs/{id}")]);
}

#[test]
fn check_of_stored_configuration_is_kept_and_shown() {
    let app = app();
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let endpoint = format!("http://127.0.0.1:{}/v1", provider.port());
    let browser = Browser::signed_in(&app.root());
    let id = create(&app.root(), &llm_at(&endpoint, "tiny", Some(VALID_KEY)));
    let checked = browser.post(&format!("/configs/{id}/check"), &[("depth", "credential")]);
    assert_eq!(
        checked.header("location"),
        Some(format!("/console/configs/{id}").as_str()),
        "{}",
        checked.body
    );
    check_page(&browser.get(&format!("/configs/{id}")), 200, &["Works", "no tokens", &endpoint]);
    let part = browser.post_by_script(&format!("/configs/{id}/check"), &[("depth", "inference")]);
    check_page(&part, 200, &["Works", "at most 1 tokens"]);
    assert!(!part.body.contains("<html"));
    let history = browser.get(&format!("/configs/{id}/checks"));
    check_page(&history, 200, &["a call of the model", "credential and model", "root@localhost"]);
    let body = json!({"displayName": "renamed", "endpointUrl": endpoint.replace("/v1", "/v2")});
    app.root().put(&format!("/v1/llms/{id}"), &body).json(200);
    check_page(&browser.get("/configs"), 200, &["renamed", "Changed since its check"]);
}

#[test]
fn check_of_draft_stores_nothing_and_rejection_needs_confirmation() {
    let app = app();
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let endpoint = format!("http://127.0.0.1:{}/v1", provider.port());
    let browser = Browser::signed_in(&app.root());
    check_page(&browser.post("/configs/new/check", &new_fields(&endpoint, VALID_KEY)), 200, &["Works"]);
    let fields = new_fields(&endpoint, WRONG_KEY);
    let checked = browser.post("/configs/new/check", &fields);
    check_page(
        &checked,
        200,
        &["Does not work", "bad key", "name=\"confirm-rejected\"", "value=\"assistant\""],
    );
    assert!(!checked.body.contains(WRONG_KEY) && app.root().llm_names("").is_empty());
    let incomplete = browser.post("/configs/new/check", &with(&fields, &[("name", "")]));
    check_page(&incomplete, 200, &["Nothing was checked", "Name is required"]);
    let verdict = field(&checked, "last-verdict");
    let fields = with(&fields, &[("last-verdict", &verdict)]);
    let refused = browser.post("/configs", &fields);
    check_page(&refused, 422, &["href=\"#confirm-rejected\"", "name=\"last-verdict\""]);
    let saved = browser.post("/configs", &with(&fields, &[("confirm-rejected", "1")]));
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(app.root().llm_names(""), ["assistant"]);
}

#[test]
fn examination_of_draft_calls_no_provider() {
    let app = app();
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let (host, browser) = (format!("http://127.0.0.1:{}", provider.port()), Browser::signed_in(&app.root()));
    let id = create(&app.root(), &llm_at(&host, "tiny", Some(VALID_KEY)));
    let fields = with(&new_fields(&host, VALID_KEY), &[("provider", "VLLM"), ("context_length", "-1")]);
    let page = browser.post("/configs/new/examine", &fields);
    let same = format!("href=\"/console/configs/{id}\"");
    check_page(&page, 200, &["Will be called", "data-fill=\"endpoint\"", &format!("{host}/v1"), &same]);
    check_page(&page, 200, &["Context length", "must be from 1"]);
    assert!(!page.body.contains(VALID_KEY));
    let empty = browser.post("/configs/new/examine?prefill", &with(&new_fields("", ""), &[("name", "")]));
    check_page(&empty, 200, &["value=\"https://api.openai.com/v1\""]);
    assert!(!empty.body.contains("is required"));
    assert!(provider.received().is_empty());
}

#[test]
fn edit_changes_only_what_form_shows_and_person_changed() {
    let app = app();
    let browser = Browser::signed_in(&app.root());
    let mut body = llm_with_secret(VALID_KEY);
    body["description"] = json!("two\nlines");
    body["labels"] = json!({"team": "search"});
    body["defaultSamplingParams"] = json!({"temperature": 0.5, "stopSequences": ["\n\n"]});
    body["maxContextLength"] = json!(1000);
    let id = create(&app.root(), &body);
    let path = format!("/configs/{id}");
    let read = || app.root().get(&format!("/v1/llms/{id}")).json(200);
    let before = read();
    let form = browser.get(&format!("{path}/edit"));
    check_page(&form, 200, &["two\nlines", "team=search", "****cdef", "\\n\\n"]);
    assert!(!form.body.contains(VALID_KEY));
    let revision = field(&form, "revision");

    let saved = browser.post(&path, &[("revision", &revision), ("name", "renamed")]);
    assert_eq!(saved.header("location"), Some(format!("/console{path}?done=config-saved").as_str()));
    let after = read();
    assert_eq!(after["displayName"], "renamed");
    let mut expected = before;
    for changed in ["displayName", "updatedAt", "updatedById"] {
        expected[changed] = after[changed].clone();
    }
    assert_eq!(after, expected);

    let revision = field(&browser.get(&format!("{path}/edit")), "revision");
    let cleared = [
        ("revision", revision.as_str()),
        ("description", ""),
        ("labels", ""),
        ("sampling-temperature", ""),
        ("sampling-stop_sequences", ""),
        ("context_length", ""),
        ("capabilities", ""),
    ];
    assert_eq!(browser.post(&path, &cleared).status, 303);
    let after = read();
    assert_eq!(after["labels"], json!({}));
    assert_eq!((&after["description"], &after["maxContextLength"]), (&Value::Null, &Value::Null));
    assert_eq!(after["defaultSamplingParams"], Value::Null);
    let revision = field(&browser.get(&format!("{path}/edit")), "revision");
    let unchanged = browser.post(&path, &[("revision", &revision), ("name", "renamed")]);
    assert_eq!(unchanged.header("location"), Some(format!("/console{path}").as_str()));
}

#[test]
fn edit_of_changed_configuration_is_412_with_both_versions() {
    let app = app();
    let browser = Browser::signed_in(&app.root());
    let id = create(&app.root(), &llm_with_secret(VALID_KEY));
    let path = format!("/configs/{id}");
    let revision = field(&browser.get(&format!("{path}/edit")), "revision");
    app.root().put(&format!("/v1/llms/{id}"), &json!({"displayName": "theirs"})).json(200);
    let fields = [("revision", revision.as_str()), ("name", "mine"), ("credential-secret", WRONG_KEY)];
    let stale = browser.post(&path, &fields);
    check_page(&stale, 412, &["theirs", "value=\"mine\"", "root@localhost", &format!("{path}/edit")]);
    assert!(!stale.body.contains(WRONG_KEY));
    assert_eq!(app.root().llm_names(""), ["theirs"]);

    let stale = browser.post(&format!("{path}/delete"), &[("revision", &revision)]);
    check_page(&stale, 412, &["Another person has changed", "theirs"]);
    let asked = browser.get(&format!("{path}/delete"));
    check_page(&asked, 200, &["Delete theirs?", "****cdef"]);
    let deleted = browser.post(&format!("{path}/delete"), &[("revision", &field(&asked, "revision"))]);
    assert_eq!(deleted.header("location"), Some("/console/configs?done=config-deleted"));
    check_page(&browser.get(&path), 404, &["There is no such page"]);
}

#[test]
fn edit_that_moves_origin_needs_secret_or_removes_credential() {
    let app = app();
    let browser = Browser::signed_in(&app.root());
    let id = create(&app.root(), &llm_with_secret(VALID_KEY));
    let path = format!("/configs/{id}");
    let form = || field(&browser.get(&format!("{path}/edit")), "revision");
    let revision = form();
    let moved = [
        ("revision", revision.as_str()),
        ("name", "local"),
        ("provider", "VLLM"),
        ("model", "qwen3"),
        ("endpoint", "https://elsewhere.example/v1"),
        ("credential-kind", "key"),
    ];
    let origins = ["https://elsewhere.example", "http://gpu.example:8000", "send the secret again"];
    check_page(&browser.post(&path, &moved), 422, &origins);
    let examined = browser.post(&format!("{path}/edit/examine"), &moved);
    check_page(
        &examined,
        200,
        &["id=\"secret-needed\" role=\"status\">The endpoint is at https://elsewhere"],
    );
    let saved = browser.post(&path, &with(&moved, &[("credential-secret", WRONG_KEY)]));
    assert_eq!(saved.status, 303, "{}", saved.body);

    let revision = form();
    let back = [("revision", revision.as_str()), ("endpoint", "http://gpu.example:8000/v1")];
    let saved = browser.post(&path, &with(&moved, &with(&back, &[("credential-kind", "none")])));
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(app.root().get(&format!("/llm-config/v1/configs/{id}")).json(200)["credential"], Value::Null);
}

#[test]
fn edit_of_secret_at_endpoint_of_colleague_needs_confirmation() {
    let app = app();
    let (writer, workspace) = (app.user(OrgRole::User), app.workspace());
    app.member(workspace, writer.id, WorkspaceRole::Write);
    let body = assign(ai_llm(workspace), &json!({"endpoint": "https://llm.example/v1"}));
    let path = format!("/configs/{}", app.root().create_ai_llm(&body));
    let browser = Browser::signed_in(&writer.client);
    let form = browser.get(&format!("{path}/edit"));
    check_page(&form, 200, &["name=\"confirm-endpoint\"", "https://llm.example"]);
    let revision = field(&form, "revision");
    let fields = [
        ("revision", revision.as_str()),
        ("endpoint", "https://llm.example/v1"),
        ("credential-kind", "key"),
        ("credential-secret", WRONG_KEY),
    ];
    check_page(&browser.post(&path, &fields), 422, &["href=\"#endpoint\"", "which would be used at"]);
    let saved = browser.post(&path, &with(&fields, &[("confirm-endpoint", "1")]));
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert!(!browser.get(&format!("{path}/edit")).body.contains("name=\"confirm-endpoint\""));
}

#[test]
fn pages_of_others_are_404_or_403_as_policy_decides() {
    let app = app();
    let (reader, outsider, workspace) = (app.user(OrgRole::User), app.user(OrgRole::User), app.workspace());
    app.member(workspace, reader.id, WorkspaceRole::Read);
    let config = app.workspace_config(workspace);
    let own = create(&app.root(), &llm_with_secret(VALID_KEY));
    let outsider = Browser::signed_in(&outsider.client);
    for page in ["", "/edit", "/checks", "/delete"] {
        for id in [config.to_string(), own.clone(), UNKNOWN_ID.to_owned(), "not-an-id".to_owned()] {
            let found = outsider.get(&format!("/configs/{id}{page}"));
            assert!([403, 404].contains(&found.status), "{id}{page}: {}", found.status);
            assert!(!found.body.contains("team's") && !found.body.contains("gpu.example"));
        }
    }
    check_page(&outsider.get("/configs/not-an-id"), 404, &["There is no such page"]);
    check_page(&outsider.get(&format!("/configs/{UNKNOWN_ID}")), 404, &["There is no such page"]);
    check_page(&outsider.get(&format!("/configs/{config}")), 403, &["You may not do this"]);

    let reader = Browser::signed_in(&reader.client);
    let shown = reader.get(&format!("/configs/{config}"));
    check_page(&shown, 200, &["team&#39;s", "Past checks"]);
    for absent in ["Check now", "/edit\"", "/delete\""] {
        assert!(!shown.body.contains(absent), "{absent}");
    }
    for (method, page) in
        [("GET", "/edit"), ("GET", "/delete"), ("POST", ""), ("POST", "/check"), ("POST", "/delete")]
    {
        let path = format!("/configs/{config}{page}");
        let answer = if method == "GET" { reader.get(&path) } else { reader.post(&path, &[]) };
        check_page(&answer, 403, &["You may not do this"]);
    }
    let scope = workspace.to_string();
    let fields = with(&new_fields("https://a.example", VALID_KEY), &[("scope", &scope)]);
    check_page(&reader.post("/configs", &fields), 403, &["requires the role WRITE"]);
    let stranger = Browser::stranger(&app.root());
    assert_eq!(
        stranger.get("/configs/new").header("location"),
        Some("/console/login?next=%2Fconsole%2Fconfigs%2Fnew")
    );
    check_page(&stranger.post("/configs", &fields), 401, &["Sign in again"]);
}
