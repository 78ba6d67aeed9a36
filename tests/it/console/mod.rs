//! The console: pages as a browser requests them.

mod configs;
mod recent_sign_in;

use super::app;
