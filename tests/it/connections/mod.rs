//! Connections whose clients send nothing, or too slowly, or are too many.

mod ahead;
mod bodies;
mod heads;
mod numbers;

use std::time::Duration;

use llm_config_server::http;
use llm_config_store::testing::TestDatabase;

use crate::support::{RawClient, TestApp};

/// A limit of time that strikes soon. The HTTP library measures the time of a first head by a clock that is
/// up to half a second late.
const SOON: Duration = Duration::from_millis(1500);

/// A server on SQLite with these options, and one without, which owns the database.
fn apps(options: http::Options) -> (TestApp, TestApp) {
    let app = TestApp::with_database(TestDatabase::sqlite());
    (app.second_server_with_http(options), app)
}

/// A connection with one whole request and its response.
fn used_connection(app: &TestApp) -> RawClient {
    let mut client = RawClient::connect(&app.base);
    client.write_head("GET", "/health", &[]);
    assert_eq!(client.response().head.status, 200);
    client
}
