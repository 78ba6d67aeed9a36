//! Bad inputs and what they are answered with: `docs/bad-inputs.md` is what these tests saw.

mod ai_llm;
mod case;
mod checks;
mod llms;
mod paths;
mod people;

use llm_config_store::testing::TestDatabase;
use serde_json::{Value, json};

use crate::support::{Response, TestApp, check_snapshot};
use case::{Case, MARK, Section, creation, llm_creation};

const HEAD: &str = "\
Requests with bad input, and the response to each. Rows with 200 or 201 are boundary values that are still
accepted. `{id}` is the id of an existing object.
";

fn sections() -> Vec<Section> {
    let parts =
        [ai_llm::sections(), people::sections(), llms::sections(), checks::sections(), paths::sections()];
    parts.into_iter().flatten().collect()
}

/// Things that requests are about.
struct World {
    app: TestApp,
    ids: Vec<(&'static str, String)>,
}

impl World {
    fn on(database: TestDatabase) -> Self {
        let app = TestApp::on(database);
        let root = app.root();
        let id =
            |answer: &Value, at: &str| answer.pointer(at).and_then(Value::as_str).expect("an id").to_owned();
        let workspace = id(&root.post("/workspace", &json!({"name": MARK})).json(200), "/workspace/id");
        let body = creation(&json!({"name": "first", "key": "zebra-key-0123", "workspaceId": workspace}));
        let config = id(&root.post("/ai/llm", &body).json(200), "/aiLlmId");
        let body = json!({"email": "zebra@example.com", "firstName": "Ada", "lastName": "Lovelace"});
        let user = id(&root.post("/organization/users", &body).json(200), "/data/id");
        let path = format!("/workspace/{workspace}/users");
        root.post(&path, &json!({"userId": user, "role": "READ"})).json(200);
        let body = llm_creation(&json!({"displayName": "first", "labels": {"a": "1"}, "ownerId": user}));
        let llm = id(&root.post("/v1/llms", &body).json(201), "/llm/llmId");
        let key = id(&root.post("/v1/apikeys", &json!({})).json(201), "/apiKeyMetadata/apiKeyId");
        let me = id(&root.get("/v1/users/me").json(200), "/userId");
        let ids = [
            ("workspace", workspace),
            ("config", config),
            ("user", user),
            ("llm", llm),
            ("key", key),
            ("me", me),
            ("token", root.token.expect("a token")),
        ];
        Self { app, ids: ids.into() }
    }

    /// `text` with the ids of what it names in braces.
    fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    fn send(&self, case: &Case) -> Response {
        let body = case.body.as_ref().map(|body| match std::str::from_utf8(body) {
            Ok(text) => self.fill(text).into_bytes(),
            Err(_) => body.clone(),
        });
        let headers: Vec<_> = case.headers.iter().map(|(name, value)| (*name, self.fill(value))).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let client = if case.is_anonymous { self.app.anonymous() } else { self.app.root() };
        client.send(case.method, &self.fill(&case.path), &headers, body.as_deref())
    }

    /// Everything that a request could have stored or changed.
    fn everything(&self) -> Vec<String> {
        let root = self.app.root();
        let lists = ["/ai/llm", "/workspace", "/organization/users", "/v1/llms", "/v1/apikeys"];
        lists.map(|path| root.get(path).json(200).to_string()).to_vec()
    }
}

/// What is true of every refusal; returns its sentence.
#[track_caller]
fn refusal(case: &Case, answer: &Response) -> String {
    let (what, body) = (case.what, answer.json(answer.status));
    // The one exception: who may change an endpoint sees both origins when they differ.
    let quotes_origins = answer.body.contains("but the stored credential was entered for");
    assert!(quotes_origins || !answer.body.contains(MARK), "{what}: {} quotes the request", answer.body);
    let path = case.path.split('?').next().unwrap_or_default();
    let mut members: Vec<_> = body.as_object().expect("an object").keys().map(String::as_str).collect();
    if path == "/v1" || path.starts_with("/v1/") || path.starts_with("/llm-config/") {
        if members.contains(&"violations") {
            assert_eq!(answer.status, 400, "{what}");
            members.retain(|it| *it != "violations");
            let faults = body["violations"].as_array().expect("a list");
            assert!(!faults.is_empty() && faults.len() <= 20, "{what}");
            assert!(faults.iter().all(|it| it["field"].is_string() && it["message"].is_string()), "{what}");
        }
        assert_eq!(members, ["code", "error"], "{what}");
        body["error"].as_str().expect("a sentence").to_owned()
    } else {
        assert_eq!(members, ["message", "success"], "{what}");
        assert_eq!(body["success"], false, "{what}");
        body["message"].as_str().expect("a sentence").to_owned()
    }
}

/// The page, as the app on this database makes it.
fn page(database: TestDatabase) -> String {
    let world = World::on(database);
    let mut page = HEAD.to_owned();
    for Section { title, cases } in sections() {
        page.extend(["\n", title, "\n\n| Input | Request | | Response |\n|---|---|---|---|\n"]);
        let mut before = world.everything();
        for case in cases {
            let answer = world.send(&case);
            let after = world.everything();
            let sentence = if answer.status < 300 {
                accepted(&answer)
            } else {
                assert_eq!(after, before, "{}: something changed", case.what);
                shortened(&refusal(&case, &answer)).replace('|', "\\|")
            };
            before = after;
            let (what, request, status) = (case.what, case.request(), answer.status);
            page.extend([format!("| {what} | `{request}` | {status} | {sentence} |\n")]);
        }
    }
    page
}

/// What a good answer is about.
fn accepted(answer: &Response) -> String {
    let body = answer.json(answer.status);
    let mut lists = body.as_object().expect("an object").values().filter_map(Value::as_array);
    if lists.any(Vec::is_empty) { "an empty list".to_owned() } else { "accepted".to_owned() }
}

/// A sentence that is not too long for a table.
fn shortened(sentence: &str) -> String {
    let (length, start, end) = (sentence.chars().count(), 300, 40);
    if length <= start + end + 100 {
        return sentence.to_owned();
    }
    let shown: String = sentence.chars().take(start).collect();
    format!("{shown} […] {}", sentence.chars().skip(length - end).collect::<String>())
}

#[test]
fn bad_inputs_on_sqlite_match_snapshot() {
    check_snapshot("bad_inputs", &page(TestDatabase::sqlite()));
}

#[cfg(feature = "postgres-tests")]
#[test]
fn bad_inputs_on_postgresql_match_snapshot() {
    check_snapshot("bad_inputs", &page(TestDatabase::postgres()));
}

#[test]
fn bad_inputs_are_unique_and_at_least_ninety() {
    let cases: Vec<_> = sections().into_iter().flat_map(|it| it.cases).collect();
    assert!(cases.len() >= 90, "{}", cases.len());
    let mut seen = std::collections::BTreeSet::new();
    for case in &cases {
        let headers = case.headers.clone();
        let request = (case.method, &case.path, headers, &case.body, case.is_anonymous);
        assert!(seen.insert(request), "{} is there twice", case.what);
    }
}
