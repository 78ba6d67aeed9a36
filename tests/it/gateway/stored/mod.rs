//! Cases that depend on the database: names, rights, lists and changes.

mod changes;
mod lists;
mod names;
mod paths;
mod rights;

use super::app;
use crate::support::Gateway;

fn gateway() -> Gateway {
    Gateway::new(app())
}
