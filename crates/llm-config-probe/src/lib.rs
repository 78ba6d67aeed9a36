#![doc = include_str!("../README.md")]

mod access;
mod base;
mod exchange;
mod finding;
pub mod guard;
mod key;
mod prober;
mod providers;
pub mod report;
mod run;
mod sigv4;
mod trust;

#[cfg(feature = "testing")]
pub mod testing;

pub use guard::Guard;
pub use prober::Prober;
pub use trust::{Trust, TrustError};
