//! The credential in requests. Responses have the masked `key` and no `secret`.

use llm_config_core::patch::{KeyIdInput, Patch};
use llm_config_core::secret::{Secret, SecretStore};

use crate::http::body::{FromJson, Member};

/// A second identifier, such as AWS's access key id.
pub(crate) struct KeyId(pub(crate) Secret);

/// A secret that is not a reference. A reference that is sent as a key would reveal the path of the secret
/// to the provider.
pub(crate) struct InlineSecret(pub(crate) Secret);

/// A change of `key`: null and blank clear it.
pub(crate) struct KeyIdPatch(pub(crate) Patch<KeyIdInput>);

impl FromJson for KeyId {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        match member.text() {
            Some(mut text) => member.check(Secret::new(std::mem::take(&mut text))).map(Self),
            None => member.expect(None, "must be a string"),
        }
    }
}

impl FromJson for InlineSecret {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        let Some(mut text) = member.text() else { return member.expect(None, "must be a string") };
        if SecretStore::ALL.iter().any(|store| text.trim_start().starts_with(store.scheme())) {
            let message = "must be the secret itself; references to secrets are for `/v1/llms`";
            return member.expect(None, message);
        }
        member.check(Secret::new(std::mem::take(&mut text))).map(Self)
    }
}

impl FromJson for KeyIdInput {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        match member.text() {
            Some(text) => member.check(Self::parse(text)),
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
