//! Changes of a stored credential: of the whole, or of its parts.

use zeroize::Zeroizing;

use super::value::Patch;
use crate::credential::{
    ApiKey, Credential, CredentialKind, HeaderName, HeaderPrefix, KeyPair, SecretMeta, SecretValue,
    UncheckedCredential, UncheckedSecret, parse_secret,
};
use crate::field::{Field, FieldErrors};
use crate::secret::{Mask, Secret, SecretError};

/// An unchecked change of a credential. Not printable, because it contains secrets.
#[derive(Default)]
pub enum UncheckedCredentialPatch {
    /// The credential stays.
    #[default]
    Keep,
    /// The configuration loses its credential.
    Remove,
    /// This credential replaces the stored one.
    Replace(UncheckedCredential),
    /// The identifier, the secret, or both change.
    Parts {
        /// The identifier. The mask of the stored identifier means "unchanged".
        key_id: Patch<Zeroizing<String>>,
        /// The secret.
        secret: Option<Zeroizing<String>>,
    },
    /// The secret of an API key, and what is given of the header that carries it.
    Key {
        /// The header; `None` keeps the stored one.
        header: Option<String>,
        /// The text before the secret in the header.
        prefix: Patch<String>,
        /// The secret or a reference to it.
        value: UncheckedSecret,
        /// Whether the change drops an identifier, even if none is stored.
        drops_key_id: bool,
    },
}

/// A validated change of a credential.
#[derive(Debug, Default)]
pub enum CredentialPatch {
    /// The credential stays.
    #[default]
    Keep,
    /// The configuration loses its credential.
    Remove,
    /// This credential replaces the stored one.
    Replace(Credential),
    /// Parts of it change.
    Parts(CredentialParts),
}

/// New parts of a credential. Missing parts stay.
#[derive(Debug, Default)]
pub struct CredentialParts {
    key_id: Patch<KeyIdInput>,
    secret: Option<SecretValue>,
    header: Option<HeaderName>,
    prefix: Patch<HeaderPrefix>,
}

/// An identifier as clients send it in a change.
#[derive(Debug)]
pub enum KeyIdInput {
    /// The new identifier.
    Value(Secret),
    /// The mask of the stored identifier, which stays.
    Mask(Mask),
}

impl KeyIdInput {
    /// Parses a mask or an identifier.
    pub fn parse(text: Zeroizing<String>) -> Result<Self, SecretError> {
        match Mask::parse(&text) {
            Some(mask) => Ok(Self::Mask(mask)),
            None => parse_secret(text).map(Self::Value),
        }
    }
}

impl UncheckedCredentialPatch {
    pub(super) fn check(self, errors: &mut FieldErrors) -> CredentialPatch {
        match self {
            Self::Keep | Self::Parts { key_id: Patch::Keep, secret: None } => CredentialPatch::Keep,
            Self::Remove => CredentialPatch::Remove,
            Self::Replace(credential) => {
                credential.check(errors).map_or(CredentialPatch::Keep, CredentialPatch::Replace)
            }
            Self::Parts { key_id, secret } => {
                let key_id = match key_id {
                    Patch::Keep => Patch::Keep,
                    Patch::Clear => Patch::Clear,
                    Patch::Set(text) => {
                        Patch::from_option(errors.keep(Field::KeyId, KeyIdInput::parse(text)))
                    }
                };
                let secret = secret.and_then(|text| UncheckedSecret::Inline(text).check(errors));
                CredentialPatch::Parts(CredentialParts { key_id, secret, ..CredentialParts::default() })
            }
            Self::Key { header, prefix, value, drops_key_id } => {
                let header = errors.parse(Field::HeaderName, header.as_deref());
                let prefix = match prefix {
                    Patch::Keep => Patch::Keep,
                    Patch::Clear => Patch::Clear,
                    Patch::Set(text) => Patch::from_option(errors.parse(Field::HeaderPrefix, Some(&text))),
                };
                let secret = value.check(errors);
                let key_id = if drops_key_id { Patch::Clear } else { Patch::Keep };
                CredentialPatch::Parts(CredentialParts { key_id, secret, header, prefix })
            }
        }
    }
}

