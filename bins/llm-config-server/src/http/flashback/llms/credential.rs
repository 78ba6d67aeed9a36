//! The credential in requests. Responses have the masked `key` and no `secret`.

use llm_config_core::patch::{KeyIdInput, Patch};
use llm_config_core::secret::{Secret, SecretError};
use utoipa::openapi::{RefOr, Schema};

use crate::http::body::{FromJson, Member};
use crate::http::schema::value::{Components, ValueSchema, not_blank, secret, value_schemas};

/// A second identifier, such as AWS's access key id.
pub(crate) struct KeyId(pub(crate) Secret);

/// A secret.
pub(crate) struct InlineSecret(pub(crate) Secret);

value_schemas! {
    KeyId => not_blank(Secret::LIMIT).write_only(true);
    KeyIdInput => not_blank(Secret::LIMIT).write_only(true);
    InlineSecret => secret();
}

impl ValueSchema for KeyIdPatch {
    fn value_schema(components: &mut Components) -> RefOr<Schema> {
        Patch::<KeyIdInput>::value_schema(components)
    }
}

const REFERENCE: &str = "must be the secret itself, not a reference to it, an environment variable or a \
    template; references to secret stores of this server are for `/v1/llms`";

/// A change of `key`: null and blank clear it.
pub(crate) struct KeyIdPatch(pub(crate) Patch<KeyIdInput>);

impl FromJson for KeyId {
    fn from_json(member: Member<'_>) -> Option<Self> {
        match member.text() {
            Some(mut text) => check(member, Secret::new(std::mem::take(&mut text))).map(Self),
            None => member.expect(None, "must be a string"),
        }
    }
}

impl FromJson for InlineSecret {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let Some(mut text) = member.text() else { return member.expect(None, "must be a string") };
        check(member, Secret::new(std::mem::take(&mut text))).map(Self)
    }
}

impl FromJson for KeyIdInput {
    fn from_json(member: Member<'_>) -> Option<Self> {
        match member.text() {
            Some(text) => check(member, Self::parse(text)),
            None => member.expect(None, "must be a string"),
        }
    }
}

impl FromJson for KeyIdPatch {
    fn from_json(member: Member<'_>) -> Option<Self> {
        Patch::from_json(member).map(Self)
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self(Patch::Keep))
    }

    fn null() -> Result<Self, &'static str> {
        Ok(Self(Patch::Clear))
    }
}

/// Reports an error at the member. This API has no member for references.
fn check<T>(mut member: Member<'_>, checked: Result<T, SecretError>) -> Option<T> {
    match checked {
        Err(SecretError::Reference) => member.expect(None, REFERENCE),
        Ok(_) | Err(SecretError::Blank | SecretError::TooLong | SecretError::Nul | SecretError::Mask) => {
            member.check(checked)
        }
    }
}
