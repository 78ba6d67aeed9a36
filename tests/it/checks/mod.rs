//! Checks of configurations across routes.

mod background;
mod busy;
mod echoed_key;
mod key_headers;
mod rate_limit;
mod secret_references;
mod shares;
mod verdict_changes;

use super::{app, database};
