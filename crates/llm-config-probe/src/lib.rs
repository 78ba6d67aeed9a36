#![doc = include_str!("../README.md")]

mod access;
mod base;
mod exchange;
mod finding;
pub mod guard;
mod inference;
mod key;
mod operator;
pub mod ping;
mod prober;
mod providers;
mod refusal;
pub mod report;
mod run;
mod sigv4;
pub mod sources;
mod trust;

#[cfg(feature = "testing")]
pub mod testing;

pub use guard::Guard;
pub use operator::{AddressError, OperatorClient};
pub use prober::Prober;
pub use providers::KnownVendorHosts;
pub use trust::{Trust, TrustError};
