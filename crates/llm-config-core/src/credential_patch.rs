//! A change of a stored credential, as a whole or in its parts.

use zeroize::Zeroizing;

use crate::credential::{ApiKey, Credential, CredentialKind, KeyPair, SecretMeta, SecretValue};
use crate::draft::{CredentialDraft, SecretDraft, secret_text};
use crate::mask::Mask;
use crate::patch::Patch;
use crate::secret::Secret;
use crate::violation::{Field, Violations};

/// A change of a credential as somebody sent it. Not printable: it holds secrets.
#[derive(Default)]
pub enum CredentialPatchDraft {
    /// It stays.
    #[default]
    Keep,
    /// This one takes its place.
    Replace(CredentialDraft),
    /// Its identifier, its secret, or both change.
    Parts {
        /// The identifier. The mask that reads show means "as it is".
        key_id: Patch<Zeroizing<String>>,
        /// The secret.
        secret: Option<Zeroizing<String>>,
    },
}

/// A change of a credential whose parts are each in order.
#[derive(Debug, Default)]
pub enum CredentialPatch {
    /// It stays.
    #[default]
    Keep,
    /// This one takes its place.
    Replace(Credential),
    /// Its identifier, its secret, or both change.
    Parts(CredentialParts),
}

/// New parts of a credential; what is not given stays.
#[derive(Debug)]
pub struct CredentialParts {
    key_id: KeyIdPatch,
    secret: Option<SecretValue>,
}

#[derive(Debug)]
enum KeyIdPatch {
    Keep,
    Clear,
    Set(Secret),
    /// Stays if this is what reads show of it.
    Masked(Mask),
}

impl CredentialPatchDraft {
    pub(crate) fn check(self, faults: &mut Violations) -> CredentialPatch {
        match self {
            Self::Keep | Self::Parts { key_id: Patch::Keep, secret: None } => CredentialPatch::Keep,
            Self::Replace(draft) => {
                draft.check(faults).map_or(CredentialPatch::Keep, CredentialPatch::Replace)
            }
            Self::Parts { key_id, secret } => {
                let key_id = match key_id {
                    Patch::Keep => KeyIdPatch::Keep,
                    Patch::Clear => KeyIdPatch::Clear,
                    Patch::Set(text) => match Mask::parse(&text) {
                        Some(mask) => KeyIdPatch::Masked(mask),
                        None => faults
                            .keep(Field::KeyId, secret_text(text))
                            .map_or(KeyIdPatch::Keep, KeyIdPatch::Set),
                    },
                };
                let secret = secret.and_then(|text| SecretDraft::Inline(text).check(faults));
                CredentialPatch::Parts(CredentialParts { key_id, secret })
            }
        }
    }
}

impl CredentialPatch {
    /// The fields that are given, for the audit event.
    pub(crate) fn fields(&self) -> Vec<Field> {
        match self {
            Self::Keep => Vec::new(),
            Self::Replace(_) => vec![Field::Credential],
            Self::Parts(CredentialParts { key_id, secret }) => {
                let key_id = (!matches!(key_id, KeyIdPatch::Keep)).then_some(Field::KeyId);
                key_id.into_iter().chain(secret.as_ref().map(|_| Field::SecretValue)).collect()
            }
        }
    }

    /// Whether nothing of what is stored changes, so that nothing needs to be opened.
    #[must_use]
    pub fn keeps(&self, stored: Option<&SecretMeta>) -> bool {
        match self {
            Self::Keep => true,
            Self::Replace(_) | Self::Parts(CredentialParts { secret: Some(_), .. }) => false,
            Self::Parts(CredentialParts { key_id, secret: None }) => match key_id {
                KeyIdPatch::Keep => true,
                KeyIdPatch::Clear => stored.is_none_or(|it| it.key_id_mask.is_none()),
                KeyIdPatch::Masked(mask) => shows(stored, mask),
                KeyIdPatch::Set(_) => false,
            },
        }
    }

