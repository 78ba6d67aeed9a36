//! Every route of the reviewed table, asked by everybody: who gets which status.
//!
//! `matrix.txt` is what the reviewers read: one line for each thing that a route is asked about,
//! one column for each role.

mod checks;
mod line;
mod llms;
mod own;
mod people;
mod workspaces;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use llm_config_server::http::openapi::Document;
use llm_config_server::http::routes::{self, Door, Route};
use llm_config_store::testing::TestDatabase;
use serde_json::Value;

use crate::support::{TestApp, repository, text};
use line::Line;
use world::{COLUMNS, Who};

const FILE: &str = "tests/it/doors/matrix.txt";

const REFRESH: &str = "if that is meant, `UPDATE_MATRIX=1 cargo test -p llm-config-tests --test it -- doors` \
                       writes tests/it/doors/matrix.txt anew: read what changed";

const LEGEND: &str = "\
# Who gets which status: each route of the reviewed table, what it is asked about, and the answer to each role.
# Made by a test. A `+` tells that a list shows what it is asked about, a `-` that it does not.
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
        own::LINES,
    ];
    parts.into_iter().flatten().collect()
}

fn reviewed() -> BTreeMap<String, Door> {
    let all = Document::ALL.into_iter().flat_map(routes::of);
    all.map(|Route { method, path, door }| (format!("{method} {path}"), *door)).collect()
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

#[cfg(feature = "postgres-tests")]
/// The cells of the committed matrix, by route and what it is asked about.
fn committed() -> BTreeMap<(String, String), Vec<String>> {
    let mut route = String::new();
    let mut cells = BTreeMap::new();
    for row in text(FILE).lines().skip(LEGEND.lines().count() + 2).filter(|row| !row.is_empty()) {
        match row.strip_prefix("  ") {
            None => row.clone_into(&mut route),
            Some(rest) => {
                let (about, rest) = rest.split_at(ABOUT - 2);
                let found = rest.as_bytes().chunks(COLUMN).map(|it| String::from_utf8_lossy(it));
                let found = found.map(|it| it.trim().to_owned()).collect();
                cells.insert((route.clone(), about.trim().to_owned()), found);
            }
        }
    }
    cells
}

#[test]
fn every_reviewed_route_has_lines_and_every_line_a_route() {
    let asked: BTreeSet<_> = lines().into_iter().map(Line::route).collect();
    let reviewed: BTreeSet<_> = reviewed().into_keys().collect();
    assert_eq!(asked, reviewed, "a route of http/routes.rs needs a line in tests/it/doors, and the reverse");
}

#[test]
fn every_role_gets_the_status_that_was_reviewed() {
    let found = matrix();
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(repository().join(FILE), &found).expect("a file to write");
    }
    let expected = text(FILE);
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected, "{REFRESH}");
    }
    assert_eq!(found.len(), expected.len(), "{REFRESH}");
}

#[test]
fn without_a_token_only_public_doors_open() {
    let app = TestApp::on(TestDatabase::sqlite());
    let doors = reviewed();
    for line in lines() {
        let status = line.cell(&app, Who::Nobody).answer.status;
        let expected = match doors[&line.route()] {
            Door::Public | Door::Documentation => 200,
            Door::Token => 401,
        };
        assert_eq!(status, expected, "{}: {}", line.route(), line.about);
    }
}

#[test]
fn a_token_without_rights_opens_nothing_but_ones_own_name() {
    let app = TestApp::on(TestDatabase::sqlite());
    let doors = reviewed();
    for line in lines().into_iter().filter(|line| doors[&line.route()] == Door::Token) {
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

#[cfg(feature = "postgres-tests")]
/// Lines that are asked on PostgreSQL, too: whatever reads or writes in a way of its own.
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
fn the_statuses_are_the_same_on_postgresql() {
    let database = TestDatabase::postgres();
    let (app, committed) = (TestApp::on(database), committed());
    for (route, about) in ON_POSTGRES {
        let line = lines().into_iter().find(|it| it.route() == *route && it.about == *about).expect(about);
        let found: Vec<_> = COLUMNS.iter().map(|(_, who)| line.cell(&app, *who).text).collect();
        assert_eq!(found, committed[&((*route).to_owned(), (*about).to_owned())], "{route}: {about}");
    }
}
