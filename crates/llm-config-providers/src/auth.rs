//! A credential in the form in which requests carry it.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use llm_config_core::credential::{ApiKey, Credential, CredentialUse, KeyPair, SecretValue};
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::key::{self, CleanKey, KeyFault};
use crate::key_header::KeyHeader;
use crate::note::Note;
use crate::request::Request;

/// A syntactically valid key that no provider has ever issued; recognisable in a provider's logs.
pub(crate) const WRONG_KEY: &str = "llm-config-probe-control-0000";

/// A credential in the form in which requests carry it.
pub enum Auth {
    /// No credential.
    None,
    /// A key in a header.
    Key(SentKey),
    /// A key pair that signs requests.
    Pair(SigningPair),
}

/// Which credential a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SentCredential {
    /// The configuration's credential.
    #[serde(rename = "credential")]
    Configured,
    /// A credential that no provider has issued: the negative control.
    #[serde(rename = "wrong_credential")]
    Wrong,
    /// No credential.
    #[serde(rename = "nothing")]
    None,
}

/// A key in a header.
pub struct SentKey {
    /// The configured header with its prefix; `None` for the provider's usual header.
    header: Option<KeyHeader>,
    /// The configured prefix, for whichever header is used.
    prefix: Option<String>,
    /// Whether the key was stored as `Bearer KEY`.
    is_stored_as_bearer: bool,
    pub(crate) key: Zeroizing<String>,
}

/// An AWS access key.
pub struct SigningPair {
    /// The access key id.
    pub key_id: Zeroizing<String>,
    /// The secret access key.
    pub secret: Zeroizing<String>,
    /// The session token of temporary keys, whose id begins with `ASIA`.
    pub session_token: Option<Zeroizing<String>>,
}

/// Why a credential cannot be attached to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// It has characters that a header cannot carry.
    Malformed(KeyFault),
    /// It is a secret reference that was not resolved.
    UnresolvedReference,
    /// It is the server's own identity, for which no token was supplied.
    OwnIdentity,
}

impl Auth {
    /// The form in which `provider` expects `credential`, and the corrections that were needed.
    pub fn new(provider: Provider, credential: Option<&Credential>) -> Result<(Self, Vec<Note>), AuthError> {
        let Some(credential) = credential else { return Ok((Self::None, Vec::new())) };
        match credential {
            Credential::ApiKey(key) => {
                let CleanKey { text, notes } = clean(&key.value)?;
                let prefix = key.prefix.as_ref().map(|prefix| prefix.sent().to_owned());
                let is_stored_as_bearer = notes.contains(&Note::KeyPrefixLeftOut);
                Ok((
                    Self::Key(SentKey { header: header(key)?, prefix, is_stored_as_bearer, key: text }),
                    notes,
                ))
            }
            Credential::KeyPair(pair) => match CredentialUse::for_provider(provider, credential.kind()) {
                CredentialUse::Signing => pair_of(pair),
                // The identifier of a pair means nothing to providers that are sent a key.
                CredentialUse::Sent => {
                    let CleanKey { text, notes } = clean(&pair.secret)?;
                    let is_stored_as_bearer = notes.contains(&Note::KeyPrefixLeftOut);
                    Ok((
                        Self::Key(SentKey { header: None, prefix: None, is_stored_as_bearer, key: text }),
                        notes,
                    ))
                }
            },
            Credential::GcpAdc(_) => Err(AuthError::OwnIdentity),
        }
    }

    /// A key in a header, for tests.
    #[cfg(test)]
    pub(crate) fn key(text: &str, header: KeyHeader) -> Self {
        let key = Zeroizing::new(text.to_owned());
        Self::Key(SentKey { header: Some(header), prefix: None, is_stored_as_bearer: false, key })
    }

    /// Whether there is no credential.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// The configured header of a key, in lower case; `None` for the provider's usual one.
    pub(crate) fn configured_header(&self) -> Option<&str> {
        match self {
            Self::Key(SentKey { header: Some(header), .. }) => Some(header.name.as_str()),
            Self::Key(_) | Self::Pair(_) | Self::None => None,
        }
    }

    /// Whether there is a key that begins with one of these prefixes.
    pub(crate) fn key_begins_with(&self, prefixes: &[&str]) -> bool {
        matches!(self, Self::Key(sent) if prefixes.iter().any(|prefix| sent.key.starts_with(prefix)))
    }

