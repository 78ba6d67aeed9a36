//! What a provider is shown: the credential, in the form in which it can be sent.

use http::header::{HeaderName, HeaderValue};
use llm_config_core::credential::{ApiKey, Credential, CredentialUse, KeyPair, SecretValue};
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;
use zeroize::Zeroizing;

use crate::key::{self, CleanKey, KeyFault};
use crate::report::{Note, Shown};
use llm_config_egress::Request;

/// What no provider ever issued. Recognisable in a provider's logs.
const WRONG_KEY: &str = "llm-config-probe-control-0000";

/// What a provider is shown.
pub(crate) enum Access {
    /// Nothing.
    Open,
    /// A key in a header.
    Key(SentKey),
    /// A key pair that requests are signed with.
    Pair(SigningPair),
}

/// A key in a header.
pub(crate) struct SentKey {
    /// The header and its prefix; `None` for those that the provider expects.
    header: Option<KeyHeader>,
    /// The prefix that was chosen, whatever the header.
    prefix: Option<String>,
    pub(crate) key: Zeroizing<String>,
}

/// A header for keys, and what stands before the key.
#[derive(Clone)]
pub(crate) struct KeyHeader {
    name: HeaderName,
    prefix: String,
}

/// An AWS access key.
pub(crate) struct SigningPair {
    pub(crate) key_id: Zeroizing<String>,
    pub(crate) secret: Zeroizing<String>,
    /// Belongs to temporary keys, whose id begins with `ASIA`.
    pub(crate) session_token: Option<Zeroizing<String>>,
}

/// Why a credential cannot be shown.
#[derive(Clone, Copy)]
pub(crate) enum Unshowable {
    /// It has characters that cannot be sent.
    Malformed(KeyFault),
    /// It is a reference that nobody resolved.
    Reference,
    /// It is the server's own identity, for which nobody supplied a token.
    Identity,
}

impl KeyHeader {
    pub(crate) fn bearer() -> Self {
        Self { name: http::header::AUTHORIZATION, prefix: "Bearer ".to_owned() }
    }

    pub(crate) fn bare(name: &'static str) -> Self {
        Self { name: HeaderName::from_static(name), prefix: String::new() }
    }
}

impl Access {
    /// The form in which `provider` is shown `credential`, and what was left out of it.
    pub(crate) fn of(
        provider: Provider,
        credential: Option<&Credential>,
    ) -> Result<(Self, Vec<Note>), Unshowable> {
        let Some(credential) = credential else { return Ok((Self::Open, Vec::new())) };
        match credential {
            Credential::ApiKey(key) => {
                let CleanKey { text, notes } = clean(&key.value)?;
                let prefix = key.prefix.as_ref().map(|it| it.as_str().to_owned());
                Ok((Self::Key(SentKey { header: header(key)?, prefix, key: text }), notes))
            }
            Credential::KeyPair(pair) => match CredentialUse::for_provider(provider, credential.kind()) {
                CredentialUse::Signing => pair_of(pair),
                // The identifier of a pair means nothing to providers that are sent a key.
                CredentialUse::Sent => {
                    let CleanKey { text, notes } = clean(&pair.secret)?;
                    Ok((Self::Key(SentKey { header: None, prefix: None, key: text }), notes))
                }
            },
            Credential::GcpAdc(_) => Err(Unshowable::Identity),
        }
    }

    /// Whether there is nothing to show.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// The request with what is to be shown, in the header that was chosen or else in `expected`.
    /// Key pairs are not sent: whoever signs adds the signature.
    pub(crate) fn show(&self, mut request: Request, expected: &KeyHeader, shown: Shown) -> Request {
        let Self::Key(SentKey { header, prefix: chosen, key }) = self else { return request };
        let text = match shown {
            Shown::Credential => key.as_str(),
            Shown::WrongCredential => WRONG_KEY,
            Shown::Nothing => return request,
        };
        let KeyHeader { name, prefix } = header.as_ref().unwrap_or(expected);
        let prefix = chosen.as_ref().unwrap_or(prefix);
        let value = Zeroizing::new(format!("{prefix}{text}"));
        // Both parts are printable ASCII by now.
        if let Ok(mut value) = HeaderValue::from_str(&value) {
            value.set_sensitive(true);
            request.headers.insert(name, value);
        }
        request
    }

    /// Every text that must not be seen in a report.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        match self {
            Self::Open => Vec::new(),
            Self::Key(SentKey { key, .. }) => vec![key],
            Self::Pair(SigningPair { key_id, secret, session_token }) => {
                let token = session_token.as_ref().map(|it| it.as_str());
                [Some(key_id.as_str()), Some(secret.as_str()), token].into_iter().flatten().collect()
            }
        }
    }
}

fn secret(value: &SecretValue) -> Result<&Secret, Unshowable> {
    match value {
        SecretValue::Inline(secret) => Ok(secret),
        SecretValue::Reference(_) => Err(Unshowable::Reference),
    }
}

fn clean(value: &SecretValue) -> Result<CleanKey, Unshowable> {
    key::clean(secret(value)?.expose()).map_err(Unshowable::Malformed)
}

fn header(key: &ApiKey) -> Result<Option<KeyHeader>, Unshowable> {
    let prefix = key.effective_prefix();
    if !prefix.chars().all(|c| matches!(c, ' '..='~')) {
        return Err(Unshowable::Malformed(KeyFault::Prefix));
    }
    let Some(name) = &key.header else { return Ok(None) };
    let name = HeaderName::from_bytes(name.as_str().as_bytes());
    let name = name.map_err(|_| Unshowable::Malformed(KeyFault::Header))?;
    Ok(Some(KeyHeader { name, prefix: prefix.to_owned() }))
}

/// `secret` or `secret:session token`: neither part can have a colon, and the APIs have no third
/// field.
fn pair_of(pair: &KeyPair) -> Result<(Access, Vec<Note>), Unshowable> {
    let mut id = key::clean(pair.key_id.expose()).map_err(Unshowable::Malformed)?;
    let CleanKey { text, notes } = clean(&pair.secret)?;
    id.notes.extend(notes);
    let (secret, session_token) = match text.split_once(':') {
        Some(("", _) | (_, "")) => return Err(Unshowable::Malformed(KeyFault::EmptyPart)),
        Some((secret, token)) => (secret, Some(Zeroizing::new(token.to_owned()))),
        None => (text.as_str(), None),
    };
    let secret = Zeroizing::new(secret.to_owned());
    let pair = SigningPair { key_id: id.text, secret, session_token };
    Ok((Access::Pair(pair), id.notes))
}
