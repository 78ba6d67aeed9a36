//! Every page of the console, opened by every role: the status that each role gets.
//!
//! Reviewers read `snapshots/role_matrix_of_pages.snap`. The columns are those of the routes.

use std::collections::BTreeSet;

use llm_config_server::http::console_pages;
use llm_config_store::testing::TestDatabase;

use super::actor::{Actor, Scenario};
use super::matrix::{MatrixRow, matrix};
use crate::support::{Browser, TestApp, UNKNOWN_ID, check_snapshot};

const LEGEND: &str = "\
# The status that each role gets: every page of the console, the object of the page, a column for each role.
# The columns are those of role_matrix.snap, signed in with their token.
#
#   303  a redirect: after a change, or without a session to the page to sign in
#   422  the form again, with what is wrong
";

/// The fields of a form.
type Form = Vec<(&'static str, String)>;

/// A page, its object, and the request about it.
struct PageRow {
    /// The method and the path, as in the table of pages.
    page: &'static str,
    object: &'static str,
    /// Creates the object; the path below the console, and the fields of the form.
    request: fn(&Scenario<'_>) -> (String, Form),
}

/// A row without fields.
macro_rules! row {
    ($page:literal, $object:literal, |$scenario:pat_param| $path:expr) => {
        PageRow { page: $page, object: $object, request: |$scenario| ($path.to_string(), Vec::new()) }
    };
    ($page:literal, $object:literal, |$scenario:pat_param| $path:expr, $fields:expr) => {
        PageRow { page: $page, object: $object, request: |$scenario| ($path.to_string(), $fields) }
    };
}

fn fields<const N: usize>(fields: [(&'static str, &str); N]) -> Form {
    fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

/// The form of a new configuration.
fn new_config(scope: String) -> Form {
    let mut form = fields([
        ("name", "assistant"),
        ("provider", "OPENAI"),
        ("endpoint", "https://api.openai.com/v1"),
        ("model", "tiny"),
        ("credential-kind", "key"),
        ("credential-secret", "sk-0123456789abcdef0123"),
    ]);
    form.push(("scope", scope));
    form
}

fn person() -> Form {
    fields([("first-name", "Ada"), ("last-name", "Lovelace")])
}

fn new_person(email: &str, role: &str) -> Form {
    let mut form = person();
    form.extend(fields([("email", email), ("role", role)]));
    form
}

fn token(usage: &str) -> Form {
    fields([("use", usage), ("expires", "7")])
}

const NAME: [(&str, &str); 1] = [("name", "a name")];

const ROWS: &[PageRow] = &[
    row!("GET /console/assets/{name}", "a missing file", |_| "/assets/none.css"),
    row!("GET /console", "oneself", |_| ""),
    row!("GET /console/login", "anyone", |_| "/login"),
    row!("POST /console/login", "a wrong token", |_| "/login", fields([("token", "gm_wrong")])),
    row!("POST /console/login/link", "a wrong code", |_| "/login/link", fields([("login-code", "x")])),
    row!("POST /console/logout", "oneself", |_| "/logout"),
    row!("POST /console/session/extend", "oneself", |_| "/session/extend"),
    row!("GET /console/account", "oneself", |_| "/account"),
    row!("POST /console/account/preferences", "oneself", |_| "/account/preferences"),
    row!("GET /console/sessions", "oneself", |_| "/sessions"),
    row!("POST /console/sessions/{id}/end", "a missing one", |_| format!("/sessions/{UNKNOWN_ID}/end")),
    row!("GET /console/tokens", "all", |_| "/tokens"),
    row!("GET /console/tokens/new", "oneself", |_| "/tokens/new"),
    row!("POST /console/tokens", "for oneself, all rights", |_| "/tokens", token("all")),
    row!("POST /console/tokens", "for oneself, to call", |_| "/tokens", token("call")),
    row!("GET /console/tokens/{id}/revoke", "own", |s| format!("/tokens/{}/revoke", s.token(s.me))),
    row!("GET /console/tokens/{id}/revoke", "a stranger's", |s| format!(
        "/tokens/{}/revoke",
        s.token(s.stranger())
    )),
    row!("GET /console/tokens/{id}/revoke", "an OWNER's", |s| format!(
        "/tokens/{}/revoke",
        s.token(s.owner())
    )),
    row!("POST /console/tokens/{id}/revoke", "own", |s| format!("/tokens/{}/revoke", s.token(s.me))),
    row!("POST /console/tokens/{id}/revoke", "a stranger's", |s| format!(
        "/tokens/{}/revoke",
        s.token(s.stranger())
    )),
    row!("POST /console/tokens/{id}/revoke", "an OWNER's", |s| format!(
        "/tokens/{}/revoke",
        s.token(s.owner())
    )),
    row!("GET /console/usage", "all", |_| "/usage"),
    row!("GET /console/workspaces", "all", |_| "/workspaces"),
    row!("POST /console/workspaces", "a new one", |_| "/workspaces", fields(NAME)),
    row!("GET /console/workspaces/{id}", "the workspace", |s| format!("/workspaces/{}", s.workspace)),
    row!("GET /console/workspaces/{id}", "another workspace", |s| format!(
        "/workspaces/{}",
        s.other_workspace()
    )),
    row!(
        "POST /console/workspaces/{id}",
        "the workspace",
        |s| format!("/workspaces/{}", s.workspace),
        fields([("name", "another name")])
    ),
    row!("GET /console/workspaces/{id}/delete", "the workspace", |s| format!(
        "/workspaces/{}/delete",
        s.workspace
    )),
    row!("POST /console/workspaces/{id}/delete", "the workspace", |s| format!(
        "/workspaces/{}/delete",
        s.workspace
    )),
    row!(
        "POST /console/workspaces/{id}/members",
        "a missing user",
        |s| format!("/workspaces/{}/members", s.workspace),
        fields([("email", "none@example.com"), ("role", "READ")])
    ),
    row!(
        "POST /console/workspaces/{id}/members/{user}",
        "a colleague, to ADMIN",
        |s| format!("/workspaces/{}/members/{}", s.workspace, s.colleague()),
        fields([("role", "ADMIN")])
    ),
    row!("POST /console/workspaces/{id}/members/{user}/remove", "a colleague", |s| format!(
        "/workspaces/{}/members/{}/remove",
        s.workspace,
        s.colleague()
    )),
    row!("GET /console/people", "all", |_| "/people"),
    row!("GET /console/people/new", "anyone", |_| "/people/new"),
    row!("POST /console/people", "a USER", |_| "/people", new_person("new@example.com", "USER")),
    row!("POST /console/people", "an OWNER", |_| "/people", new_person("boss@example.com", "OWNER")),
    row!("GET /console/people/{id}", "oneself", |s| format!("/people/{}", s.me)),
    row!("GET /console/people/{id}", "a colleague", |s| format!("/people/{}", s.colleague())),
    row!("GET /console/people/{id}", "a stranger", |s| format!("/people/{}", s.stranger())),
    row!("POST /console/people/{id}", "a stranger", |s| format!("/people/{}", s.stranger()), person()),
    row!("GET /console/people/{id}/delete", "a stranger", |s| format!("/people/{}/delete", s.stranger())),
    row!("POST /console/people/{id}/delete", "a stranger", |s| format!("/people/{}/delete", s.stranger())),
    row!("POST /console/people/{id}/delete", "an OWNER", |s| format!("/people/{}/delete", s.owner())),
    row!("GET /console/people/{id}/sessions", "a stranger", |s| format!("/people/{}/sessions", s.stranger())),
    row!("GET /console/people/{id}/sessions", "an OWNER", |s| format!("/people/{}/sessions", s.owner())),
    row!("POST /console/people/{id}/sessions/end", "oneself", |s| format!("/people/{}/sessions/end", s.me)),
    row!("POST /console/people/{id}/sessions/end", "a stranger", |s| format!(
        "/people/{}/sessions/end",
        s.stranger()
    )),
    row!("POST /console/people/{id}/sessions/end", "an OWNER", |s| format!(
        "/people/{}/sessions/end",
        s.owner()
    )),
    row!("GET /console/configs", "all", |_| "/configs"),
    row!("GET /console/configs/new", "anyone", |_| "/configs/new"),
    row!("POST /console/configs", "own", |_| "/configs", new_config("own".to_owned())),
    PageRow {
        page: "POST /console/configs",
        object: "in the workspace",
        request: |s| ("/configs".to_owned(), new_config(s.workspace.to_string())),
    },
    row!(
        "POST /console/configs/new/examine",
        "own",
        |_| "/configs/new/examine",
        new_config("own".to_owned())
    ),
    PageRow {
        page: "POST /console/configs/new/examine",
        object: "in the workspace",
        request: |s| ("/configs/new/examine".to_owned(), new_config(s.workspace.to_string())),
    },
    row!("POST /console/configs/new/check", "own", |_| "/configs/new/check", new_config("own".to_owned())),
    row!("GET /console/configs/{id}", "own", |s| format!("/configs/{}", s.llm(s.me))),
    row!("GET /console/configs/{id}", "a stranger's", |s| format!("/configs/{}", s.llm(s.stranger()))),
    row!("GET /console/configs/{id}", "one of the workspace", |s| format!(
        "/configs/{}",
        s.config(s.workspace)
    )),
    row!("GET /console/configs/{id}", "a missing one", |_| format!("/configs/{UNKNOWN_ID}")),
    row!("POST /console/configs/{id}", "a stranger's", |s| format!("/configs/{}", s.llm(s.stranger()))),
    row!("POST /console/configs/{id}", "one of the workspace", |s| format!(
        "/configs/{}",
        s.config(s.workspace)
    )),
    row!("POST /console/configs/{id}/check", "a stranger's", |s| format!(
        "/configs/{}/check",
        s.llm(s.stranger())
    )),
    row!("GET /console/configs/{id}/checks", "a stranger's", |s| format!(
        "/configs/{}/checks",
        s.llm(s.stranger())
    )),
    row!("GET /console/configs/{id}/checks", "one of the workspace", |s| format!(
        "/configs/{}/checks",
        s.config(s.workspace)
    )),
    row!("GET /console/configs/{id}/edit", "a stranger's", |s| format!(
        "/configs/{}/edit",
        s.llm(s.stranger())
    )),
    row!("GET /console/configs/{id}/edit", "one of the workspace", |s| format!(
        "/configs/{}/edit",
        s.config(s.workspace)
    )),
    row!("POST /console/configs/{id}/edit/examine", "a stranger's", |s| format!(
        "/configs/{}/edit/examine",
        s.llm(s.stranger())
    )),
    row!("POST /console/configs/{id}/edit/check", "a stranger's", |s| format!(
        "/configs/{}/edit/check",
        s.llm(s.stranger())
    )),
    row!("GET /console/configs/{id}/delete", "a stranger's", |s| format!(
        "/configs/{}/delete",
        s.llm(s.stranger())
    )),
    row!("GET /console/configs/{id}/delete", "one of the workspace", |s| format!(
        "/configs/{}/delete",
        s.config(s.workspace)
    )),
    row!("POST /console/configs/{id}/delete", "a stranger's", |s| format!(
        "/configs/{}/delete",
        s.llm(s.stranger())
    )),
    row!("POST /console/configs/{id}/delete", "one of the workspace", |s| format!(
        "/configs/{}/delete",
        s.config(s.workspace)
    )),
];

impl MatrixRow for PageRow {
    fn route(&self) -> String {
        self.page.to_owned()
    }

    fn object(&self) -> &'static str {
        self.object
    }

    fn cell_text(&self, app: &TestApp, actor: Actor) -> String {
        self.status(app, actor).to_string()
    }
}

impl PageRow {
    /// The status of the page for `actor`, with objects of its own.
    fn status(&self, app: &TestApp, actor: Actor) -> u16 {
        let scenario = Scenario::new(app, actor);
        let (path, fields) = (self.request)(&scenario);
        let browser = if scenario.client.token.is_some() {
            Browser::signed_in(&scenario.client)
        } else {
            Browser::stranger(&scenario.client)
        };
        if self.page.starts_with("GET") {
            return browser.get(&path).status;
        }
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&path, &fields).status
    }
}

#[test]
fn pages_and_matrix_rows_match() {
    let rows: BTreeSet<_> = ROWS.iter().map(|row| row.page.to_owned()).collect();
    let pages: BTreeSet<_> = console_pages().into_iter().map(|page| page.name).collect();
    assert_eq!(rows, pages, "every page of http/console/pages.rs needs a row, and the reverse");
}

#[test]
fn role_matrix_of_pages_matches_snapshot() {
    let rows: Vec<_> = ROWS.iter().collect();
    check_snapshot("role_matrix_of_pages", &matrix(LEGEND, &rows));
}

#[test]
fn page_without_session_shows_nothing_but_sign_in() {
    let app = TestApp::with_database(TestDatabase::sqlite());
    let public: BTreeSet<_> =
        console_pages().into_iter().filter(|page| !page.needs_session).map(|page| page.name).collect();
    for row in ROWS.iter().filter(|row| !public.contains(row.page)) {
        let expected = if row.page.starts_with("GET") { 303 } else { 401 };
        assert_eq!(row.status(&app, Actor::Anonymous), expected, "{}", row.page);
    }
}
