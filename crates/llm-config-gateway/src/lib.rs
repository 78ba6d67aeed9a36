#![doc = include_str!("../README.md")]

pub mod answer;
pub mod echo;
pub mod error;
pub mod headers;
mod json_members;
pub mod json_scan;
pub mod model_name;
pub mod request_body;
pub mod stream;
pub mod usage;

pub use llm_config_providers::{CallRoute, Dialect};
