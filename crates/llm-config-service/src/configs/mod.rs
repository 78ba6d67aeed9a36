//! Configurations of both scopes: create, get, list, update, delete, transfer.

mod authorization;
mod create;
mod delete;
mod get;
mod inventory;
mod list;
mod origin;
mod scope_filter;
mod transfer;
mod update;

pub(crate) use authorization::authorized_config;
pub use create::CreatedConfig;
pub(crate) use delete::require_no_configs;
pub use inventory::InventoryEntry;
pub use list::{ConfigList, ListConfigs};
pub use origin::ConfigOrigin;
pub use scope_filter::ScopeFilter;
pub use transfer::{NamedScope, TransferTarget, TransferredConfig};
