//! Members of the original API that this server does not support.

use crate::http::body::{FromJson, Member};
use crate::http::schema::value::{text, value_schemas};

/// `dashscopeApiDialect` belongs to a provider of the newest version of the original API. This server does
/// not offer the provider, because older clients cannot read lists with such an LLM.
pub(crate) struct DashscopeDialect;

value_schemas! {
    DashscopeDialect => text().max_length(Some(0));
}

impl FromJson for DashscopeDialect {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let is_empty = member.text().is_some_and(|text| text.is_empty());
        let message =
            "is not supported: it belongs to the provider DASHSCOPE, which this server does not offer";
        member.expect(is_empty.then_some(Self), message)
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self)
    }
}
