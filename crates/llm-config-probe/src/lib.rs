#![doc = include_str!("../README.md")]

mod budget;
mod completion;
mod engine;
pub mod ping;
mod prober;
pub mod report;
mod verdict;

#[cfg(feature = "testing")]
pub mod testing;

pub use budget::MOST_TOKENS;
// Re-exported, so that an embedder needs only this crate and `llm-config-core`.
pub use llm_config_egress::{
    AllowedHost, AllowedHostError, Guard, LookupOwner, Loopback, NetworkPolicy, Resolver, RootCertificates,
    RootCertificatesError, SystemResolver,
};
pub use llm_config_providers::vendors::is_public_api;
pub use llm_config_providers::{KnownVendorHosts, VENDORS, Vendor};
pub use prober::Prober;
