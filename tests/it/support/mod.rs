//! What the tests begin with.

mod answer;
mod app;
mod body;
mod client;
mod files;
mod flashback;
mod people;
mod program;
mod race;
mod rows;
mod vendors;

pub(crate) use answer::Answer;
pub(crate) use app::TestApp;
pub(crate) use body::{keyed, llm, with};
pub(crate) use client::Client;
pub(crate) use files::{files, repository, text, written};
pub(crate) use flashback::{SECRET, ai_llm, members, set};
pub(crate) use people::{Person, email, narrowed};
pub(crate) use program::{Installation, Server};
pub(crate) use race::at_once;
pub(crate) use vendors::{GENUINE, KEY_ID, Manners, provider};
