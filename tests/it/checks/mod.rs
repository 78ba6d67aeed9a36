//! Checks of stored configurations, whichever route starts them.

mod background;
mod echoed_key;
mod rate_limit;
mod secret_references;

use super::{app, database};