impl CredentialPatch {
    /// A change of the identifier, the secret, or both.
    #[must_use]
    pub fn parts(key_id: Patch<KeyIdInput>, secret: Option<Secret>) -> Self {
        if key_id.is_keep() && secret.is_none() {
            return Self::Keep;
        }
        let secret = secret.map(SecretValue::Inline);
        Self::Parts(CredentialParts { key_id, secret, ..CredentialParts::default() })
    }

    /// The fields that the change contains, for the audit event.
    pub(super) fn fields(&self) -> Vec<Field> {
        match self {
            Self::Keep => Vec::new(),
            Self::Remove | Self::Replace(_) => vec![Field::Credential],
            Self::Parts(CredentialParts { key_id, secret, header, prefix }) => {
                let key_id = (!key_id.is_keep()).then_some(Field::KeyId);
                let secret = secret.as_ref().map(|value| match value {
                    SecretValue::Inline(_) => Field::SecretValue,
                    SecretValue::Reference(_) => Field::SecretReference,
                });
                let header = header.as_ref().map(|_| Field::HeaderName);
                let prefix = (!prefix.is_keep()).then_some(Field::HeaderPrefix);
                [key_id, secret, header, prefix].into_iter().flatten().collect()
            }
        }
    }

    /// Whether the stored credential stays as it is and need not be decrypted.
    #[must_use]
    pub fn leaves_unchanged(&self, stored: Option<&SecretMeta>) -> bool {
        match self {
            Self::Keep => true,
            Self::Remove => stored.is_none(),
            Self::Replace(_) | Self::Parts(CredentialParts { secret: Some(_), .. }) => false,
            Self::Parts(CredentialParts { key_id, secret: None, .. }) => match key_id {
                Patch::Keep => true,
                Patch::Clear => stored.is_none_or(|meta| meta.key_id_mask.is_none()),
                Patch::Set(KeyIdInput::Mask(mask)) => is_stored_mask(stored, mask),
                Patch::Set(KeyIdInput::Value(_)) => false,
            },
        }
    }

    /// The credential that replaces `stored`, the decrypted one.
    ///
    /// Call this only if the change does not [leave the credential unchanged](Self::leaves_unchanged) and
    /// [`ConfigPatch::apply`](super::ConfigPatch::apply) accepted it.
    pub fn credential(&self, stored: Option<&Credential>) -> Result<Credential, FieldErrors> {
        match self {
            Self::Replace(credential) => Ok(credential.duplicate()),
            Self::Keep | Self::Remove => stored.map(Credential::duplicate).ok_or_else(no_secret),
            Self::Parts(CredentialParts { key_id, secret, header, prefix }) => {
                let (stored_key_id, stored_secret) = match stored {
                    Some(Credential::KeyPair(pair)) => (Some(&pair.key_id), Some(&pair.secret)),
                    Some(Credential::ApiKey(key)) => (None, Some(&key.value)),
                    Some(Credential::GcpAdc(_)) | None => (None, None),
                };
                let value = secret.as_ref().or(stored_secret).ok_or_else(no_secret)?.duplicate();
                let key_id = match key_id {
                    Patch::Keep | Patch::Set(KeyIdInput::Mask(_)) => stored_key_id,
                    Patch::Clear => None,
                    Patch::Set(KeyIdInput::Value(key_id)) => Some(key_id),
                };
                if let Some(key_id) = key_id {
                    if header.is_some() || !prefix.is_keep() {
                        let message = "is only for an API key, and a key pair is stored";
                        return Err(FieldErrors::one(Field::HeaderName, message));
                    }
                    return Ok(Credential::KeyPair(KeyPair { key_id: key_id.duplicate(), secret: value }));
                }
                let (stored_header, stored_prefix) = match stored {
                    Some(Credential::ApiKey(key)) => (key.header.as_ref(), key.prefix.as_ref()),
                    Some(Credential::KeyPair(_) | Credential::GcpAdc(_)) | None => (None, None),
                };
                let header = header.as_ref().or(stored_header).cloned();
                let prefix = match prefix {
                    Patch::Keep => stored_prefix.cloned(),
                    Patch::Clear => None,
                    Patch::Set(prefix) => Some(prefix.clone()),
                };
                Ok(Credential::ApiKey(ApiKey { header, prefix, value }))
            }
        }
    }

