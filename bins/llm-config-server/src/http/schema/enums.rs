//! Closed lists of names. The reader, the schema and the JSON form use the lists of the core library.

use std::str::FromStr;

use llm_config_core::access::{OrgRole, Right, WorkspaceRole};
use llm_config_core::check::{CheckState, Usable};
use llm_config_core::config::Modality;
use llm_config_core::credential::{CredentialKind, CredentialSource};
use llm_config_core::provider::Provider;
use llm_config_service::TokenState;
use llm_config_store::CheckTrigger;
use llm_config_store::usage::UsageGrouping;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::body::json::integer;
use crate::http::body::{FromJson, Member, from_text};
use crate::http::schema::value::{Components, ValueSchema, components};

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
        components!($name);
    )*};
}

/// Declares a closed list of names: an enum with its reader, its schema and its JSON form.
macro_rules! names {
    (
        $(#[$($attribute:tt)*])*
        $vis:vis enum $enum:ident $(as $as:ident)? {
            $($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*
        }
    ) => {
        $(#[$($attribute)*])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $enum {
            $($(#[doc = $doc])* $variant,)*
        }

        impl $enum {
            /// Every value.
            $vis const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name in JSON.
            $vis const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl std::str::FromStr for $enum {
            type Err = String;

            fn from_str(name: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name).ok_or_else(|| {
                    format!("must be one of {}", Self::ALL.map(Self::as_str).join(", "))
                })
            }
        }

        impl serde::Serialize for $enum {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl utoipa::PartialSchema for $enum {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let docs = $crate::http::schema::object::docs!($(#[$($attribute)*])*);
                $crate::http::schema::value::text()
                    .description($crate::http::schema::object::description(docs))
                    .enum_values(Some(Self::ALL.map(Self::as_str)))
                    .into()
            }
        }

        impl utoipa::ToSchema for $enum {
            fn name() -> std::borrow::Cow<'static, str> {
                let names = [stringify!($enum), $(stringify!($as))?];
                names[names.len() - 1].into()
            }
        }

        $crate::http::body::from_text!($enum);
        $crate::http::schema::value::components!($enum);
    };
}
pub(crate) use names;

enums! {
    /// The provider behind the endpoint of a workspace's configuration.
    AiType(Provider) = Provider::FOR_WORKSPACES;
    /// The provider behind the endpoint of an LLM.
    ProviderType(Provider) = Provider::FOR_OWNERS;
    /// A kind of content.
    ModalityName(Modality) = Modality::ALL;
    /// The role of a member of a workspace: `READ` reads, `WRITE` also writes, `ADMIN` also manages members.
    WorkspaceRoleName(WorkspaceRole) = WorkspaceRole::ALL;
    /// The state of a key. `NOT_YET_VALID` is never returned: keys are valid from their creation on.
    Lifecycle(KeyState) = KeyState::ALL;
    /// The provider behind the endpoint of a configuration of either API.
    ProviderName(Provider) = Provider::ALL;
    /// The kind of a credential: a key in a header, an identifier and its secret, or the server's own Google
    /// identity.
    CredentialKindName(CredentialKind) = CredentialKind::ALL;
    /// Where a secret comes from: `INLINE` was entered and is stored encrypted, `REFERENCE` is read from a
    /// secret store for each use, `IDENTITY` is the server's own.
    SourceName(CredentialSource) = CredentialSource::ALL;
    /// The cause of a check: a request, or the schedule of the server.
    CheckTriggerName(CheckTrigger) = CheckTrigger::ALL;
    /// Whether calls with a configuration can be expected to succeed: `unknown` is also a temporary problem.
    UsableName(Usable) = Usable::ALL;
    /// The verdict of the last check if it is current; `unchecked` if no check is.
    UsableFilter(CheckState) = CheckState::ALL;
    /// What usage is summed by.
    UsageGroupingName(UsageGrouping) = UsageGrouping::ALL;
    /// A right that a key can be narrowed to, by this server's own name.
    RightName(Right) = Right::OFFERED;
}

/// The state of a key in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyState {
    /// A state of the API that no key is ever in.
    NotYetValid,
    Token(TokenState),
}

impl KeyState {
    const ALL: &[Self] = &[
        Self::NotYetValid,
        Self::Token(TokenState::Usable),
        Self::Token(TokenState::Expired),
        Self::Token(TokenState::Revoked),
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::NotYetValid => "NOT_YET_VALID",
            Self::Token(state) => state.as_str(),
        }
    }
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

components!(OrgRoleNumber);

impl ValueSchema for Right {
    fn value_schema(components: &mut Components) -> RefOr<Schema> {
        RightName::value_schema(components)
    }
}
