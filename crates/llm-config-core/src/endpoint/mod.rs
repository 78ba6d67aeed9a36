//! Endpoints: the URL that is called, its canonical form, its origin, and the API path below it.

mod address;
mod api_path;
#[cfg(test)]
mod canonical_tests;
mod normal_form;
mod origin;
mod query;
mod vendor_hosts;

pub use address::{CanonicalEndpoint, Endpoint, EndpointError};
pub use api_path::{ApiPath, ApiPathError};
pub use origin::{Origin, OriginError};
pub(crate) use vendor_hosts::named_origin;
pub use vendor_hosts::{NoVendorHosts, VendorHosts, origin_of, parse_origin};
