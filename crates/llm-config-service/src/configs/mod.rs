//! Configurations of both scopes: create, get, list, update, delete, transfer.

mod allowed;
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
mod user_emails;

pub use allowed::AllowedConfigActions;
pub(crate) use authorization::{CREATE_REQUIREMENT, authorize_creation, authorized_config};
pub use create::CreatedConfig;
pub(crate) use create::require_scope;
pub(crate) use delete::require_no_configs;
pub use details::ConfigDetails;
pub use find::{FindConfigs, FoundConfigs, UnreadableConfig};
pub use list::{ConfigPage, ConfigRows, ListConfigs, WholeList};
pub use named_scope::NamedScope;
pub(crate) use named_scope::ScopeNames;
pub use origin::ConfigOrigin;
pub(crate) use origin::unconfirmed_origin_errors;
pub use scope_filter::ScopeFilter;
pub use transfer::{TransferTarget, TransferredConfig};
pub(crate) use user_emails::emails;
