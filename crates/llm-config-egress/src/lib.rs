#![doc = include_str!("../README.md")]

mod guard;
mod operator_client;
mod request;
mod response;
mod root_certificates;

#[cfg(feature = "testing")]
pub mod testing;

pub use guard::{
    AllowedHost, AllowedHostError, CallError, Guard, Loopback, NetworkPolicy, Resolver, SystemResolver,
};
pub use operator_client::{AddressError, NoAnswer, OperatorClient, OperatorResponse};
pub use request::Request;
pub use response::Response;
pub use root_certificates::{RootCertificates, RootCertificatesError};
