//! The plaintext form of credentials. This is the only code that serialises a secret, and it writes to memory
//! that is overwritten when dropped.

use std::collections::BTreeMap;
use std::io;

use llm_config_core::credential::{
    ApiKey, Credential, GcpAdc, HeaderName, HeaderPrefix, KeyPair, SecretValue,
};
use llm_config_core::secret::{Secret, SecretRef};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
enum CredentialJson<'a> {
    ApiKey { header: Option<&'a str>, prefix: Option<&'a str>, value: ValueJson<'a> },
    KeyPair { key_id: &'a str, secret: ValueJson<'a> },
    GcpAdc { scopes: &'a [String], quota_project: Option<&'a str> },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ValueJson<'a> {
    Inline(&'a str),
    Reference { uri: &'a str, hints: &'a BTreeMap<String, String> },
}

#[derive(Deserialize)]
struct ParsedCredential {
    kind: Kind,
    header: Option<String>,
    prefix: Option<String>,
    value: Option<ParsedValue>,
    key_id: Option<StoredSecret>,
    secret: Option<ParsedValue>,
    scopes: Option<Vec<String>>,
    quota_project: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    ApiKey,
    KeyPair,
    GcpAdc,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ParsedValue {
    Inline(StoredSecret),
    Reference { uri: String, hints: BTreeMap<String, String> },
}

/// A secret of this or an earlier version, whose rules for new secrets may have been others.
struct StoredSecret(Secret);

impl<'de> Deserialize<'de> for StoredSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Secret::from_stored(text).map(Self).map_err(D::Error::custom)
    }
}

/// Serialises a credential to the bytes that are sealed.
pub(crate) fn credential_to_plaintext(credential: &Credential) -> Zeroizing<Vec<u8>> {
    let json = match credential {
        Credential::ApiKey(ApiKey { header, prefix, value }) => CredentialJson::ApiKey {
            header: header.as_ref().map(HeaderName::as_str),
            prefix: prefix.as_ref().map(HeaderPrefix::as_str),
            value: value_json(value),
        },
        Credential::KeyPair(KeyPair { key_id, secret }) => {
            CredentialJson::KeyPair { key_id: key_id.expose(), secret: value_json(secret) }
        }
        Credential::GcpAdc(GcpAdc { scopes, quota_project }) => {
            CredentialJson::GcpAdc { scopes, quota_project: quota_project.as_deref() }
        }
    };
    // Measured first: a buffer that grows leaves copies of the secret in freed memory.
    let mut size = Count(0);
    write_json(&mut size, &json);
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.0));
    write_json(&mut *bytes, &json);
    bytes
}

fn value_json(value: &SecretValue) -> ValueJson<'_> {
    match value {
        SecretValue::Inline(secret) => ValueJson::Inline(secret.expose()),
        SecretValue::Reference(reference) => {
            ValueJson::Reference { uri: reference.uri(), hints: reference.hints() }
        }
    }
}

fn write_json(writer: impl io::Write, credential: &CredentialJson<'_>) {
    #[expect(clippy::expect_used, reason = "strings always have a JSON form, and memory accepts them")]
    serde_json::to_writer(writer, credential).expect("a credential has a JSON form");
}

/// Counts the bytes that are written to it.
struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Parses opened bytes; `None` if they are not a credential. Bytes that this program sealed always are.
pub(crate) fn credential_from_plaintext(bytes: &[u8]) -> Option<Credential> {
    let ParsedCredential { kind, header, prefix, value, key_id, secret, scopes, quota_project } =
        serde_json::from_slice(bytes).ok()?;
    Some(match kind {
        Kind::ApiKey => Credential::ApiKey(ApiKey {
            header: header.map(|name| HeaderName::from_stored(&name)).transpose().ok()?,
            prefix: prefix.map(|prefix| HeaderPrefix::from_stored(&prefix)).transpose().ok()?,
            value: value?.into_value()?,
        }),
        Kind::KeyPair => Credential::KeyPair(KeyPair { key_id: key_id?.0, secret: secret?.into_value()? }),
        Kind::GcpAdc => Credential::GcpAdc(GcpAdc { scopes: scopes?, quota_project }),
    })
}

impl ParsedValue {
    fn into_value(self) -> Option<SecretValue> {
        Some(match self {
            Self::Inline(StoredSecret(secret)) => SecretValue::Inline(secret),
            Self::Reference { uri, hints } => {
                SecretValue::Reference(SecretRef::from_stored(&uri, hints).ok()?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) {
        let credential: Credential = serde_json::from_str(json).unwrap();
        let bytes = credential_to_plaintext(&credential);
        let parsed = credential_from_plaintext(&bytes).unwrap();
        assert_eq!(credential_to_plaintext(&parsed), bytes);
        assert_eq!(bytes.capacity(), bytes.len(), "the buffer never grew");
    }

    #[test]
    fn plaintext_of_every_kind_parses_to_the_same_credential() {
        check(r#"{"kind":"API_KEY","secret":"sk-\"é\n","header":"x-api-key","prefix":"Key "}"#);
        check(r#"{"kind":"API_KEY","reference":"vault://kv/a#b"}"#);
        check(r#"{"kind":"KEY_PAIR","key_id":"AKIA","secret":"s"}"#);
        check(r#"{"kind":"GCP_ADC","scopes":["a","b"],"quota_project":"p"}"#);
    }

    #[test]
    fn plaintext_with_mask_or_reference_of_earlier_version_parses() {
        for text in ["sk-...abcd", "***", "os.environ/OPENAI_API_KEY", "env://OPENAI_API_KEY"] {
            let json = serde_json::json!({"kind": "API_KEY", "value": {"inline": text}}).to_string();
            let Some(Credential::ApiKey(key)) = credential_from_plaintext(json.as_bytes()) else {
                panic!("{text} is not read")
            };
            assert!(matches!(key.value, SecretValue::Inline(secret) if secret.expose() == text));
            let json = serde_json::json!({"kind": "KEY_PAIR", "key_id": text, "secret": {"inline": text}});
            assert!(credential_from_plaintext(json.to_string().as_bytes()).is_some(), "{text}");
        }
    }
}
