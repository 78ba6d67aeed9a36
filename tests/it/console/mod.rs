//! The console: pages as a browser requests them.

mod configs;

use super::app;
