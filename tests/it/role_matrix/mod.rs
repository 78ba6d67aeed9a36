//! Every route of the reviewed table, asked by everybody: who gets which status.
//!
//! `snapshots/role_matrix.snap` is what the reviewers read: one line for each thing that a route is asked about,
//! one column for each role.

mod actor;
mod checks;
mod llms;
mod people;
mod row;
mod server;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};

use llm_config_server::http::document::Document;
use llm_config_server::http::routes::{self, Route, RouteAuth};
use llm_config_store::testing::TestDatabase;
use serde_json::Value;

use crate::support::{TestApp, check_snapshot};
use actor::{COLUMNS, Who};
use row::Line;

const LEGEND: &str = "\
# Who gets which status: each route of the reviewed table, what it is asked about, and the answer to each role.
# A `+` tells that a list shows what it is asked about, a `-` that it does not.
#
#   nobody     no token
#   no right   an OWNER's token, narrowed to no rights at all
#   elsewhere  an OWNER's token, narrowed to another workspace, which is none of those asked about
#   ADMINS     ADMINISTRATORS            WORKSP   WORKSPACES
#   /R /W /A   also READ, WRITE, ADMIN in `the workspace`; the others are members of none
#
# A colleague is a USER and a member of `the workspace`; a stranger is a USER and a member of none.
";

/// The width of what a line is about, and of a column.
const ABOUT: usize = 40;
const COLUMN: usize = 11;

/// All lines, in the order of the tables of routes.
fn lines() -> Vec<&'static Line> {
    let parts = [
        llms::OF_WORKSPACES,
        workspaces::LINES,
        people::OF_THE_ORGANIZATION,
        llms::OF_OWNERS,
        people::OF_GOODMEM,
        checks::LINES,
        server::LINES,
    ];
    parts.into_iter().flatten().collect()
}

fn reviewed() -> BTreeMap<String, RouteAuth> {
    let all = Document::ALL.into_iter().flat_map(routes::of);
    all.map(|Route { method, path, auth }| (format!("{method} {path}"), *auth)).collect()
}

/// The matrix as text; each column is asked on a server of its own, all at once.
fn matrix() -> String {
    let columns: Vec<Vec<String>> = std::thread::scope(|scope| {
        let ask = |who| {
            scope.spawn(move || {
                let app = TestApp::on(TestDatabase::sqlite());
                lines().iter().map(|line| line.cell(&app, who).text).collect()
            })
        };
        let asked: Vec<_> = COLUMNS.iter().map(|(_, who)| ask(*who)).collect();
        asked.into_iter().map(|it| it.join().expect("a column")).collect()
    });
    let row = |about: &str, cells: &mut dyn Iterator<Item = &str>| {
        let start = format!("{about:<ABOUT$}");
        cells.fold(start, |row, cell| format!("{row}{cell:<COLUMN$}")).trim_end().to_owned() + "\n"
    };
    let mut text = format!("{LEGEND}\n{}", row("", &mut COLUMNS.iter().map(|(name, _)| *name)));
    let mut route = String::new();
    for (n, line) in lines().into_iter().enumerate() {
        if line.route() != route {
            route = line.route();
            text.extend(["\n", &route, "\n"]);
        }
        text += &row(&format!("  {}", line.about), &mut columns.iter().map(|column| column[n].as_str()));
    }
    text
}

#[test]
fn reviewed_routes_and_matrix_rows_match() {
    let asked: BTreeSet<_> = lines().into_iter().map(Line::route).collect();
    let reviewed: BTreeSet<_> = reviewed().into_keys().collect();
    assert_eq!(asked, reviewed, "a route of http/routes.rs needs a line in tests/it/doors, and the reverse");
}

#[test]
fn role_matrix_on_sqlite_matches_snapshot() {
    check_snapshot("role_matrix", &matrix());
}

#[test]
fn request_without_token_reaches_only_public_routes() {
    let app = TestApp::on(TestDatabase::sqlite());
    let auth = reviewed();
    for line in lines() {
        let status = line.cell(&app, Who::Nobody).answer.status;
        let expected = match auth[&line.route()] {
            RouteAuth::Public | RouteAuth::Documentation => 200,
            RouteAuth::Token => 401,
        };
        assert_eq!(status, expected, "{}: {}", line.route(), line.about);
    }
}

#[test]
fn request_with_token_without_rights_reads_only_oneself() {
    let app = TestApp::on(TestDatabase::sqlite());
    let auth = reviewed();
    for line in lines().into_iter().filter(|line| auth[&line.route()] == RouteAuth::Token) {
        let cell = line.cell(&app, Who::WithoutRights);
        let (status, shown) = (cell.answer.status, format!("{}: {}", line.route(), cell.answer.body));
        if cell.is_list {
            let body = cell.answer.json(200);
            let lists = body.as_object().expect("an object").values().filter_map(Value::as_array);
            let ids: Vec<_> = lists.flatten().map(|it| it["id"].as_str().expect("an id")).collect();
            let is_of_people = line.path == "/organization/users";
            assert_eq!(ids, if is_of_people { vec![cell.me.as_str()] } else { vec![] }, "{shown}");
        } else if line.method == "GET" && line.about == "oneself" {
            assert!(status == 200 && cell.answer.body.contains(&cell.me), "{shown}");
        } else if line.route() == "POST /v1/apikeys" && line.about != "for oneself" {
            // To the caller a user whom they may not see does not exist, and such an id is a fault of the body.
            assert_eq!(status, 400, "{shown}");
        } else {
            assert!(status == 403 || status == 404, "{shown}");
        }
    }
}

/// Rows that are also sent to PostgreSQL: each reads or writes in a way of its own.
#[cfg(feature = "postgres-tests")]
const ON_POSTGRES: &[(&str, &str)] = &[
    ("POST /ai/llm", "in the workspace"),
    ("POST /ai/llm", "in the workspace, the name is taken"),
    ("GET /ai/llm", "one of the workspace"),
    ("DELETE /ai/llm/{id}", "one of the workspace"),
    ("GET /workspace", "the workspace"),
    ("DELETE /workspace/{id}", "the workspace, with a configuration"),
    ("PUT /workspace/{id}/users/{userId}", "a colleague, to ADMIN"),
    ("GET /organization/users", "a colleague"),
    ("PUT /organization/users/{id}", "an OWNER, to USER"),
    ("POST /v1/llms", "for another, it exists"),
    ("GET /v1/llms", "another's"),
    ("GET /v1/apikeys", "an OWNER's"),
    ("DELETE /v1/apikeys/{id}", "a stranger's"),
];

#[cfg(feature = "postgres-tests")]
#[test]
fn role_matrix_on_postgresql_equals_sqlite() {
    let apps = [TestDatabase::sqlite(), TestDatabase::postgres()].map(TestApp::on);
    for (route, about) in ON_POSTGRES {
        let line = lines().into_iter().find(|it| it.route() == *route && it.about == *about).expect(about);
        let [sqlite, postgres] = apps
            .each_ref()
            .map(|app| COLUMNS.iter().map(|(_, who)| line.cell(app, *who).text).collect::<Vec<_>>());
        assert_eq!(postgres, sqlite, "{route}: {about}");
    }
}