    /// Whether the change removes the credential.
    #[must_use]
    pub const fn removes(&self) -> bool {
        matches!(self, Self::Remove)
    }

    /// Whether the change contains the secret itself, which proves that its sender knows it.
    #[must_use]
    pub fn has_inline_secret(&self) -> bool {
        match self {
            Self::Keep | Self::Remove => false,
            Self::Replace(credential) => credential.is_inline(),
            Self::Parts(CredentialParts { secret, .. }) => matches!(secret, Some(SecretValue::Inline(_))),
        }
    }

    /// Whether the change contains a new secret, or a new reference to one.
    #[must_use]
    pub const fn has_new_secret(&self) -> bool {
        match self {
            Self::Keep | Self::Remove => false,
            Self::Replace(_) => true,
            Self::Parts(CredentialParts { secret, .. }) => secret.is_some(),
        }
    }

    /// Whether no part of the stored credential stays, and the change contains the new secret itself.
    #[must_use]
    pub fn replaces_all(&self, stored: &SecretMeta) -> bool {
        self.has_inline_secret() && self.drops_all(stored)
    }

    /// Whether no part of the stored credential stays: the change contains a new secret or reference, and
    /// replaces or drops the identifier if there is one.
    #[must_use]
    pub fn drops_all(&self, stored: &SecretMeta) -> bool {
        let keeps_key_id = match self {
            Self::Keep => true,
            Self::Remove | Self::Replace(_) => false,
            Self::Parts(CredentialParts { key_id, .. }) => {
                matches!(key_id, Patch::Keep | Patch::Set(KeyIdInput::Mask(_)))
                    && stored.key_id_mask.is_some()
            }
        };
        self.has_new_secret() && !keeps_key_id
    }

    /// The kind of the credential after the change.
    pub(super) fn kind(&self, stored: CredentialKind) -> CredentialKind {
        match self {
            Self::Keep | Self::Remove => stored,
            Self::Replace(credential) => credential.kind(),
            Self::Parts(CredentialParts { key_id, .. }) => match key_id {
                Patch::Keep | Patch::Set(KeyIdInput::Mask(_)) => stored,
                Patch::Clear => CredentialKind::ApiKey,
                Patch::Set(KeyIdInput::Value(_)) => CredentialKind::KeyPair,
            },
        }
    }

    /// Whether the change contains a new part, inline or as a reference. A mask is not a new part, and
    /// neither is the removal of the identifier.
    pub(super) const fn has_new_part(&self) -> bool {
        match self {
            Self::Keep | Self::Remove => false,
            Self::Replace(_) => true,
            Self::Parts(CredentialParts { key_id, secret, .. }) => {
                secret.is_some() || matches!(key_id, Patch::Set(KeyIdInput::Value(_)))
            }
        }
    }

    /// Adds the errors of a change that does not fit the stored credential: another mask than that of the
    /// stored identifier, and an identifier without a secret.
    pub(super) fn check_against(&self, stored: Option<&SecretMeta>, errors: &mut FieldErrors) {
        let Self::Parts(CredentialParts { key_id, secret, .. }) = self else { return };
        match key_id {
            Patch::Set(KeyIdInput::Mask(mask)) if !is_stored_mask(stored, mask) => errors
                .add(Field::KeyId, "looks like the mask that is shown instead of a key; send the key itself"),
            Patch::Set(KeyIdInput::Value(_)) if stored.is_none() && secret.is_none() => {
                errors.add(Field::SecretValue, "is required where none is stored");
            }
            Patch::Keep | Patch::Clear | Patch::Set(KeyIdInput::Mask(_) | KeyIdInput::Value(_)) => {}
        }
    }
}

fn is_stored_mask(stored: Option<&SecretMeta>, mask: &Mask) -> bool {
    stored.is_some_and(|meta| meta.key_id_mask.as_ref() == Some(mask))
}

fn no_secret() -> FieldErrors {
    FieldErrors::one(Field::SecretValue, "is required where none is stored")
}
