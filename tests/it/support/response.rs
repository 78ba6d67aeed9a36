//! A response, and assertions that hold for every response.

use serde_json::Value;

/// A response, read completely.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn read(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = response.body_mut().read_to_string().expect("a readable body");
        Self { status: response.status().as_u16(), headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(header, _)| header == name);
        header.map(|(_, value)| value.as_str())
    }

    /// Asserts the status and returns the JSON.
    #[track_caller]
    pub(crate) fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.body);
        assert!(self.header("x-request-id").is_some_and(|id| !id.is_empty()));
        serde_json::from_str(&self.body).expect("valid JSON")
    }

    /// Asserts the status and an empty body.
    #[track_caller]
    pub(crate) fn empty(&self, status: u16) {
        assert_eq!((self.status, self.body.as_str()), (status, ""));
        assert_eq!(self.header("content-type"), None);
    }

    /// Asserts an error in the format of `/v1` whose message contains each of `parts`.
    #[track_caller]
    pub(crate) fn goodmem_error(&self, status: u16, parts: &[&str]) {
        let code = match status {
            400 | 413 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            405 => "UNIMPLEMENTED",
            409 => "ALREADY_EXISTS",
            429 => "RESOURCE_EXHAUSTED",
            500 => "INTERNAL",
            503 => "UNAVAILABLE",
            other => panic!("{other} is not the status of an error"),
        };
        self.goodmem_error_with(status, code, parts);
    }

    /// Asserts a 409 because of another object's state, not because of a duplicate.
    #[track_caller]
    pub(crate) fn failed_precondition(&self, parts: &[&str]) {
        self.goodmem_error_with(409, "FAILED_PRECONDITION", parts);
    }

    #[track_caller]
    fn goodmem_error_with(&self, status: u16, code: &str, parts: &[&str]) {
        let body = self.json(status);
        let error = body["error"].as_str().expect("the message is a string");
        for part in parts {
            assert!(error.contains(part), "`{error}` does not contain `{part}`");
        }
        assert_eq!(body["code"], code);
        // The official clients print the message behind a prefix of their own.
        assert!(!error.is_empty() && !error.starts_with(char::is_uppercase), "{error}");
    }

    /// The fields that a 400 names, in its order.
    #[track_caller]
    pub(crate) fn error_fields(&self) -> Vec<String> {
        self.goodmem_error(400, &[]);
        let body = self.json(400);
        let field =
            |violation: &Value| violation["field"].as_str().expect("the field is a string").to_owned();
        body["violations"].as_array().expect("the list is an array").iter().map(field).collect()
    }
}
