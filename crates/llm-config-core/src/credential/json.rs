//! Deserialisation of credentials. They cannot be serialised.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _};

use super::header::HeaderName;
use super::kind::CredentialKind;
use super::unchecked::UncheckedCredential;
use super::value::{ApiKey, Credential, KeyPair, SecretValue};
use crate::field::FieldErrors;
use crate::redacted::Redacted;
use crate::secret::{Secret, SecretRef};
use crate::text::one_of;

/// A JSON object with the members of all kinds. Which of them are allowed depends on `kind`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, expecting = "a credential: an object with `kind` and the members of that kind")]
struct CredentialObject {
    kind: String,
    header: Option<String>,
    prefix: Option<String>,
    secret: Option<Secret>,
    reference: Option<String>,
    key_id: Option<Secret>,
    scopes: Option<Vec<String>>,
    quota_project: Option<String>,
}

/// Deserialised from an object such as `{"kind": "API_KEY", "secret": "…"}`. The members are
/// `header`, `prefix` and one of `secret` and `reference` for `API_KEY`; `key_id` and one of
/// `secret` and `reference` for `KEY_PAIR`; `scopes` and `quota_project` for `GCP_ADC`.
impl<'de> Deserialize<'de> for Credential {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        CredentialObject::deserialize(Redacted(deserializer))?.check().map_err(D::Error::custom)
    }
}

impl CredentialObject {
    fn check(self) -> Result<Credential, String> {
        let kind = CredentialKind::ALL.iter().copied().find(|kind| kind.as_str() == self.kind);
        let Self { kind: _, header, prefix, secret, reference, key_id, scopes, quota_project } = self;
        let scopes = scopes.unwrap_or_default();
        let reject_foreign_members = |foreign: &[bool], members: &str| {
            if foreign.contains(&true) {
                return Err(format!("a credential of this kind may have only the members {members}"));
            }
            Ok(())
        };
        match kind.ok_or_else(|| one_of(CredentialKind::ALL))? {
            CredentialKind::ApiKey => {
                let foreign = [key_id.is_some(), !scopes.is_empty(), quota_project.is_some()];
                reject_foreign_members(&foreign, "`header`, `prefix`, `secret`, `reference`")?;
                let header = parse("header", header)?.unwrap_or_else(HeaderName::authorization);
                let (header, prefix) = (Some(header), parse("prefix", prefix)?);
                Ok(Credential::ApiKey(ApiKey {
                    header,
                    prefix,
                    value: secret_or_reference(secret, reference)?,
                }))
            }
            CredentialKind::KeyPair => {
                let foreign =
                    [header.is_some(), prefix.is_some(), !scopes.is_empty(), quota_project.is_some()];
                reject_foreign_members(&foreign, "`key_id`, `secret`, `reference`")?;
                let key_id = key_id.ok_or("`key_id` is required")?;
                Ok(Credential::KeyPair(KeyPair { key_id, secret: secret_or_reference(secret, reference)? }))
            }
            CredentialKind::GcpAdc => {
                let foreign = [
                    header.is_some(),
                    prefix.is_some(),
                    secret.is_some(),
                    reference.is_some(),
                    key_id.is_some(),
                ];
                reject_foreign_members(&foreign, "`scopes`, `quota_project`")?;
                let mut errors = FieldErrors::default();
                let checked = UncheckedCredential::GcpAdc { scopes, quota_project }.check(&mut errors);
                checked.filter(|_| errors.is_empty()).ok_or_else(|| errors.to_string())
            }
        }
    }
}

fn parse<T: FromStr<Err: fmt::Display>>(member: &str, text: Option<String>) -> Result<Option<T>, String> {
    text.map(|text| text.parse()).transpose().map_err(|error| format!("`{member}` {error}"))
}

fn secret_or_reference(secret: Option<Secret>, reference: Option<String>) -> Result<SecretValue, String> {
    match (secret, reference) {
        (Some(secret), None) => Ok(SecretValue::Inline(secret)),
        (None, Some(uri)) => uri
            .parse::<SecretRef>()
            .map(SecretValue::Reference)
            .map_err(|error| format!("`reference` {error}")),
        (Some(_), Some(_)) | (None, None) => {
            Err("exactly one of `secret` and `reference` is required".to_owned())
        }
    }
}