    /// Whether there is a key without a header of its own; if so, whether it was stored as `Bearer KEY`.
    pub(crate) fn stored_as_bearer(&self) -> Option<bool> {
        match self {
            Self::Key(SentKey { header: None, prefix: None, is_stored_as_bearer, .. }) => {
                Some(*is_stored_as_bearer)
            }
            Self::Key(_) | Self::None | Self::Pair(_) => None,
        }
    }

    /// Adds the key to a request, in the header that the request names, else in the configured one, else in
    /// `expected`. Key pairs are not sent: the family signs with them.
    pub(crate) fn apply(&self, mut request: Request, expected: &KeyHeader, sent: SentCredential) -> Request {
        let Self::Key(SentKey { header, prefix: configured, key, .. }) = self else { return request };
        let text = match sent {
            SentCredential::Configured => key.as_str(),
            SentCredential::Wrong => WRONG_KEY,
            SentCredential::None => return request,
        };
        let named = request.key_header.take();
        let KeyHeader { name, prefix } = named.as_ref().or(header.as_ref()).unwrap_or(expected);
        let prefix = configured.as_ref().unwrap_or(prefix);
        let value = Zeroizing::new(format!("{prefix}{text}"));
        // `new` refused everything but printable ASCII.
        if let Ok(mut value) = HeaderValue::from_str(&value) {
            value.set_sensitive(true);
            request.headers.insert(name, value);
        }
        request
    }

    /// The header with the key: the configured one, else `expected`. Empty without a key.
    pub(crate) fn headers(&self, expected: &KeyHeader) -> Result<HeaderMap, AuthError> {
        let mut headers = HeaderMap::new();
        if let Self::Key(SentKey { header, prefix: configured, key, .. }) = self {
            let KeyHeader { name, prefix } = header.as_ref().unwrap_or(expected);
            let prefix = configured.as_ref().unwrap_or(prefix);
            let value = Zeroizing::new(format!("{prefix}{}", key.as_str()));
            let value = HeaderValue::from_str(&value);
            let mut value = value.map_err(|_| AuthError::Malformed(KeyFault::Control))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }

    /// Every text that a report must not contain.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::Key(SentKey { key, .. }) => vec![key],
            Self::Pair(SigningPair { key_id, secret, session_token }) => {
                let token = session_token.as_ref().map(|token| token.as_str());
                [Some(key_id.as_str()), Some(secret.as_str()), token].into_iter().flatten().collect()
            }
        }
    }
}

fn secret(value: &SecretValue) -> Result<&Secret, AuthError> {
    match value {
        SecretValue::Inline(secret) => Ok(secret),
        SecretValue::Reference(_) => Err(AuthError::UnresolvedReference),
    }
}

fn clean(value: &SecretValue) -> Result<CleanKey, AuthError> {
    key::clean(secret(value)?).map_err(AuthError::Malformed)
}

fn header(key: &ApiKey) -> Result<Option<KeyHeader>, AuthError> {
    let prefix = key.effective_prefix();
    if !prefix.chars().all(|c| matches!(c, ' '..='~')) {
        return Err(AuthError::Malformed(KeyFault::Prefix));
    }
    let Some(name) = &key.header else { return Ok(None) };
    let name = HeaderName::from_bytes(name.as_str().as_bytes());
    let name = name.map_err(|_| AuthError::Malformed(KeyFault::Header))?;
    Ok(Some(KeyHeader { name, prefix: prefix.to_owned() }))
}

/// `secret` or `secret:session token`: neither part can have a colon, and the APIs have no third
/// field.
fn pair_of(pair: &KeyPair) -> Result<(Auth, Vec<Note>), AuthError> {
    let mut id = key::clean(&pair.key_id).map_err(AuthError::Malformed)?;
    let CleanKey { text, notes } = clean(&pair.secret)?;
    id.notes.extend(notes);
    let (secret, session_token) = match text.split_once(':') {
        Some(("", _) | (_, "")) => return Err(AuthError::Malformed(KeyFault::EmptyPart)),
        Some((secret, token)) => (secret, Some(Zeroizing::new(token.to_owned()))),
        None => (text.as_str(), None),
    };
    let secret = Zeroizing::new(secret.to_owned());
    let pair = SigningPair { key_id: id.text, secret, session_token };
    Ok((Auth::Pair(pair), id.notes))
}
