//! Every reviewed route, requested by every role: the status that each role gets.
//!
//! Reviewers read `snapshots/role_matrix.snap`: one row for each object of a route, one column for each role.

mod actor;
mod attention;
mod checks;
mod console;
mod gateway;
mod llms;
mod matrix;
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
use actor::Actor;
use matrix::{MatrixRow, matrix};
use row::Row;

const LEGEND: &str = "\
# The status that each role gets: every reviewed route, the object of the request, and a column for each role.
# `+`: the list in the response contains the object. `-`: it does not.
#
#   anonymous  no token
#   no right   an OWNER's token without rights
#   elsewhere  an OWNER's token for another workspace, which is the object of no row
#   one config an OWNER's token for another configuration, which is the object of no row
#   ADMINS     ADMINISTRATORS            WORKSP   WORKSPACES
#   /R /W /A   also READ, WRITE, ADMIN in `the workspace`; the others are members of no workspace
#
# A colleague is a USER and a member of `the workspace`; a stranger is a USER without memberships.
";

/// All rows, in the order of the tables of routes.
fn rows() -> Vec<&'static Row> {
    let parts = [
        llms::OF_WORKSPACES,
        workspaces::ROWS,
        people::OF_THE_ORGANIZATION,
        llms::OF_OWNERS,
        people::OF_GOODMEM,
        checks::ROWS,
        attention::ROWS,
        gateway::SETTINGS,
        gateway::EACH,
        gateway::CALLS,
        gateway::MODELS,
        gateway::LISTS,
        server::ROWS,
    ];
    parts.into_iter().flatten().collect()
}

fn reviewed() -> BTreeMap<String, RouteAuth> {
    let all = Document::ALL.into_iter().flat_map(routes::for_document);
    all.map(|Route { method, path, auth }| (format!("{method} {path}"), *auth)).collect()
}

#[test]
fn reviewed_routes_and_matrix_rows_match() {
    let requested: BTreeSet<_> = rows().into_iter().map(MatrixRow::route).collect();
    let reviewed: BTreeSet<_> = reviewed().into_keys().collect();
    assert_eq!(
        requested, reviewed,
        "every route of http/routes.rs needs a row in tests/it/role_matrix, and the reverse"
    );
}

#[test]
fn every_route_of_one_object_has_a_row_of_a_foreign_object() {
    const FOREIGN: &[&str] = &["a stranger", "another workspace", "a user outside the workspace"];
    for (route, auth) in reviewed() {
        let objects: Vec<_> =
            rows().into_iter().filter(|row| row.route() == route).map(|row| row.object).collect();
        let is_foreign = |object: &&str| FOREIGN.iter().any(|foreign| object.contains(foreign));
        let has_foreign = objects.iter().any(is_foreign);
        assert!(auth != RouteAuth::Token || !route.contains('{') || has_foreign, "{route}: {objects:?}");
    }
}

#[test]
fn role_matrix_on_sqlite_matches_snapshot() {
    check_snapshot("role_matrix", &matrix(LEGEND, &rows()));
}

#[test]
fn request_without_token_reaches_only_public_routes() {
    let app = TestApp::with_database(TestDatabase::sqlite());
    let auth = reviewed();
    for row in rows() {
        let status = row.cell(&app, Actor::Anonymous).response.status;
        let expected = match auth[&row.route()] {
            RouteAuth::Documentation if row.route() == "GET /" => 307,
            RouteAuth::Public | RouteAuth::Documentation => 200,
            RouteAuth::Token => 401,
        };
        assert_eq!(status, expected, "{}: {}", row.route(), row.object);
    }
}

#[test]
fn request_with_token_without_rights_reads_only_oneself() {
    let app = TestApp::with_database(TestDatabase::sqlite());
    let auth = reviewed();
    for row in rows().into_iter().filter(|row| auth[&row.route()] == RouteAuth::Token) {
        let cell = row.cell(&app, Actor::WithoutRights);
        let (status, message) = (cell.response.status, format!("{}: {}", row.route(), cell.response.body));
        if cell.is_list {
            let body = cell.response.json(200);
            let lists =
                body.as_object().expect("the value is a JSON object").values().filter_map(Value::as_array);
            let ids: Vec<_> =
                lists.flatten().map(|object| object["id"].as_str().expect("the id is a string")).collect();
            let is_list_of_users = row.path == "/organization/users";
            assert_eq!(ids, if is_list_of_users { vec![cell.user_id.as_str()] } else { vec![] }, "{message}");
        } else if row.method == "GET" && row.object == "oneself" {
            assert!(status == 200 && cell.response.body.contains(&cell.user_id), "{message}");
        } else if row.route() == "POST /v1/apikeys" && row.object != "for oneself" {
            // The existence of that user is hidden from this caller, so the error is that of an unknown id.
            assert_eq!(status, 400, "{message}");
        } else {
            assert!(status == 403 || status == 404, "{message}");
        }
    }
}

/// Rows that are also requested on PostgreSQL: together they use every kind of query.
#[cfg(feature = "postgres-tests")]
const ON_POSTGRES: &[(&str, &str)] = &[
    ("POST /ai/llm", "in the workspace"),
    ("POST /ai/llm", "in the workspace, with a taken name"),
    ("GET /ai/llm", "one of the workspace"),
    ("DELETE /ai/llm/{id}", "one of the workspace"),
    ("GET /workspace", "the workspace"),
    ("DELETE /workspace/{id}", "the workspace, with a configuration"),
    ("PUT /workspace/{id}/users/{userId}", "a colleague, to ADMIN"),
    ("GET /organization/users", "a colleague"),
    ("PUT /organization/users/{id}", "an OWNER, to USER"),
    ("POST /v1/llms", "for a stranger, a duplicate"),
    ("GET /v1/llms", "a stranger's"),
    ("GET /llm-config/v1/configs", "a stranger's"),
    ("GET /llm-config/v1/configs", "one of the workspace"),
    ("GET /llm-config/v1/attention", "a stranger's that fails"),
    ("GET /llm-config/v1/attention", "one of the workspace that fails"),
    ("GET /llm-config/v1/attention", "an OWNER's API key"),
    ("GET /llm-config/v1/usage", "a stranger's"),
    ("GET /llm-config/v1/usage", "one of the workspace"),
    ("GET /v1/apikeys", "an OWNER's"),
    ("DELETE /v1/apikeys/{id}", "a stranger's"),
];

#[cfg(feature = "postgres-tests")]
#[test]
fn role_matrix_on_postgresql_equals_sqlite() {
    let apps = [TestDatabase::sqlite(), TestDatabase::postgres()].map(TestApp::with_database);
    for (route, object) in ON_POSTGRES {
        let row =
            rows().into_iter().find(|row| row.route() == *route && row.object == *object).expect(object);
        let [sqlite, postgres] = apps.each_ref().map(|app| {
            actor::COLUMNS.iter().map(|(_, actor)| row.cell_text(app, *actor)).collect::<Vec<_>>()
        });
        assert_eq!(postgres, sqlite, "{route}: {object}");
    }
}
