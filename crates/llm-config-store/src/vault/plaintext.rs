//! A credential as the bytes that are sealed. Only here is a secret ever written out, and only
//! into memory that is overwritten.

use std::collections::BTreeMap;
use std::io;

use llm_config_core::credential::{
    ApiKey, Credential, GcpAdc, HeaderName, HeaderPrefix, KeyPair, SecretValue,
};
use llm_config_core::secret::{Secret, SecretRef};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
enum Written<'a> {
    ApiKey { header: Option<&'a str>, prefix: Option<&'a str>, value: WrittenValue<'a> },
    KeyPair { key_id: &'a str, secret: WrittenValue<'a> },
    GcpAdc { scopes: &'a [String], quota_project: Option<&'a str> },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum WrittenValue<'a> {
    Inline(&'a str),
    Reference { uri: &'a str, hints: &'a BTreeMap<String, String> },
}

#[derive(Deserialize)]
struct Read {
    kind: Kind,
    header: Option<String>,
    prefix: Option<String>,
    value: Option<ReadValue>,
    key_id: Option<Secret>,
    secret: Option<ReadValue>,
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
enum ReadValue {
    Inline(Secret),
    Reference { uri: String, hints: BTreeMap<String, String> },
}

/// The bytes to seal.
pub(crate) fn credential_to_plaintext(credential: &Credential) -> Zeroizing<Vec<u8>> {
    let written = match credential {
        Credential::ApiKey(ApiKey { header, prefix, value }) => Written::ApiKey {
            header: header.as_ref().map(HeaderName::as_str),
            prefix: prefix.as_ref().map(HeaderPrefix::as_str),
            value: written_value(value),
        },
        Credential::KeyPair(KeyPair { key_id, secret }) => {
            Written::KeyPair { key_id: key_id.expose(), secret: written_value(secret) }
        }
        Credential::GcpAdc(GcpAdc { scopes, quota_project }) => {
            Written::GcpAdc { scopes, quota_project: quota_project.as_deref() }
        }
    };
    // Measured first: a buffer that grows leaves copies of its beginning behind.
    let mut size = Count(0);
    write_json(&mut size, &written);
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.0));
    write_json(&mut *bytes, &written);
    bytes
}

fn written_value(value: &SecretValue) -> WrittenValue<'_> {
    match value {
        SecretValue::Inline(secret) => WrittenValue::Inline(secret.expose()),
        SecretValue::Reference(it) => WrittenValue::Reference { uri: it.uri(), hints: it.hints() },
    }
}

fn write_json(to: impl io::Write, written: &Written<'_>) {
    #[expect(clippy::expect_used, reason = "strings always have a JSON form, and memory takes them")]
    serde_json::to_writer(to, written).expect("a credential has a JSON form");
}

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

/// Reads opened bytes back; `None` when they are no credential, which authenticated bytes of
/// this program always are.
pub(crate) fn credential_from_plaintext(bytes: &[u8]) -> Option<Credential> {
    let Read { kind, header, prefix, value, key_id, secret, scopes, quota_project } =
        serde_json::from_slice(bytes).ok()?;
    Some(match kind {
        Kind::ApiKey => Credential::ApiKey(ApiKey {
            header: header.map(|it| HeaderName::from_stored(&it)).transpose().ok()?,
            prefix: prefix.map(|it| HeaderPrefix::from_stored(&it)).transpose().ok()?,
            value: value?.into_value()?,
        }),
        Kind::KeyPair => Credential::KeyPair(KeyPair { key_id: key_id?, secret: secret?.into_value()? }),
        Kind::GcpAdc => Credential::GcpAdc(GcpAdc { scopes: scopes?, quota_project }),
    })
}

impl ReadValue {
    fn into_value(self) -> Option<SecretValue> {
        Some(match self {
            Self::Inline(secret) => SecretValue::Inline(secret),
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
        let back = credential_from_plaintext(&bytes).unwrap();
        assert_eq!(credential_to_plaintext(&back), bytes);
        assert_eq!(bytes.capacity(), bytes.len(), "no room, so it never grew");
    }

    #[test]
    fn every_kind_of_credential_survives_sealing() {
        check(r#"{"kind":"API_KEY","secret":"sk-\"é\n","header":"x-api-key","prefix":"Key "}"#);
        check(r#"{"kind":"API_KEY","reference":"vault://kv/a#b"}"#);
        check(r#"{"kind":"KEY_PAIR","key_id":"AKIA","secret":"s"}"#);
        check(r#"{"kind":"GCP_ADC","scopes":["a","b"],"quota_project":"p"}"#);
    }
}
