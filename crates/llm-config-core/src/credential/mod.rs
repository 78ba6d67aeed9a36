//! The credential that authenticates calls to a provider.

mod fingerprint;
mod header;
#[cfg(feature = "serde")]
mod json;
mod kind;
mod meta;
mod source;
mod unchecked;
mod value;

pub use fingerprint::CredentialFingerprint;
pub use header::{HeaderName, HeaderNameError, HeaderPrefix};
pub use kind::{CredentialKind, CredentialUse};
pub use meta::SecretMeta;
pub use source::CredentialSource;
pub(crate) use unchecked::parse_secret;
pub use unchecked::{UncheckedCredential, UncheckedSecret};
pub use value::{ApiKey, Credential, GcpAdc, KeyPair, SecretValue};
