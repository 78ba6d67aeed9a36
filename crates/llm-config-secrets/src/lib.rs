#![doc = include_str!("../README.md")]

mod environment;
mod file;
mod google;
mod operator_file;
mod resolver;
mod vault;
mod vault_login;

pub use environment::EnvironmentSource;
pub use file::FileSource;
pub use google::GoogleIdentity;
pub use resolver::SecretResolver;
pub use vault::{NamespaceError, VaultSource};
pub use vault_login::VaultLogin;
