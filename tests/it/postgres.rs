//! Tests of the app on PostgreSQL.

use llm_config_store::testing::TestDatabase;

use crate::support::TestApp;

#[path = "ai_llm/mod.rs"]
mod ai_llm;
#[path = "browser_sessions/mod.rs"]
mod browser_sessions;
#[path = "checks/mod.rs"]
mod checks;
#[path = "console/mod.rs"]
mod console;
#[path = "corrupt_rows.rs"]
mod corrupt_rows;
#[path = "destination.rs"]
mod destination;
#[path = "drafts.rs"]
mod drafts;
#[path = "escalation/mod.rs"]
mod escalation;
#[path = "gateway/stored/mod.rs"]
mod gateway;
#[path = "health.rs"]
mod health;
#[path = "llm_config/mod.rs"]
mod llm_config;
#[path = "long_lists/mod.rs"]
mod long_lists;
#[path = "organization/mod.rs"]
mod organization;
#[path = "postgres_outage.rs"]
mod outage;
#[path = "quotas.rs"]
mod quotas;
#[path = "scopes.rs"]
mod scopes;
#[path = "v1/mod.rs"]
mod v1;
#[path = "workspace/mod.rs"]
mod workspace;

fn database() -> TestDatabase {
    TestDatabase::postgres()
}

fn app() -> TestApp {
    TestApp::with_database(database())
}
