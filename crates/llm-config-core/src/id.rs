//! Identifiers: one type for each kind of object, so that the compiler prevents confusing them.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The text is not a UUID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID, such as `018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a`")]
pub struct IdError;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
        pub struct $name(Uuid);

        impl $name {
            /// The id of a UUID of any version.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        /// Lower case with hyphens, the only form in responses.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        /// Accepts the hyphenated form and 32 bare hexadecimal digits, in either case.
        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

id_type! {
    /// The id of a configuration. Unique over both scopes.
    ConfigId
}
id_type! {
    /// Distinguishes a configuration from a deleted one with the same id, so that records about the deleted
    /// one are never attributed to the new one.
    Incarnation
}
id_type! {
    /// The id of a workspace.
    WorkspaceId
}
id_type! {
    /// The id of a principal: a person or a service that holds tokens and owns configurations.
    PrincipalId
}
id_type! {
    /// The id of an access token (not the token itself).
    TokenId
}
id_type! {
    /// The id of an audit event.
    EventId
}
id_type! {
    /// The id of the organisation that an installation serves.
    OrganizationId
}

impl PrincipalId {
    /// The operator at the command line, which is not a user: the nil UUID.
    pub const OPERATOR: Self = Self(Uuid::nil());
}

/// Unlike `Uuid::parse_str`, rejects braces and a `urn:` prefix: every id has one spelling in paths.
fn parse(text: &str) -> Result<Uuid, IdError> {
    match text.len() {
        32 | 36 => Uuid::try_parse(text).map_err(|_| IdError),
        _ => Err(IdError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, IdError>) {
        let found = text.parse::<ConfigId>().map(|id| id.to_string());
        assert_eq!(found, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn display_is_lower_case_with_hyphens() {
        let printed = Ok("550e8400-e29b-41d4-a716-446655440000");
        check("550E8400-E29B-41D4-A716-446655440000", printed.clone());
        check("550e8400e29b41d4a716446655440000", printed);
    }

    #[test]
    fn parse_with_other_spelling_is_rejected() {
        check("{550e8400-e29b-41d4-a716-446655440000}", Err(IdError));
        check("urn:uuid:550e8400-e29b-41d4-a716-446655440000", Err(IdError));
        check("not-a-uuid", Err(IdError));
        check("", Err(IdError));
    }
}
