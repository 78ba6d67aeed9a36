#![doc = include_str!("../README.md")]

pub mod access;
pub mod api_path;
pub mod audit;
pub mod caller;
pub mod capability;
pub mod client_config;
pub mod config;
pub mod credential;
pub mod credential_patch;
pub mod destination;
pub mod draft;
pub mod endpoint;
pub mod fingerprint;
pub mod grant;
pub mod id;
pub mod key;
pub mod label;
pub mod mask;
pub mod modality;
pub mod patch;
pub mod provider;
pub mod reference;
pub mod sampling;
pub mod secret;
pub mod target;
pub mod text;
pub mod time;
pub mod token;
pub mod user;
pub mod violation;

#[cfg(feature = "serde")]
mod quiet;

/// The example at the top of the repository is run like those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct AtTheTop;
