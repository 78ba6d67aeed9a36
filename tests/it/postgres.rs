//! The app on PostgreSQL.

use llm_config_store::testing::TestDatabase;

use crate::support::TestApp;

#[path = "postgres_away.rs"]
mod away;
#[path = "destination.rs"]
mod destination;
#[path = "escalation/mod.rs"]
mod escalation;
#[path = "faults.rs"]
mod faults;
#[path = "flashback/mod.rs"]
mod flashback;
#[path = "goodmem/mod.rs"]
mod goodmem;
#[path = "scopes.rs"]
mod scopes;
#[path = "seed.rs"]
mod seed;
#[path = "tokens/mod.rs"]
mod tokens;
#[path = "validation/mod.rs"]
mod validation;

#[expect(clippy::unnecessary_wraps, reason = "as the function of that name for SQLite")]
fn database() -> Option<TestDatabase> {
    Some(TestDatabase::postgres())
}

fn app() -> Option<TestApp> {
    database().map(TestApp::on)
}
