//! Types of members that both requests have.

use std::str::FromStr;

use llm_config_probe::ping::Message;
use serde_json::json;
use utoipa::ToSchema;

use crate::http::body::json::integer;
use crate::http::body::{FromJson, Member, Object, from_text};
use crate::http::schema::object::present;
use crate::http::schema::value::{self, components, value_schemas};

/// The kind of the target: this server has no other targets.
#[derive(ToSchema)]
#[schema(as = PingTargetType, rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TargetTypeHint {
    Llm,
    #[schema(rename = "TARGET_TYPE_UNSPECIFIED")]
    Unspecified,
}

/// The kind of the payload; every payload is sent as text.
#[derive(ToSchema)]
#[schema(as = PingPayloadType, rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PayloadType {
    Text,
    Json,
    #[schema(rename = "PAYLOAD_TYPE_UNSPECIFIED")]
    Unspecified,
}

/// A whole number from 0; absent is the same as 0, which stands for the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) u64);

from_text!(TargetTypeHint, PayloadType);
components!(TargetTypeHint, PayloadType);

value_schemas! {
    Amount => value::integer().minimum(Some(0));
}

impl FromStr for TargetTypeHint {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, &'static str> {
        match name {
            "LLM" => Ok(Self::Llm),
            "TARGET_TYPE_UNSPECIFIED" => Ok(Self::Unspecified),
            _ => Err("must be LLM or TARGET_TYPE_UNSPECIFIED; this server has no other targets"),
        }
    }
}

impl FromStr for PayloadType {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, &'static str> {
        match name {
            "TEXT" => Ok(Self::Text),
            "JSON" => Ok(Self::Json),
            "PAYLOAD_TYPE_UNSPECIFIED" => Ok(Self::Unspecified),
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

/// The requests that break this rule.
pub(crate) fn payload_and_size() -> serde_json::Value {
    let size = json!({"type": "integer", "minimum": 1});
    json!({
        "required": ["payload", "payloadSizeBytes"],
        "properties": {"payload": present(), "payloadSizeBytes": size},
    })
}
