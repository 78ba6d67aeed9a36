//! The credential in the form of a configuration. Its secret parts are taken out of the form before anything
//! else, so that no page can show them again.

use std::collections::BTreeMap;

use llm_config_core::config::LlmConfig;
use llm_config_core::credential::{
    CredentialKind, CredentialSource, SecretMeta, UncheckedCredential, UncheckedSecret,
};
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::patch::{Patch, UncheckedCredentialPatch};
use llm_config_core::scope::Scope;
use zeroize::Zeroizing;

use super::fields::name;
use crate::http::console::form::PostedForm;

/// The choices of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CredentialChoice {
    /// An API key, in the header that the provider expects or that is stored.
    Key,
    /// An API key in a header that the form names.
    Header,
    /// A key pair that signs requests.
    Pair,
    /// A reference to a secret store.
    Reference,
    /// The server's own Google identity. The form can only keep it.
    Identity,
    /// No credential.
    Nothing,
}

impl CredentialChoice {
    const ALL: [Self; 6] =
        [Self::Key, Self::Header, Self::Pair, Self::Reference, Self::Identity, Self::Nothing];

    /// The value in the form.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Header => "header",
            Self::Pair => "pair",
            Self::Reference => "reference",
            Self::Identity => "identity",
            Self::Nothing => "none",
        }
    }

    /// The choice that stands for what is stored.
    pub(super) const fn for_stored(stored: Option<&SecretMeta>) -> Self {
        match stored {
            None => Self::Nothing,
            Some(SecretMeta { source: Some(CredentialSource::Reference), .. }) => Self::Reference,
            Some(SecretMeta { kind: CredentialKind::ApiKey, .. }) => Self::Key,
            Some(SecretMeta { kind: CredentialKind::KeyPair, .. }) => Self::Pair,
            Some(SecretMeta { kind: CredentialKind::GcpAdc, .. }) => Self::Identity,
        }
    }
}

/// The credential that a person typed. Not printable, because it contains secrets.
pub(super) struct TypedCredential {
    /// Whether the form shows the choice.
    is_shown: bool,
    choice: Option<CredentialChoice>,
    secret: Option<Zeroizing<String>>,
    key_id: Option<Zeroizing<String>>,
    header: Option<String>,
    prefix: Option<String>,
    reference: Option<String>,
}

impl TypedCredential {
    /// Takes the credential out of the form.
    pub(super) fn take(form: &mut PostedForm) -> Self {
        let mut secret = |field| {
            let text = form.take_secret(name(field))?;
            Some(text).filter(|text| !text.trim().is_empty())
        };
        let (secret, key_id) = (secret(Field::SecretValue), secret(Field::KeyId));
        let choice = form.value(name(Field::CredentialKind));
        // White space is a prefix: it means none.
        let prefix = Some(form.value(name(Field::HeaderPrefix))).filter(|text| !text.is_empty());
        Self {
            is_shown: form.is_ticked(name(Field::CredentialKind)),
            choice: CredentialChoice::ALL.into_iter().find(|known| known.as_str() == choice),
            secret,
            key_id,
            header: form.filled(name(Field::HeaderName)),
            prefix: prefix.map(str::to_owned),
            reference: form.filled(name(Field::SecretReference)),
        }
    }

    /// Whether the person typed a secret.
    pub(super) const fn has_secret(&self) -> bool {
        self.secret.is_some() || self.key_id.is_some()
    }

    /// Whether the configuration is to have no credential.
    pub(super) fn is_nothing(&self) -> bool {
        self.choice == Some(CredentialChoice::Nothing)
    }

