//! The metadata of a stored credential.

use super::fingerprint::CredentialFingerprint;
use super::kind::CredentialKind;
use super::source::CredentialSource;
use crate::id::PrincipalId;
use crate::secret::Mask;
use crate::time::Timestamp;

/// The metadata of a stored credential, readable without decrypting it. Responses may contain all of it but
/// the fingerprint, which only serves comparisons. It is for display only: what is sent is decided by the
/// decrypted credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMeta {
    /// The kind of credential.
    pub kind: CredentialKind,
    /// Where the secret comes from; `None` for a row that is older than this record and could not be
    /// decrypted.
    pub source: Option<CredentialSource>,
    /// The mask of the secret.
    pub mask: Option<Mask>,
    /// The mask of a key pair's identifier.
    pub key_id_mask: Option<Mask>,
    /// The keyed fingerprint of the credential.
    pub fingerprint: CredentialFingerprint,
    /// When the credential was encrypted.
    pub sealed_at: Timestamp,
    /// The principal that entered the secret; `None` for a row older than this record.
    pub given_by: Option<PrincipalId>,
}
