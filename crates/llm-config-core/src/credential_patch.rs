//! A change of a stored credential, as a whole or in its parts.

use zeroize::Zeroizing;

use crate::config::LlmConfig;
use crate::credential::{ApiKey, Credential, CredentialKind, KeyPair, Presentation, SecretMeta, SecretValue};
use crate::draft::{CredentialDraft, SecretDraft, secret_text};
use crate::mask::Mask;
use crate::patch::Patch;
use crate::provider::Provider;
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

    /// Whether the giver shows that he knows the secret that will be used.
    fn gives_secret(&self) -> bool {
        match self {
            Self::Keep => false,
            Self::Replace(credential) => credential.proves_knowledge(),
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

    fn kind(&self, stored: CredentialKind) -> CredentialKind {
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

    /// A secret was entered for one origin, and to be sent or to sign. Whoever wants it used
    /// otherwise must show that he knows it, by giving it again.
    pub(crate) fn destination_allowed(
        &self,
        faults: &mut Violations,
        current: &LlmConfig,
        (old, new): (&Destination<'_>, &Destination<'_>),
    ) {
        if let Self::Parts(CredentialParts { key_id: KeyIdPatch::Masked(mask), .. }) = self
            && !shows(current.secret.as_ref(), mask)
        {
            faults
                .add(Field::KeyId, "looks like the mask that is shown instead of a key; send the key itself");
        }
        let Some(stored) = &current.secret else {
            if matches!(self, Self::Parts(CredentialParts { secret: None, key_id: KeyIdPatch::Set(_) })) {
                faults.add(Field::SecretValue, "is required where none is stored");
            }
            return;
        };
        if old.origin != new.origin && !self.is_whole(stored) {
            let also =
                if stored.key_id_mask.is_some() { " (and the key again, or null to drop it)" } else { "" };
            let message = format_args!(
                "is at {}, but the stored credential was entered for {}; send the secret again{also} with this change",
                new.origin, old.origin
            );
            faults.add(Field::Endpoint, message);
        }
        // An identifier was never hidden from the provider, so here the secret alone counts.
        let was = Presentation::of(old.provider, stored.kind);
        if !self.gives_secret()
            && was == Presentation::Signed
            && Presentation::of(new.provider, self.kind(stored.kind)) == Presentation::Sent
        {
            let field = if old.provider == new.provider { Field::KeyId } else { Field::Provider };
            faults.add(
                field,
                "would send a credential that so far only signed requests; send the secret again with this change",
            );
        }
    }
}

/// Where a credential goes, as far as the rule asks.
pub(crate) struct Destination<'a> {
    pub(crate) provider: Provider,
    pub(crate) origin: &'a crate::endpoint::Origin,
}

fn shows(stored: Option<&SecretMeta>, mask: &Mask) -> bool {
    stored.is_some_and(|it| it.key_id_mask.as_ref() == Some(mask))
}

fn no_secret() -> Violations {
    Violations::one(Field::SecretValue, "is required where none is stored")
}
