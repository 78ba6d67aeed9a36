//! Closed lists of names, as schemas made from the very lists that are checked against.

use llm_config_core::access::{OrgRole, Right, WorkspaceRole};
use llm_config_core::config::Modality;
use llm_config_core::provider::Provider;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! names {
    ($($(#[doc = $doc:literal])* $name:ident = $list:expr;)*) => {$(
        $(#[doc = $doc])*
        pub(in crate::http) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let names = $list.into_iter().map(|it| it.as_str());
                let schema = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
                schema.description(Some(concat!($($doc),*).trim())).enum_values(Some(names)).into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

names! {
    /// Who answers behind the endpoint of a workspace's configuration.
    AiType = Provider::OF_WORKSPACES;
    /// Who answers behind the endpoint of an LLM.
    ProviderType = Provider::OF_OWNERS;
    /// A kind of content.
    ModalityName = Modality::ALL;
    /// What a member of a workspace may do: read; also write; also manage its members.
    WorkspaceRoleName = WorkspaceRole::ALL;
    /// A right by this server's own name.
    RightName = Right::ALL;
}

/// A role in the organisation, by its number.
pub(in crate::http) enum OrgRoleNumber {}

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
