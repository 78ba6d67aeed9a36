//! Calls of models through the server: the acceptance cases of the gateway's contract, by their numbers. What
//! depends on the database is in `stored`, which runs on both.

mod bodies;
mod clients;
mod connections;
mod departure;
mod echo;
mod ends;
mod errors;
mod headers;
mod http_1_0;
mod limits;
mod openings;
mod provider_lists;
mod shutdown;
mod sizes;
mod times;

use llm_config_service::{CallSlotLimits, CallTimes};
use llm_config_store::testing::TestDatabase;

use crate::support::{Gateway, TestApp};

fn app() -> TestApp {
    TestApp::with_database(TestDatabase::sqlite())
}

fn gateway() -> Gateway {
    Gateway::new(app())
}

fn gateway_with_limits(limits: CallSlotLimits) -> Gateway {
    Gateway::with_limits(app(), limits)
}

fn gateway_with_times(times: CallTimes) -> Gateway {
    Gateway::with_times(app(), times)
}
