//! Unchecked credentials and their validation.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::header::HeaderName;
use super::value::{ApiKey, Credential, GcpAdc, KeyPair, SecretValue};
use crate::field::{Field, FieldErrors};
use crate::scope::Scope;
use crate::secret::{Secret, SecretError, SecretRef};
use crate::text::{TextRule, not_blank};

/// An unchecked credential. Not printable, because it contains secrets.
#[expect(missing_docs, reason = "each field is the raw form of the field of `Credential` of that name")]
pub enum UncheckedCredential {
    /// An API key in a header.
    ApiKey { header: Option<String>, prefix: Option<String>, value: UncheckedSecret },
    /// A secret and, at some providers, its identifier; calls send it in the provider's own header.
    ProviderKey { key_id: Option<Zeroizing<String>>, secret: UncheckedSecret },
    /// The server's own Google identity.
    GcpAdc { scopes: Vec<String>, quota_project: Option<String> },
}

/// An unchecked secret or reference. Not printable.
#[expect(missing_docs, reason = "each field is the raw form of the field of `SecretRef` of that name")]
pub enum UncheckedSecret {
    /// The secret itself.
    Inline(Zeroizing<String>),
    /// A reference to it.
    Reference { uri: String, hints: BTreeMap<String, String> },
}

/// The rule for OAuth scopes and projects.
const GOOGLE_NAME: TextRule =
    TextRule { limit: GcpAdc::TEXT_LIMIT, multi_line: false, keep_outer_space: false };

impl UncheckedCredential {
    /// The credential as the API of the scope has it: for an owner a key in a header, for a workspace a key,
    /// or a key pair, that is sent as the provider expects it.
    #[must_use]
    pub fn for_scope(
        scope: &Scope,
        key_id: Option<Zeroizing<String>>,
        header: Option<String>,
        prefix: Option<String>,
        value: UncheckedSecret,
    ) -> Self {
        match scope {
            Scope::Workspace(_) if header.is_none() && prefix.is_none() => {
                Self::ProviderKey { key_id, secret: value }
            }
            Scope::Owner(_) | Scope::Workspace(_) => Self::ApiKey { header, prefix, value },
        }
    }

    /// Checks every part; `None` after adding at least one error.
    pub fn check(self, errors: &mut FieldErrors) -> Option<Credential> {
        match self {
            Self::ApiKey { header, prefix, value } => {
                let header: Option<HeaderName> =
                    errors.parse(Field::HeaderName, not_blank(header.as_deref()));
                // Clients send an empty text for an empty input. White space is a prefix: it means none.
                let prefix = prefix.as_deref().filter(|prefix| !prefix.is_empty());
                let prefix = errors.parse(Field::HeaderPrefix, prefix);
                let value = value.check(errors)?;
                let header = Some(header.unwrap_or_else(HeaderName::authorization));
                Some(Credential::ApiKey(ApiKey { header, prefix, value }))
            }
            Self::ProviderKey { key_id, secret } => {
                let key_id = key_id.map(|text| errors.keep(Field::KeyId, parse_secret(text)));
                let value = secret.check(errors)?;
                Some(match key_id {
                    Some(key_id) => Credential::KeyPair(KeyPair { key_id: key_id?, secret: value }),
                    None => Credential::ApiKey(ApiKey { header: None, prefix: None, value }),
                })
            }
            Self::GcpAdc { scopes, quota_project } => {
                if scopes.len() > GcpAdc::SCOPE_LIMIT {
                    errors.add(
                        Field::GcpScopes,
                        format_args!("must have at most {} entries", GcpAdc::SCOPE_LIMIT),
                    );
                }
                let checked = scopes.iter().map(|scope| GOOGLE_NAME.check(scope));
                let scopes = errors.keep_entries(Field::GcpScopes, checked);
                let quota_project = not_blank(quota_project.as_deref())
                    .and_then(|project| errors.keep(Field::GcpQuotaProject, GOOGLE_NAME.check(project)));
                Some(Credential::GcpAdc(GcpAdc { scopes, quota_project }))
            }
        }
    }
}

impl UncheckedSecret {
    pub(crate) fn check(self, errors: &mut FieldErrors) -> Option<SecretValue> {
        match self {
            Self::Inline(text) => {
                errors.keep(Field::SecretValue, parse_secret(text)).map(SecretValue::Inline)
            }
            Self::Reference { uri, hints } => {
                let reference = SecretRef::new(&uri, hints);
                errors.keep(Field::SecretReference, reference).map(SecretValue::Reference)
            }
        }
    }
}

pub(crate) fn parse_secret(mut text: Zeroizing<String>) -> Result<Secret, SecretError> {
    Secret::new(std::mem::take(&mut *text))
}