    /// The credential that takes the place of `stored`, which was opened for this.
    ///
    /// Only for a patch that does not [keep](Self::keeps) everything, and that
    /// [`ConfigPatch::apply`](crate::patch::ConfigPatch::apply) let pass.
    pub fn credential(&self, stored: Option<&Credential>) -> Result<Credential, Violations> {
        match self {
            Self::Replace(credential) => Ok(credential.duplicate()),
            Self::Keep => stored.map(Credential::duplicate).ok_or_else(no_secret),
            Self::Parts(CredentialParts { key_id, secret }) => {
                let (stored_key_id, stored_secret) = match stored {
                    Some(Credential::KeyPair(pair)) => (Some(&pair.key_id), Some(&pair.secret)),
                    Some(Credential::ApiKey(key)) => (None, Some(&key.value)),
                    Some(Credential::GcpAdc(_)) | None => (None, None),
                };
                let value = secret.as_ref().or(stored_secret).ok_or_else(no_secret)?.duplicate();
                let key_id = match key_id {
                    KeyIdPatch::Keep | KeyIdPatch::Masked(_) => stored_key_id,
                    KeyIdPatch::Clear => None,
                    KeyIdPatch::Set(key_id) => Some(key_id),
                };
                Ok(match (key_id, stored) {
                    (Some(key_id), _) => {
                        Credential::KeyPair(KeyPair { key_id: key_id.duplicate(), secret: value })
                    }
                    // A header that was chosen for the key stays.
                    (None, Some(Credential::ApiKey(ApiKey { header, prefix, .. }))) => {
                        Credential::ApiKey(ApiKey { header: header.clone(), prefix: prefix.clone(), value })
                    }
                    (None, _) => Credential::ApiKey(ApiKey { header: None, prefix: None, value }),
                })
            }
        }
    }

    /// Whether the request shows that its sender knows the secret that will be used.
    #[must_use]
    pub fn gives_secret(&self) -> bool {
        match self {
            Self::Keep => false,
            Self::Replace(credential) => credential.is_inline(),
            Self::Parts(CredentialParts { secret, .. }) => matches!(secret, Some(SecretValue::Inline(_))),
        }
    }

    /// Whether nothing of the stored credential will be used any more: the secret is given, and
    /// the identifier is given, dropped, or not there.
    #[must_use]
    pub fn is_whole(&self, stored: &SecretMeta) -> bool {
        let keeps_key_id = match self {
            Self::Keep => true,
            Self::Replace(_) => false,
            Self::Parts(CredentialParts { key_id, .. }) => {
                matches!(key_id, KeyIdPatch::Keep | KeyIdPatch::Masked(_)) && stored.key_id_mask.is_some()
            }
        };
        self.gives_secret() && !keeps_key_id
    }

    pub(crate) fn kind(&self, stored: CredentialKind) -> CredentialKind {
        match self {
            Self::Keep => stored,
            Self::Replace(credential) => credential.kind(),
            Self::Parts(CredentialParts { key_id, .. }) => match key_id {
                KeyIdPatch::Keep | KeyIdPatch::Masked(_) => stored,
                KeyIdPatch::Clear => CredentialKind::ApiKey,
                KeyIdPatch::Set(_) => CredentialKind::KeyPair,
            },
        }
    }

    /// Whether a new part of a credential is given, inline or as a reference. The mask that reads
    /// show is none, and neither is a key that is dropped.
    pub(crate) const fn gives_part(&self) -> bool {
        match self {
            Self::Keep => false,
            Self::Replace(_) => true,
            Self::Parts(CredentialParts { key_id, secret }) => {
                secret.is_some() || matches!(key_id, KeyIdPatch::Set(_))
            }
        }
    }

    /// Notes what does not fit the stored credential: a mask that is not the shown one, and an
    /// identifier where there is no secret for it.
    pub(crate) fn check_against(&self, stored: Option<&SecretMeta>, faults: &mut Violations) {
        let Self::Parts(CredentialParts { key_id, secret }) = self else { return };
        match key_id {
            KeyIdPatch::Masked(mask) if !shows(stored, mask) => faults
                .add(Field::KeyId, "looks like the mask that is shown instead of a key; send the key itself"),
            KeyIdPatch::Set(_) if stored.is_none() && secret.is_none() => {
                faults.add(Field::SecretValue, "is required where none is stored");
            }
            KeyIdPatch::Keep | KeyIdPatch::Clear | KeyIdPatch::Masked(_) | KeyIdPatch::Set(_) => {}
        }
    }
}

fn shows(stored: Option<&SecretMeta>, mask: &Mask) -> bool {
    stored.is_some_and(|it| it.key_id_mask.as_ref() == Some(mask))
}

fn no_secret() -> Violations {
    Violations::one(Field::SecretValue, "is required where none is stored")
}
