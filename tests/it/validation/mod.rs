//! Configurations against providers on loopback, through both APIs and our own routes.

mod ai_llm;
mod background;
mod before_saving;
mod echo;
mod history;
mod limits;
mod pings;
mod planned;
mod references;

use super::{app, database};