    /// The credential of a new configuration; `None` for none, and after an error.
    pub(super) fn for_new(&self, scope: &Scope, errors: &mut FieldErrors) -> Option<UncheckedCredential> {
        let before = errors.len();
        match self.choice {
            None => errors.add(Field::CredentialKind, "must be one of the choices"),
            Some(CredentialChoice::Identity) => {
                errors.add(Field::CredentialKind, "can be the identity of the server through the API only");
            }
            Some(CredentialChoice::Nothing) => {
                if self.has_secret() {
                    errors.add(Field::CredentialKind, "is none, but a secret is typed");
                }
                return None;
            }
            Some(CredentialChoice::Key) => self.require_secret(errors),
            Some(CredentialChoice::Header) => {
                if self.header.is_none() {
                    errors.add(Field::HeaderName, "is required");
                }
                self.require_secret(errors);
            }
            Some(CredentialChoice::Pair) => {
                match scope {
                    Scope::Owner(_) => errors
                        .add(Field::CredentialKind, "can be a key pair in configurations of workspaces only"),
                    Scope::Workspace(_) => {}
                }
                if self.key_id.is_none() {
                    errors.add(Field::KeyId, "is required");
                }
                self.require_secret(errors);
            }
            Some(CredentialChoice::Reference) => {
                if self.reference.is_none() {
                    errors.add(Field::SecretReference, "is required");
                }
            }
        }
        if errors.len() > before { None } else { self.whole(scope) }
    }

    /// The credential as far as it is typed, for an examination.
    pub(super) fn as_typed(&self, scope: &Scope) -> Option<UncheckedCredential> {
        self.for_new(scope, &mut FieldErrors::default())
    }

    /// The change of the credential of `stored`. An empty secret keeps the stored one. `reference` is the
    /// stored one, as the form showed it.
    pub(super) fn for_change(
        &self,
        stored: &LlmConfig,
        reference: Option<&str>,
        errors: &mut FieldErrors,
    ) -> UncheckedCredentialPatch {
        let before = CredentialChoice::for_stored(stored.secret.as_ref());
        let is_same = self.choice == Some(before);
        let types_nothing = !self.has_secret() && self.header.is_none() && self.prefix.is_none();
        let is_kept = match self.choice {
            Some(CredentialChoice::Reference) => self.reference.as_deref() == reference && types_nothing,
            Some(
                CredentialChoice::Key
                | CredentialChoice::Pair
                | CredentialChoice::Identity
                | CredentialChoice::Nothing,
            ) => !self.has_secret(),
            Some(CredentialChoice::Header) | None => false,
        };
        if (is_same && is_kept) || (!self.is_shown && types_nothing) {
            return UncheckedCredentialPatch::Keep;
        }
        let inline = || self.secret.clone().map(UncheckedSecret::Inline);
        match (self.choice, before) {
            (Some(CredentialChoice::Nothing), _) if !self.has_secret() => UncheckedCredentialPatch::Remove,
            // The header that is stored stays.
            (Some(CredentialChoice::Key), CredentialChoice::Key) => {
                self.require_secret(errors);
                inline().map_or(UncheckedCredentialPatch::Keep, |value| UncheckedCredentialPatch::Key {
                    header: None,
                    prefix: Patch::Keep,
                    value,
                    drops_key_id: false,
                })
            }
            (Some(CredentialChoice::Pair), CredentialChoice::Pair) => UncheckedCredentialPatch::Parts {
                key_id: Patch::from_option(self.key_id.clone()),
                secret: self.secret.clone(),
            },
            (_, _) => match self.for_new(&stored.scope, errors) {
                Some(credential) => UncheckedCredentialPatch::Replace(credential),
                None => UncheckedCredentialPatch::Keep,
            },
        }
    }

    fn require_secret(&self, errors: &mut FieldErrors) {
        if self.secret.is_none() {
            errors.add(Field::SecretValue, "is required");
        }
    }

    /// The whole credential; `None` if a part is missing.
    fn whole(&self, scope: &Scope) -> Option<UncheckedCredential> {
        let (header, prefix) = (self.header.clone(), self.prefix.clone());
        let secret = || self.secret.clone().map(UncheckedSecret::Inline);
        Some(match self.choice? {
            CredentialChoice::Key => UncheckedCredential::for_scope(scope, None, None, None, secret()?),
            CredentialChoice::Header => UncheckedCredential::ApiKey { header, prefix, value: secret()? },
            CredentialChoice::Pair => {
                UncheckedCredential::for_scope(scope, self.key_id.clone(), None, None, secret()?)
            }
            CredentialChoice::Reference => {
                let value =
                    UncheckedSecret::Reference { uri: self.reference.clone()?, hints: BTreeMap::new() };
                UncheckedCredential::for_scope(scope, None, header, prefix, value)
            }
            CredentialChoice::Identity | CredentialChoice::Nothing => return None,
        })
    }
}
