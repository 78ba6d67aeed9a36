//! `/organization`.

mod users;

use super::app;
