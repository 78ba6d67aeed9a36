//! Closed lists of names. The reader, the schema and the JSON form use the lists of the core library.

use std::str::FromStr;

use llm_config_core::access::{OrgRole, Right, WorkspaceRole};
use llm_config_core::config::Modality;
use llm_config_core::provider::Provider;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::body::json::integer;
use crate::http::body::{FromJson, Member, from_text};

macro_rules! enums {
    ($($(#[doc = $doc:literal])* $name:ident($value:ty) = $list:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $value);

        impl FromStr for $name {
            type Err = String;

            fn from_str(name: &str) -> Result<Self, String> {
                let value = $list.iter().find(|value| value.as_str() == name);
                value.copied().map(Self).ok_or_else(|| {
                    let names: Vec<_> = $list.iter().map(|value| value.as_str()).collect();
                    format!("must be one of {}", names.join(", "))
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.as_str())
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let names = $list.iter().map(|value| value.as_str());
                let schema = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
                schema.description(Some(concat!($($doc),*).trim())).enum_values(Some(names)).into()
            }
        }

        impl ToSchema for $name {}

        from_text!($name);
    )*};
}

enums! {
    /// The provider behind the endpoint of a workspace's configuration.
    AiType(Provider) = Provider::FOR_WORKSPACES;
    /// The provider behind the endpoint of an LLM.
    ProviderType(Provider) = Provider::FOR_OWNERS;
    /// A kind of content.
    ModalityName(Modality) = Modality::ALL;
    /// The role of a member of a workspace: `READ` reads, `WRITE` also writes, `ADMIN` also manages members.
    WorkspaceRoleName(WorkspaceRole) = WorkspaceRole::ALL;
    /// A right that a key can be narrowed to, by this server's own name.
    RightName(Right) = Right::OFFERED;
}

/// A role in the organisation, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OrgRoleNumber(pub(crate) OrgRole);

impl FromJson for OrgRoleNumber {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        let Some(number) = integer(&member) else { return member.expect(None, "must be a whole number") };
        let role = OrgRole::from_number(number).ok_or_else(|| {
            let roles: Vec<_> =
                OrgRole::ALL.iter().map(|role| format!("{} ({role})", role.number())).collect();
            format!("must be one of {}", roles.join(", "))
        });
        member.check(role).map(Self)
    }
}

impl Serialize for OrgRoleNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0.number())
    }
}

impl PartialSchema for OrgRoleNumber {
    fn schema() -> RefOr<Schema> {
        let role = |role: &OrgRole| format!("{} {role}", role.number());
        let roles: Vec<_> = OrgRole::ALL.iter().map(role).collect();
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Integer))
            .description(Some(format!("A role in the organisation: {}.", roles.join(", "))))
            .enum_values(Some(OrgRole::ALL.iter().map(|role| role.number())))
            .into()
    }
}

impl ToSchema for OrgRoleNumber {}
