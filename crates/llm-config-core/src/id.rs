//! Identifiers: a type for each kind of thing, so that one is never passed for another.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// A text that is not a UUID.
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
            /// Wraps a UUID of any version.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        /// Lower case with hyphens, the only form that leaves the system.
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
    /// A configuration. Unique over both scopes.
    ConfigId
}
id_type! {
    /// One life of a configuration: a configuration deleted and made again under the same id
    /// is another incarnation, so that nothing kept about the first is taken for the second.
    Incarnation
}
id_type! {
    /// A workspace.
    WorkspaceId
}
id_type! {
    /// A person or service that holds tokens and owns configurations.
    PrincipalId
}
id_type! {
    /// An access token (never the token itself).
    TokenId
}
id_type! {
    /// An audit event.
    EventId
}
id_type! {
    /// The organisation that one installation serves.
    OrganizationId
}

impl PrincipalId {
    /// Stands for the operator at the command line, who is no user: the nil UUID.
    pub const OPERATOR: Self = Self(Uuid::nil());
}

/// `Uuid::parse_str` also takes braces and a `urn:` prefix; no client sends them and no path
/// should mean them.
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
    fn ids_are_printed_in_lower_case_with_hyphens() {
        let printed = Ok("550e8400-e29b-41d4-a716-446655440000");
        check("550E8400-E29B-41D4-A716-446655440000", printed.clone());
        check("550e8400e29b41d4a716446655440000", printed);
    }

    #[test]
    fn other_spellings_of_a_uuid_are_refused() {
        check("{550e8400-e29b-41d4-a716-446655440000}", Err(IdError));
        check("urn:uuid:550e8400-e29b-41d4-a716-446655440000", Err(IdError));
        check("not-a-uuid", Err(IdError));
        check("", Err(IdError));
    }
}
