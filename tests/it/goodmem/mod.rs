//! `/v1`: one file for each route's contract, and one for what is true of all.

mod apikeys;
mod bodies;
mod create;
mod credentials;
mod delete;
mod errors;
mod get;
mod labels;
mod list;
mod system;
mod update;
mod users;

use super::{app, database};
