//! A request with bad input, and its description.

use serde_json::{Value, json};

use crate::support::{ai_llm, assign, llm_at};

/// A word in the values of the requests. No error message may contain the word.
pub(super) const MARK: &str = "zebra";

/// A section of the snapshot.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) cases: Vec<Case>,
}

/// A request. Names in braces in its path, headers and body are replaced by ids of the [`super::Fixture`].
pub(super) struct Case {
    pub(super) description: &'static str,
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) is_anonymous: bool,
}

impl Case {
    /// The method and the path, as in the snapshot.
    pub(super) fn request(&self) -> String {
        let path = self.path.replace("/users/{me}", "/users/{user}");
        let path = path.replace("/workspace/{workspace}/users/{user}", "/workspace/{id}/users/{userId}");
        let ids = ["{workspace}", "{config}", "{llm}", "{key}", "{user}", "{shared_config}", "{shared_llm}"];
        let path = ids.into_iter().fold(path, |path, id| path.replace(id, "{id}"));
        let start: String = path.chars().take(60).collect();
        let more = if start.len() < path.len() { "…" } else { "" };
        format!("{} {start}{more}", self.method)
    }

    /// Replaces the content type.
    pub(super) fn with_content_type(mut self, content_type: &str) -> Self {
        self.headers = vec![("content-type", content_type.to_owned())];
        self
    }

    /// Adds a header.
    pub(super) fn with_header(mut self, header: &'static str, value: &str) -> Self {
        self.headers.push((header, value.to_owned()));
        self
    }

    /// Sends this header instead of the token.
    pub(super) fn with_token(self, header: &'static str, value: &str) -> Self {
        Self { is_anonymous: true, ..self }.with_header(header, value)
    }
}

/// A request without a body.
pub(super) fn request_without_body(description: &'static str, method: &'static str, path: &str) -> Case {
    Case { description, method, path: path.to_owned(), headers: vec![], body: None, is_anonymous: false }
}

/// A request with this body and the content type of JSON.
pub(super) fn raw_request(
    description: &'static str,
    method: &'static str,
    path: &str,
    body: impl Into<Vec<u8>>,
) -> Case {
    let headers = vec![("content-type", "application/json".to_owned())];
    Case { headers, body: Some(body.into()), ..request_without_body(description, method, path) }
}

/// A request with a JSON body.
pub(super) fn json_request(
    description: &'static str,
    method: &'static str,
    path: &str,
    body: &Value,
) -> Case {
    raw_request(description, method, path, body.to_string())
}

/// A valid body of `POST /ai/llm`, with these changes.
pub(super) fn creation(changes: &Value) -> Value {
    let base = json!({"name": "zebra", "endpoint": "https://zebra.example/v1", "secret": "sk-zebra-0123"});
    assign(assign(ai_llm("{workspace}"), &base), changes)
}

/// A valid body of `POST /v1/llms`, with these changes.
pub(super) fn llm_creation(changes: &Value) -> Value {
    assign(llm_at("https://zebra.example/v1", "zebra", Some("sk-zebra-0123")), changes)
}

/// Credentials of the kind API key.
pub(super) fn api_key(api_key: &Value) -> Value {
    json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": api_key})
}

/// Requests whose bodies are not a JSON object.
pub(super) fn malformed_bodies(path: &str) -> Vec<Case> {
    let post = |description, body: &[u8]| raw_request(description, "POST", path, body);
    let nested = |n: usize, open: &str, close: &str| open.repeat(n) + &close.repeat(n);
    vec![
        request_without_body("no body", "POST", path),
        post("an empty body", b""),
        post("white space", b" \n\t"),
        post("an object that does not end", b"{"),
        post("a string that does not end", br#"{"name": "zebra"#),
        post("two objects", b"{} {}"),
        post("a trailing comma", br#"{"name": "zebra",}"#),
        post("single quotes", b"{'name': 'zebra'}"),
        post("a comment", b"{} // zebra"),
        post("`NaN` as a value", br#"{"name": NaN}"#),
        post("a number with a leading zero", br#"{"name": 01}"#),
        post("an array instead of an object", br#"["zebra"]"#),
        post("a string instead of an object", br#""zebra""#),
        post("a number instead of an object", b"7"),
        post("`null` instead of an object", b"null"),
        post("100,000 nested arrays", nested(100_000, "[", "]").as_bytes()),
        post(
            "an object with 100,000 nested objects",
            format!(r#"{{"name": {}}}"#, nested(100_000, r#"{"a":"#, "}").replacen(":}", ":1}", 1))
                .as_bytes(),
        ),
        post("bytes that are not UTF-8", b"{\"name\": \"zebra\xff\"}"),
        post("an overlong encoding of `/`", b"{\"name\": \"zebra\xc0\xaf\"}"),
        post("UTF-16", b"\xff\xfe{\0}\0"),
        post("a byte order mark before the object", b"\xef\xbb\xbf{}"),
        post("a NUL byte after the object", b"{}\0"),
        post("a body of 2 MiB", " ".repeat(2 * 1024 * 1024).as_bytes()),
    ]
}
