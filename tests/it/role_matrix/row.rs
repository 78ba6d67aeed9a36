//! A line of the matrix: a route, what it is asked about, and the request.

use serde_json::Value;

use super::actor::{Who, World};
use crate::support::{Response, TestApp};

/// A line of the matrix.
pub(super) struct Line {
    pub(super) method: &'static str,
    /// As in the table of routes.
    pub(super) path: &'static str,
    /// What is asked about.
    pub(super) about: &'static str,
    /// Makes it and asks.
    pub(super) ask: fn(&World<'_>) -> Asked,
}

/// A request.
pub(super) struct Asked {
    path: String,
    body: Option<Value>,
    /// What a list may show.
    shows: Option<String>,
}

pub(super) const fn line(
    method: &'static str,
    path: &'static str,
    about: &'static str,
    ask: fn(&World<'_>) -> Asked,
) -> Line {
    Line { method, path, about, ask }
}

/// Without a body.
pub(super) fn at(path: impl Into<String>) -> Asked {
    Asked { path: path.into(), body: None, shows: None }
}

/// With a body.
pub(super) fn with_body(path: impl Into<String>, body: Value) -> Asked {
    Asked { body: Some(body), ..at(path) }
}

/// For a list, which shows that id or does not.
pub(super) fn list(path: impl Into<String>, id: &impl ToString) -> Asked {
    Asked { shows: Some(id.to_string()), ..at(path) }
}

/// An answer, as it stands in the matrix and whole.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) is_list: bool,
    pub(super) answer: Response,
    pub(super) me: String,
}

impl Line {
    pub(super) fn route(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Asks as `who`.
    pub(super) fn cell(&self, app: &TestApp, who: Who) -> Cell {
        let world = World::of(app, who);
        let Asked { path, body, shows } = (self.ask)(&world);
        assert!(self.fits(&path), "{path} is not {}", self.route());
        let body = body.map(|it| it.to_string());
        let headers: &[_] = if body.is_some() { &[("content-type", "application/json")] } else { &[] };
        let answer = world.client.send(self.method, &path, headers, body.as_deref().map(str::as_bytes));
        let sign = match &shows {
            Some(id) if answer.status == 200 && answer.body.contains(id) => " +",
            Some(_) if answer.status == 200 => " -",
            Some(_) | None => "",
        };
        let text = format!("{}{sign}", answer.status);
        Cell { text, is_list: shows.is_some(), answer, me: world.me.to_string() }
    }

    /// Whether a path is one of this route.
    fn fits(&self, path: &str) -> bool {
        let path = path.split('?').next().unwrap_or_default();
        let (pattern, path) = (self.path.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern.zip(path).all(|(part, given)| part == given || part.starts_with('{'))
    }
}
