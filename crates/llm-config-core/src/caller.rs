//! On whose behalf something is done: what an audit event says about "who" and "from where".

use std::net::IpAddr;

use crate::id::{PrincipalId, TokenId};

/// Who is behind a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The holder of an access token; its rights are read where they are needed.
    Token {
        /// The token.
        id: TokenId,
        /// Whose token it is.
        holder: PrincipalId,
    },
    /// A user for whom the embedding program vouches.
    User(PrincipalId),
    /// Whoever has the keys and the database: the command line, or the embedding program
    /// itself. May do everything.
    Operator,
}

impl Identity {
    /// The principal that stamps and audit events name.
    #[must_use]
    pub const fn principal(&self) -> PrincipalId {
        match self {
            Self::Token { holder, .. } => *holder,
            Self::User(id) => *id,
            Self::Operator => PrincipalId::OPERATOR,
        }
    }
}

/// Who calls, and how to find the call again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who is behind the call.
    pub identity: Identity,
    /// The id of the request, as it stands in the answer and in the log.
    pub request_id: Option<String>,
    /// The address that the request came from.
    pub address: Option<IpAddr>,
}

impl Caller {
    /// A caller within this program, without a request.
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
