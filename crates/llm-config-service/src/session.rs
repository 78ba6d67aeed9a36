//! A session: the authenticated caller of a use case.

use std::sync::Arc;

use llm_config_core::access::Actor;
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::TokenId;
use llm_config_core::time::Timestamp;
use llm_config_store::RightsBasis;

use crate::arrival::Arrival;
use crate::error::Error;

/// An authenticated caller, with the rights that they had at most a second before authentication.
///
/// Reads decide by these rights. Writes read the rights again in their own transaction, or check there that
/// they have not changed since.
#[derive(Clone, Debug)]
pub struct Session {
    /// The identity, request id and address that audit events record.
    pub caller: Caller,
    /// The facts that the policy reads.
    pub actor: Arc<Actor>,
    /// What the rights were read from; `None` if they follow from no token.
    pub basis: Option<RightsBasis>,
    /// How the request reached the server.
    pub arrival: Arrival,
    /// When the session of a browser began; `None` for every other caller.
    pub signed_in_at: Option<Timestamp>,
}

impl Session {
    /// The session of the operator's command line: all rights of an OWNER, without an account or a token.
    ///
    /// Audit events name the operator as their actor. Checks may call programs on this machine, like a direct
    /// request.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            caller: Caller::operator(),
            actor: Arc::new(Actor::operator()),
            basis: None,
            arrival: Arrival::COMMAND,
            signed_in_at: None,
        }
    }

    /// The id of the caller's session of a browser. `NotFound` if the caller has none.
    pub(crate) fn browser_session(&self) -> Result<TokenId, Error> {
        match (self.signed_in_at, self.caller.identity) {
            (Some(_), Identity::Token { id, .. }) => Ok(id),
            (None, _) | (_, Identity::User(_) | Identity::Operator) => Err(Error::NotFound("session")),
        }
    }
}
