//! Where the secrets behind references come from, at the moment of use and only through grants.

mod environment;
mod file;
mod google;
mod granted;
mod operator_file;
mod vault;
mod vault_login;

pub use environment::EnvironmentSource;
pub use file::FileSource;
pub use google::GoogleIdentity;
pub use granted::Granted;
pub use vault::{NamespaceError, VaultSource};
pub use vault_login::VaultLogin;
