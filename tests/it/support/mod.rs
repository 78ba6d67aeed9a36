//! What the tests begin with.

mod ai_llm;
mod app;
mod body;
mod client;
mod concurrent;
mod files;
mod installation;
mod people;
mod providers;
mod response;
mod snapshot;
mod stored;

pub(crate) use ai_llm::{SECRET, ai_llm, members, set};
pub(crate) use app::TestApp;
pub(crate) use body::{keyed, llm, with};
pub(crate) use client::Client;
pub(crate) use concurrent::at_once;
pub(crate) use files::{files, repository, text, written};
pub(crate) use installation::{Installation, Server};
pub(crate) use people::{Person, email, narrowed};
pub(crate) use providers::{GENUINE, KEY_ID, Manners, provider};
pub(crate) use response::Answer;
pub(crate) use snapshot::check_snapshot;
