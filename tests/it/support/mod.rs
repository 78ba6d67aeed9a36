//! What the tests begin with.

mod answer;
mod app;
mod body;
mod client;
mod files;
mod people;
mod program;

pub(crate) use answer::Answer;
pub(crate) use app::TestApp;
pub(crate) use body::{keyed, llm, with};
pub(crate) use client::Client;
pub(crate) use files::{files, repository, text, written};
pub(crate) use people::{email, narrowed};
pub(crate) use program::{Installation, Server};
