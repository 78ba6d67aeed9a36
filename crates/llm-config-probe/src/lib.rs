#![doc = include_str!("../README.md")]

mod access;
mod base;
mod exchange;
mod finding;
pub mod guard;
mod inference;
mod key;
pub mod ping;
mod prober;
mod providers;
mod refusal;
pub mod report;
mod run;
mod trust;

#[cfg(feature = "testing")]
pub mod testing;

pub use guard::Guard;
pub use prober::Prober;
pub use trust::{Trust, TrustError};
