//! The metadata of a stored credential.

use super::fingerprint::CredentialFingerprint;
use super::kind::CredentialKind;
use crate::id::PrincipalId;
use crate::secret::Mask;
use crate::time::Timestamp;

/// The metadata of a stored credential, readable without decrypting it. Responses may contain all of it but
/// the fingerprint, which only serves comparisons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMeta {
    /// The kind of credential.
    pub kind: CredentialKind,
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
