#![doc = include_str!("../README.md")]

mod bounded_stream;
mod call_error;
mod connector;
mod exchange_error;
mod guard;
mod interim_responses;
mod limits;
mod lookup_share;
mod operator_client;
mod pinned_client;
mod request;
mod request_body;
mod resolver;
mod response;
mod root_certificates;
mod spoken_protocol;
mod streaming;
mod tried_addresses;

#[cfg(test)]
mod loopback;
#[cfg(feature = "testing")]
pub mod testing;

pub use call_error::CallError;
pub use guard::{AllowedHost, AllowedHostError, Guard, Loopback, NetworkPolicy};
pub use limits::{CallLimits, body_limit};
pub use lookup_share::LookupOwner;
pub use operator_client::{AddressError, NoResponse, OperatorClient, OperatorResponse};
pub use request::Request;
pub use request_body::RequestBody;
pub use resolver::{Resolver, SystemResolver};
pub use response::Response;
pub use root_certificates::{RootCertificates, RootCertificatesError};
pub use streaming::{Body, IsEnough, StreamingResponse};
