//! An answer, and what is true of every answer.

use serde_json::Value;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn read(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let text = |it: &ureq::http::HeaderValue| String::from_utf8_lossy(it.as_bytes()).into_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = response.body_mut().read_to_string().expect("a body");
        Self { status: response.status().as_u16(), headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The JSON of an answer with that status.
    #[track_caller]
    pub(crate) fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.body);
        assert!(self.header("x-request-id").is_some_and(|id| !id.is_empty()));
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Asserts an answer without a body.
    #[track_caller]
    pub(crate) fn empty(&self, status: u16) {
        assert_eq!((self.status, self.body.as_str()), (status, ""));
        assert_eq!(self.header("content-type"), None);
    }

    /// Asserts a refusal whose sentence has each of `parts`.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, parts: &[&str]) {
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
            other => panic!("{other} is no refusal"),
        };
        self.refused_as(status, code, parts);
    }

    /// Asserts a 409 not because it exists already, but because something else is in the way.
    #[track_caller]
    pub(crate) fn blocked(&self, parts: &[&str]) {
        self.refused_as(409, "FAILED_PRECONDITION", parts);
    }

    #[track_caller]
    fn refused_as(&self, status: u16, code: &str, parts: &[&str]) {
        let body = self.json(status);
        let error = body["error"].as_str().expect("a sentence");
        for part in parts {
            assert!(error.contains(part), "`{error}` does not say `{part}`");
        }
        assert_eq!(body["code"], code);
        // Also true of every refusal: clients show its first 500 characters.
        assert!(!error.is_empty() && !error.starts_with(char::is_uppercase), "{error}");
    }

    /// The fields that a refusal of a malformed request names, in its order.
    #[track_caller]
    pub(crate) fn faults(&self) -> Vec<String> {
        self.refused(400, &[]);
        let body = self.json(400);
        let field = |it: &Value| it["field"].as_str().expect("a field").to_owned();
        body["violations"].as_array().expect("faults").iter().map(field).collect()
    }
}
