//! Callers: the identity, the request and the address that audit events record.

use std::net::IpAddr;

use crate::id::{PrincipalId, TokenId};

/// The identity of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The holder of an access token. Its rights are read in the transaction that needs them.
    Token {
        /// The token.
        id: TokenId,
        /// The token's holder.
        holder: PrincipalId,
    },
    /// A user that the embedding program has authenticated.
    User(PrincipalId),
    /// The operator at the command line, or the embedding program itself. Access to the keys and the
    /// database implies every right.
    Operator,
}

impl Identity {
    /// The principal that stamps and audit events record.
    #[must_use]
    pub const fn principal(&self) -> PrincipalId {
        match self {
            Self::Token { holder, .. } => *holder,
            Self::User(id) => *id,
            Self::Operator => PrincipalId::OPERATOR,
        }
    }
}

/// A caller, and the request that it sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The identity.
    pub identity: Identity,
    /// The id of the request, which the response and the log contain.
    pub request_id: Option<String>,
    /// The client's address.
    pub address: Option<IpAddr>,
}

impl Caller {
    /// A caller inside this program, without a request.
    #[must_use]
    pub const fn new(identity: Identity) -> Self {
        Self { identity, request_id: None, address: None }
    }

    /// The operator.
    #[must_use]
    pub const fn operator() -> Self {
        Self::new(Identity::Operator)
    }
}
