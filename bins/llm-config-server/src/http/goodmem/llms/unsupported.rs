//! Members of the original API that this server does not support.

use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::http::body::{FromJson, Member};
use crate::http::schema::value::value_schemas;

/// `dashscopeApiDialect` belongs to a provider of the newest version of the original API. This server does
/// not offer the provider, because older clients cannot read lists with such an LLM.
pub(crate) struct DashscopeDialect;

value_schemas! {
    DashscopeDialect => ObjectBuilder::new().schema_type(Type::Null);
}

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
