//! `/v1`: one folder or file for each resource, and what holds for all of them.

mod apikeys;
mod authentication;
mod bodies;
mod errors;
mod llms;
mod ping;
mod system;
mod users;

use super::{app, database};
