#![doc = include_str!("../README.md")]

pub mod access;
pub mod audit;
pub mod caller;
pub mod check;
pub mod config;
pub mod credential;
pub mod endpoint;
pub mod field;
pub mod fingerprint;
pub mod grant;
pub mod id;
pub mod key;
pub mod patch;
pub mod provider;
pub mod scope;
pub mod secret;
pub mod target;
pub mod text;
pub mod time;
pub mod user;

#[cfg(feature = "serde")]
mod redacted;

/// Runs the example of the repository's README as a documentation test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct RepositoryReadme;
