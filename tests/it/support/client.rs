//! A client of the API: the one function through which the tests touch it.

use serde_json::Value;

use super::Answer;

/// Whoever has this token; anonymous without one.
#[derive(Clone)]
pub(crate) struct Client {
    base: String,
    pub(crate) token: Option<String>,
}

impl Client {
    pub(crate) fn new(base: &str, token: Option<&str>) -> Self {
        Self { base: base.to_owned(), token: token.map(str::to_owned) }
    }

    /// Sends one request, on a connection of its own.
    #[track_caller]
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("x-api-key", token);
        }
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .proxy(None)
            .build()
            .into();
        let answered = match body {
            Some(body) => agent.run(request.body(body).expect("a request")),
            None => agent.run(request.body(()).expect("a request")),
        };
        Answer::read(answered.unwrap_or_else(|error| panic!("{method} {path}: {error}")))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    #[track_caller]
    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], None)
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.text("POST", path, &body.to_string())
    }

    #[track_caller]
    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.text("PUT", path, &body.to_string())
    }

    /// Sends a body that says to be JSON.
    #[track_caller]
    pub(crate) fn text(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(method, path, &[("content-type", "application/json")], Some(body.as_bytes()))
    }

    /// Creates an LLM that there is nothing wrong with and returns it.
    #[track_caller]
    pub(crate) fn create(&self, body: &Value) -> Value {
        self.post("/v1/llms", body).json(201)["llm"].clone()
    }

    /// As [`Self::create`]; returns the path of the LLM.
    #[track_caller]
    pub(crate) fn created(&self, body: &Value) -> String {
        format!("/v1/llms/{}", self.create(body)["llmId"].as_str().expect("an id"))
    }

    /// The names of the LLMs that a list shows.
    #[track_caller]
    pub(crate) fn names(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/llms{query}")).json(200);
        let names = list["llms"].as_array().expect("a list").iter();
        names.map(|llm| llm["displayName"].as_str().expect("a name").to_owned()).collect()
    }
}
