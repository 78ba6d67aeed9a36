//! A row of the matrix: a route, an object, and the request about it.

use serde_json::Value;

use super::actor::{Actor, Scenario};
use super::matrix::MatrixRow;
use crate::support::{Response, TestApp};

/// A row of the matrix.
pub(super) struct Row {
    pub(super) method: &'static str,
    /// The path, as in the table of routes.
    pub(super) path: &'static str,
    /// The object of the request.
    pub(super) object: &'static str,
    /// Creates the object and builds the request.
    request: fn(&Scenario<'_>) -> Request,
}

/// A request.
pub(super) struct Request {
    path: String,
    body: Option<Value>,
    /// The id of an object that the list in the response may contain.
    listed_id: Option<String>,
}

pub(super) const fn row(
    method: &'static str,
    path: &'static str,
    object: &'static str,
    request: fn(&Scenario<'_>) -> Request,
) -> Row {
    Row { method, path, object, request }
}

/// A request without a body.
pub(super) fn without_body(path: impl Into<String>) -> Request {
    Request { path: path.into(), body: None, listed_id: None }
}

/// A request with a body.
pub(super) fn with_body(path: impl Into<String>, body: Value) -> Request {
    Request { body: Some(body), ..without_body(path) }
}

/// A request for a list, and the id of the object whose presence in the list the cell reports.
pub(super) fn list(path: impl Into<String>, id: &impl ToString) -> Request {
    Request { listed_id: Some(id.to_string()), ..without_body(path) }
}

/// A cell of the matrix: its text, and the response.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) is_list: bool,
    pub(super) response: Response,
    /// The id of the user who sent the request.
    pub(super) user_id: String,
}

impl MatrixRow for Row {
    fn route(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn object(&self) -> &'static str {
        self.object
    }

    fn cell_text(&self, app: &TestApp, actor: Actor) -> String {
        self.cell(app, actor).text
    }
}

impl Row {
    /// Sends the request as `actor`.
    pub(super) fn cell(&self, app: &TestApp, actor: Actor) -> Cell {
        let scenario = Scenario::new(app, actor);
        let Request { path, body, listed_id } = (self.request)(&scenario);
        assert!(self.matches(&path), "{path} is not a path of {}", self.route());
        let body = body.map(|body| body.to_string());
        let headers: &[_] = if body.is_some() { &[("content-type", "application/json")] } else { &[] };
        let body = body.as_deref().map(str::as_bytes);
        let response = scenario.client.send(self.method, &path, headers, body);
        let sign = match &listed_id {
            Some(id) if response.status == 200 && response.body.contains(id) => " +",
            Some(_) if response.status == 200 => " -",
            Some(_) | None => "",
        };
        let text = format!("{}{sign}", response.status);
        Cell { text, is_list: listed_id.is_some(), response, user_id: scenario.me.to_string() }
    }

    fn matches(&self, path: &str) -> bool {
        let path = path.split('?').next().unwrap_or_default();
        let (pattern, path) = (self.path.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern.zip(path).all(|(part, given)| part == given || part.starts_with('{'))
    }
}
