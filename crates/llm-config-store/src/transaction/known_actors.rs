//! The actors that a transaction has read.
//!
//! Use cases that share a commit are one transaction to the database, so what one of them has read is true
//! for the next. A change of tokens, users or memberships empties the list, and a use case that has made one
//! adds nothing.

use llm_config_core::access::Actor;
use llm_config_core::caller::Identity;
use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;

/// An actor, and when the first of the tokens expires by which they are known.
pub(crate) struct KnownActor {
    pub(crate) identity: Identity,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) actor: Actor,
}

#[derive(Default)]
pub(crate) struct KnownActors(Vec<KnownActor>);

impl KnownActors {
    pub(crate) fn find(&self, identity: &Identity, now: Timestamp) -> Option<Actor> {
        let known = self.0.iter().find(|known| known.identity == *identity)?;
        known.expires_at.is_none_or(|end| now < end).then(|| known.actor.clone())
    }

    /// Whether one of the actors is this user.
    pub(crate) fn include(&self, user: PrincipalId) -> bool {
        self.0.iter().any(|known| known.actor.id == user)
    }

    pub(crate) fn add(&mut self, actor: KnownActor) {
        self.0.push(actor);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
