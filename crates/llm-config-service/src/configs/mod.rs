//! Configurations of both scopes: create, get, list, update, delete, transfer.

mod authorization;
mod call_settings;
mod create;
mod delete;
mod details;
mod find;
mod get;
mod list;
mod named_scope;
mod origin;
mod scope_filter;
mod transfer;
mod update;

pub(crate) use authorization::authorized_config;
pub use create::CreatedConfig;
pub(crate) use delete::require_no_configs;
pub use details::ConfigDetails;
pub use find::{FindConfigs, FoundConfigs, UnreadableConfig};
pub use list::{ConfigPage, ConfigRows, ListConfigs, WholeList};
pub use named_scope::NamedScope;
pub use origin::ConfigOrigin;
pub use scope_filter::ScopeFilter;
pub use transfer::{TransferTarget, TransferredConfig};
