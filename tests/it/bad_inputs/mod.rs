//! Requests with bad input. Their responses are in `snapshots/bad_inputs.snap`.

mod ai_llm;
mod case;
mod checks;
mod llms;
mod paths;
mod people;

use llm_config_core::access::OrgRole;
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

/// An app, and the ids of the objects in its database.
struct Fixture {
    app: TestApp,
    ids: Vec<(&'static str, String)>,
}

impl Fixture {
    fn with_database(database: TestDatabase) -> Self {
        let app = TestApp::with_database(database);
        let root = app.root();
        let id = |response: &Value, pointer: &str| {
            response.pointer(pointer).and_then(Value::as_str).expect("an id").to_owned()
        };
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
        // Objects whose origin another user than the caller has set.
        let admin = app.user(OrgRole::Administrators);
        let changes =
            json!({"name": "shared", "endpoint": "https://shared.example/v1", "workspaceId": workspace});
        let shared_config = id(&admin.client.post("/ai/llm", &creation(&changes)).json(200), "/aiLlmId");
        let changes =
            json!({"displayName": "shared", "endpointUrl": "https://shared.example/v1", "ownerId": user});
        let shared_llm = id(&admin.client.post("/v1/llms", &llm_creation(&changes)).json(201), "/llm/llmId");
        let ids = [
            ("workspace", workspace),
            ("config", config),
            ("user", user),
            ("llm", llm),
            ("key", key),
            ("me", me),
            ("admin", admin.id.to_string()),
            ("shared_config", shared_config),
            ("shared_llm", shared_llm),
            ("token", root.token.expect("root has a token")),
        ];
        Self { app, ids: ids.into() }
    }

    /// Replaces names in braces by ids.
    fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// Replaces the administrator's id and the time in a message, because they differ in each run.
    fn redact(&self, message: &str) -> String {
        let admin = self.fill("{admin}");
        let message = message.replace(&admin, "{admin}");
        let Some((start, rest)) = message.split_once(" (Ada Lovelace) on ") else { return message };
        let end = rest.split_once(';').expect("more of the message").1;
        format!("{start} (Ada Lovelace) on {{time}};{end}")
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

    /// The responses of every list route. They are equal before and after a request that changes no object.
    fn lists(&self) -> Vec<String> {
        let root = self.app.root();
        let lists = ["/ai/llm", "/workspace", "/organization/users", "/v1/llms", "/v1/apikeys"];
        lists.map(|path| root.get(path).json(200).to_string()).to_vec()
    }
}

/// Asserts the format of an error and that it quotes no value; returns its message.
#[track_caller]
fn error_message(case: &Case, response: &Response) -> String {
    let (description, body) = (case.description, response.json(response.status));
    // Only an error about a changed origin quotes values of the request: both origins.
    let quotes_origins = response.body.contains("but the stored credential was entered for");
    assert!(
        quotes_origins || !response.body.contains(MARK),
        "{description}: {} quotes the request",
        response.body
    );
    let path = case.path.split('?').next().unwrap_or_default();
    let mut members: Vec<_> =
        body.as_object().expect("the value is a JSON object").keys().map(String::as_str).collect();
    if path == "/v1" || path.starts_with("/v1/") || path.starts_with("/llm-config/") {
        if members.contains(&"violations") {
            assert_eq!(response.status, 400, "{description}");
            members.retain(|name| *name != "violations");
            let violations = body["violations"].as_array().expect("the list is an array");
            assert!(!violations.is_empty() && violations.len() <= 20, "{description}");
            assert!(
                violations
                    .iter()
                    .all(|violation| violation["field"].is_string() && violation["message"].is_string()),
                "{description}"
            );
        }
        assert_eq!(members, ["code", "error"], "{description}");
        body["error"].as_str().expect("the message is a string").to_owned()
    } else {
        assert_eq!(members, ["message", "success"], "{description}");
        assert_eq!(body["success"], false, "{description}");
        body["message"].as_str().expect("the message is a string").to_owned()
    }
}

/// The snapshot of two apps on these empty databases. The first app is initialised, the second is not.
fn report([initialised, uninitialised]: [TestDatabase; 2]) -> String {
    let mut text = HEAD.to_owned();
    let fixture = Fixture::with_database(initialised);
    for Section { title, cases } in sections() {
        text += &heading(title);
        for case in cases {
            let before = fixture.lists();
            let response = fixture.send(&case);
            let is_unchanged = fixture.lists() == before;
            assert!(
                response.status < 300 || is_unchanged,
                "{}: the request changed an object",
                case.description
            );
            text += &row(&fixture, &case, &response);
        }
    }
    let fixture = Fixture { app: TestApp::with_wait_for_init(uninitialised), ids: Vec::new() };
    text += &heading(paths::INIT_TITLE);
    for case in paths::init() {
        text += &row(&fixture, &case, &fixture.send(&case));
    }
    let init = fixture.app.anonymous().post_empty("/v1/system/init").json(200);
    assert_eq!(init["alreadyInitialized"], false, "a request with bad input initialised the server");
    text
}

fn heading(title: &str) -> String {
    format!("\n{title}\n\n| Input | Request | | Response |\n|---|---|---|---|\n")
}

fn row(fixture: &Fixture, case: &Case, response: &Response) -> String {
    let message = if response.status < 300 {
        accepted(response)
    } else {
        shortened(&fixture.redact(&error_message(case, response))).replace('|', "\\|")
    };
    format!("| {} | `{}` | {} | {message} |\n", case.description, case.request(), response.status)
}

/// Describes a successful response.
fn accepted(response: &Response) -> String {
    let body = response.json(response.status);
    let mut lists =
        body.as_object().expect("the value is a JSON object").values().filter_map(Value::as_array);
    if lists.any(Vec::is_empty) { "an empty list".to_owned() } else { "accepted".to_owned() }
}

/// Shortens a long message.
fn shortened(message: &str) -> String {
    let (length, start, end) = (message.chars().count(), 300, 40);
    if length <= start + end + 100 {
        return message.to_owned();
    }
    let beginning: String = message.chars().take(start).collect();
    format!("{beginning} […] {}", message.chars().skip(length - end).collect::<String>())
}

#[test]
fn bad_inputs_on_sqlite_match_snapshot() {
    check_snapshot("bad_inputs", &report([(); 2].map(|()| TestDatabase::sqlite())));
}

#[cfg(feature = "postgres-tests")]
#[test]
fn bad_inputs_on_postgresql_match_snapshot() {
    check_snapshot("bad_inputs", &report([(); 2].map(|()| TestDatabase::postgres())));
}

#[test]
fn bad_inputs_are_unique_and_at_least_ninety() {
    let cases = sections().into_iter().flat_map(|section| section.cases).chain(paths::init());
    let cases: Vec<_> = cases.collect();
    assert!(cases.len() >= 90, "{}", cases.len());
    let mut requests = std::collections::BTreeSet::new();
    for case in &cases {
        let headers = case.headers.clone();
        let request = (case.method, &case.path, headers, &case.body, case.is_anonymous);
        assert!(requests.insert(request), "{} is a duplicate", case.description);
    }
}
