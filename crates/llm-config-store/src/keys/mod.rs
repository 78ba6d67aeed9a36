//! Keys: the sources of key-encryption keys (a file, a mounted directory, or a text such as an environment
//! variable), and the keys that the database holds.

pub(crate) mod cursor_key;
mod directory;
mod file;
pub(crate) mod key_checks;
pub(crate) mod server_keys;
mod text;
pub(crate) mod token_key;

pub use directory::KeyDirectory;
pub use file::KeyFile;
pub use text::KeyText;

use llm_config_core::key::KeySourceError;

fn unusable(message: impl Into<String>) -> KeySourceError {
    KeySourceError::Unusable(message.into())
}
