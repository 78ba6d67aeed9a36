//! The kinds of tokens: how each is presented.

use diesel::dsl::Eq;
use diesel::prelude::*;

use crate::database::schema::tokens;

/// How a token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// In a header of a request.
    Api,
    /// In the cookie of a browser.
    Session,
}

impl TokenKind {
    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Session => "SESSION",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Api, Self::Session].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The condition that a token is of that kind.
pub(super) fn is(kind: TokenKind) -> Eq<tokens::kind, &'static str> {
    tokens::kind.eq(kind.as_str())
}
