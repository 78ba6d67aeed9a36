//! `/v1`: one folder or file for each resource, and one for each property of all routes.

mod apikeys;
mod authentication;
mod bodies;
mod errors;
mod llms;
mod ping;
mod system;
mod users;

use super::{app, database};
