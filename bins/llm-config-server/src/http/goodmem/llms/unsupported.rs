//! Members of the original API that this server does not support.

use crate::http::body::{FromJson, Member};

/// `dashscopeApiDialect` belongs to a provider of the newest version of the original API. This server does
/// not offer the provider, because older clients cannot read lists with such an LLM.
pub(crate) struct DashscopeDialect;

impl FromJson for DashscopeDialect {
    fn from_json(member: Member<'_>) -> Option<Self> {
        member.expect(
            None,
            "is not supported: it belongs to the provider DASHSCOPE, which this server does not offer",
        )
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self)
    }
}
