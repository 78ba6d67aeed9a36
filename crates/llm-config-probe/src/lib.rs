#![doc = include_str!("../README.md")]

mod access;
mod base;
mod error_body;
mod finding;
mod inference;
mod key;
pub mod ping;
mod prober;
mod providers;
mod refusal;
pub mod report;
mod run;
mod sigv4;

#[cfg(feature = "testing")]
pub mod testing;

// What an embedder needs of it, so that this crate and `llm-config-core` alone check a key.
pub use llm_config_egress::{
    AllowedHost, AllowedHostError, Guard, Loopback, NetworkPolicy, Resolver, RootCertificates,
    RootCertificatesError, SystemResolver,
};
pub use prober::Prober;
pub use providers::KnownVendorHosts;
