//! Members of the original API that this server does not support. Each accepts null and the empty string.

use crate::http::body::{FromJson, Member};
use crate::http::schema::value::{text, value_schemas};

/// `apiKeyUuid`: ignoring it would store a configuration without a credential.
pub(crate) struct StoredKeyId;

/// `password`: ignoring it would create a user who cannot log in.
pub(crate) struct Password;

value_schemas! {
    StoredKeyId => text().max_length(Some(0));
    Password => text().max_length(Some(0)).write_only(true);
}

impl FromJson for StoredKeyId {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let message = "is not supported: this server has no stored API keys; send secret instead";
        read_empty(member, message).map(|()| Self)
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self)
    }
}

impl FromJson for Password {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let message = "is not supported: this server has no login; issue the user a token instead";
        read_empty(member, message).map(|()| Self)
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self)
    }
}

fn read_empty(member: Member<'_>, message: &str) -> Option<()> {
    match member.text() {
        Some(text) => member.expect(text.is_empty().then_some(()), message),
        None => member.expect(None, "must be a string"),
    }
}
