//! The times of a new key, which are compared with the time of the request.

use llm_config_core::time::Timestamp;

use crate::http::body::json::integer;
use crate::http::body::{FromJson, Member};
use crate::http::schema::value::{self, value_schemas};

/// A time in the future, in milliseconds since 1970.
pub(crate) struct ExpiresAt(pub(crate) Timestamp);

/// A time that is not in the future. Keys are valid from their creation on, so the value is not stored.
pub(crate) struct ValidFrom;

value_schemas! {
    ExpiresAt => value::integer().minimum(Some(0)).maximum(Some(Timestamp::MAX_MILLIS));
    ValidFrom => value::integer();
}

impl FromJson for ExpiresAt {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let Some(millis) = integer(&member) else { return member.expect(None, "must be a whole number") };
        let now = member.now();
        let end = Timestamp::from_millis(millis).filter(|end| *end > now);
        member.expect(end, "must be a time in the future, in milliseconds since 1970").map(Self)
    }
}

impl FromJson for ValidFrom {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let Some(millis) = integer(&member) else { return member.expect(None, "must be a whole number") };
        let is_past = millis <= member.now().as_millis();
        let expected = "must not be in the future: keys are valid from their creation on";
        member.expect(is_past.then_some(Self), expected)
    }
}
