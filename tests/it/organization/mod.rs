//! `/organization`.

mod roles;
mod users;

use super::app;
