//! Partial changes of a stored configuration.

mod config;
mod credential;
mod destination;
mod unchecked;
mod value;

pub use config::{ConfigPatch, PatchedConfig};
pub use credential::{CredentialParts, CredentialPatch, KeyIdInput, UncheckedCredentialPatch};
pub use destination::{PatchContext, PatchError, UnconfirmedOrigin};
pub use unchecked::UncheckedPatch;
pub use value::{LabelPatch, Patch};
