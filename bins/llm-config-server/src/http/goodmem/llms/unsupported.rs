//! Members of the original API that this server does not support.

use crate::http::body::{FromJson, Member};

/// `dashscopeApiDialect` belongs to a provider of the newest original API. It is not offered: one such
/// row would break the lists of older clients.
pub(crate) struct DashscopeDialect;

impl FromJson for DashscopeDialect {
    fn from_json(member: Member<'_>) -> Option<Self> {
        member.expect(None, "goes with the provider DASHSCOPE, which this server does not offer")
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self)
    }
}
