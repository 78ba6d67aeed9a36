//! The app on PostgreSQL. Without a server every test here returns at once, and a line on standard error
//! says so.

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

fn database() -> Option<TestDatabase> {
    TestDatabase::postgres()
}

fn app() -> Option<TestApp> {
    database().map(TestApp::on)
}
