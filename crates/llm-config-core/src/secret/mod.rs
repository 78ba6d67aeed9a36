//! Secrets, their masks, and references to secrets that other stores keep.

mod foreign_mask;
mod foreign_reference;
mod location;
mod mask;
mod reference;
mod source;
mod value;

pub use location::Location;
pub(crate) use location::{is_variable_name, path_segments};
pub use mask::Mask;
pub use reference::{ReferenceError, SecretRef, SecretStore};
pub use source::{ResolveError, SecretSource};
pub use value::{Secret, SecretError};
