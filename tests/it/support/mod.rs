//! Helpers of the tests: apps, users, request bodies, fake providers, and assertions on responses.

mod app;
mod body;
mod browser;
mod checks;
mod client;
mod clock;
mod concurrent;
mod files;
mod flashback;
mod gate;
mod gateway;
mod installation;
mod providers;
mod raw_client;
mod response;
mod slow_response;
mod snapshot;
mod stored;
mod stream_provider;
mod usage;
mod users;
mod wait;

pub(crate) use app::TestApp;
pub(crate) use body::{
    SECRET, UNKNOWN_ID, ai_llm, api_key_credentials, assign, llm, llm_at, llm_with_secret, member_names,
    merge_patch, new_user,
};
pub(crate) use browser::{Browser, check_page, field};
pub(crate) use client::Client;
pub(crate) use clock::SetClock;
pub(crate) use concurrent::send_concurrently;
pub(crate) use files::{files, repository, text, written};
pub(crate) use gate::Gate;
pub(crate) use gateway::{Api, CalledConfig, Gateway, MODEL, NamedIn};
pub(crate) use installation::{Installation, ProgramOutput, Server};
pub(crate) use providers::{AWS_KEY_ID, FakeVendor, VALID_KEY, fake_provider};
pub(crate) use raw_client::{RawClient, RawResponse};
pub(crate) use response::Response;
pub(crate) use slow_response::{Body, SlowResponse};
pub(crate) use snapshot::check_snapshot;
pub(crate) use stream_provider::{SentRequest, StreamProvider};
pub(crate) use usage::tokens;
pub(crate) use users::{ApiUser, TestUser, email, issue_token, rights_scope};
pub(crate) use wait::{wait_for_coherence, wait_until};
