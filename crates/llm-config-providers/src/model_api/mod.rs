//! The APIs that applications speak to call models, their routes, and the URLs of these.

mod call_request;
mod call_route;
mod call_url;
mod dialect;
mod dialect_root;
mod route_url;

pub use call_request::CallRequest;
pub use call_route::CallRoute;
pub(crate) use call_url::model_segment;
pub use call_url::{CallUrlError, CallUrlOptions, GeminiVersion, ModelCall};
pub use dialect::Dialect;
pub(crate) use dialect_root::DialectRoot;
pub(crate) use route_url::{models_url, route_url};

/// The version of Anthropic's API that requests without another have in the header `anthropic-version`.
pub const ANTHROPIC_VERSION_DEFAULT: &str = "2023-06-01";
