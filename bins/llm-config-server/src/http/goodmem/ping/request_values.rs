//! Types of members that both requests have.

use std::str::FromStr;

use llm_config_probe::ping::Message;

use crate::http::body::json::integer;
use crate::http::body::{FromJson, Member, Object, from_text};

/// The kind of the target; there is only one.
pub(crate) struct TargetTypeHint;

/// The kind of the payload; every payload is sent as text.
pub(crate) struct PayloadType;

/// A whole number from 0; absent is the same as 0, which stands for the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) u64);

from_text!(TargetTypeHint, PayloadType);

impl FromStr for TargetTypeHint {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, &'static str> {
        match name {
            "LLM" | "TARGET_TYPE_UNSPECIFIED" => Ok(Self),
            _ => Err("must be LLM or TARGET_TYPE_UNSPECIFIED; this server has no other targets"),
        }
    }
}

impl FromStr for PayloadType {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, &'static str> {
        match name {
            "TEXT" | "JSON" | "PAYLOAD_TYPE_UNSPECIFIED" => Ok(Self),
            _ => Err("must be TEXT, JSON or PAYLOAD_TYPE_UNSPECIFIED; models take text"),
        }
    }
}

impl FromJson for Amount {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        let Some(number) = integer(&member) else { return member.expect(None, "must be a whole number") };
        member.check(u64::try_from(number).map_err(|_| "must not be negative")).map(Self)
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self::default())
    }
}

impl FromJson for Message {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        match member.text() {
            Some(mut text) => member.check(Self::text(std::mem::take(&mut text))),
            None => member.expect(None, "must be a string"),
        }
    }
}

/// The rule of `payload` and `payloadSizeBytes` in both requests.
pub(crate) fn exclude_payload_size(object: &mut Object<'_>, size: Option<Amount>) {
    if size.is_some_and(|size| size.0 > 0) {
        object.exclude("payload", "payloadSizeBytes");
    }
}
