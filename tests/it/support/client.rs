//! An HTTP client: the one function through which tests reach the API.

use serde_json::Value;

use super::Response;

/// A client with a token, or without one.
#[derive(Clone)]
pub(crate) struct Client {
    base: String,
    pub(crate) token: Option<String>,
}

impl Client {
    pub(crate) fn new(base: &str, token: Option<&str>) -> Self {
        Self { base: base.to_owned(), token: token.map(str::to_owned) }
    }

    /// The address of the server, as `http://HOST:PORT`.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Sends one request on a new connection. The token goes into the header `x-api-key`.
    #[track_caller]
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Response {
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
        let response = match body {
            Some(body) => agent.run(request.body(body).expect("a request")),
            None => agent.run(request.body(()).expect("a request")),
        };
        Response::read(response.unwrap_or_else(|error| panic!("{method} {path}: {error}")))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], None)
    }

    #[track_caller]
    pub(crate) fn delete(&self, path: &str) -> Response {
        self.send("DELETE", path, &[], None)
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Response {
        self.text("POST", path, &body.to_string())
    }

    /// Sends a POST without a body.
    #[track_caller]
    pub(crate) fn post_empty(&self, path: &str) -> Response {
        self.send("POST", path, &[], None)
    }

    #[track_caller]
    pub(crate) fn put(&self, path: &str, body: &Value) -> Response {
        self.text("PUT", path, &body.to_string())
    }

    /// Sends any text with the content type of JSON.
    #[track_caller]
    pub(crate) fn text(&self, method: &str, path: &str, body: &str) -> Response {
        self.send(method, path, &[("content-type", "application/json")], Some(body.as_bytes()))
    }

    /// Creates an LLM and returns it.
    #[track_caller]
    pub(crate) fn create_llm(&self, body: &Value) -> Value {
        self.post("/v1/llms", body).json(201)["llm"].clone()
    }

    /// Creates an LLM and returns its path.
    #[track_caller]
    pub(crate) fn create_llm_path(&self, body: &Value) -> String {
        format!("/v1/llms/{}", self.create_llm(body)["llmId"].as_str().expect("the id is a string"))
    }

    /// The names of the LLMs in a list, in its order.
    #[track_caller]
    pub(crate) fn llm_names(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/v1/llms{query}")).json(200);
        let names = list["llms"].as_array().expect("the list is an array").iter();
        names.map(|llm| llm["displayName"].as_str().expect("the name is a string").to_owned()).collect()
    }
}
