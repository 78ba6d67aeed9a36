//! Transactions: one for each use case, atomic, and retried after lock conflicts.

mod control;
mod known_actors;
mod locks;
#[cfg(debug_assertions)]
mod verify;

use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;

pub(crate) use control::{begin, begin_pooled, commit, rollback};
pub(crate) use known_actors::{KnownActor, KnownActors};
pub(crate) use locks::{Lock, get_shared};
#[cfg(debug_assertions)]
pub(crate) use verify::all_changes_are_invalidated;

use crate::cache::Dependency;
use crate::context::Context;
use crate::database::backend::AnyConnection;

/// An open transaction, whose methods are the queries of use cases. Only code below the use cases uses a
/// connection directly: opening a database, migrations, and the purge of old ciphertext.
pub struct Tx<'c> {
    pub(crate) conn: &'c mut AnyConnection,
    pub(crate) context: &'c Context,
    pub(crate) now: Timestamp,
    pub(crate) mode: Mode,
    pub(crate) known_actors: &'c mut KnownActors,
    pub(crate) effects: Effects,
}

/// What must follow the commit of a transaction, and what it has counted.
#[derive(Default)]
pub(crate) struct Effects {
    /// The number of audit events that the transaction has written.
    pub(crate) events: u16,
    /// Whether it has replaced or deleted a sealed secret, so that a purge must follow.
    pub(crate) leaves_ciphertext: bool,
    /// Whether it has changed tokens, users or memberships.
    pub(crate) changes_identities: bool,
    /// Whether it takes rights away or deletes, so that it may use the disk reserve.
    pub(crate) uses_reserve: bool,
    /// What cached entries may depend on and the transaction has changed.
    pub(crate) invalidated: Vec<Dependency>,
}

/// The access mode of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write {
        /// On PostgreSQL: the user whose rights are locked when the transaction begins.
        locked_user: Option<PrincipalId>,
    },
}

impl Mode {
    /// A write transaction that begins without a lock.
    pub(crate) const WRITE: Self = Self::Write { locked_user: None };
}

impl Tx<'_> {
    /// The time at which the transaction began, the same in every attempt.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Lets the transaction use the disk reserve, because it takes rights away or deletes.
    pub(crate) const fn use_reserve(&mut self) {
        self.effects.uses_reserve = true;
    }

    /// After the commit, and before its result is returned, cached entries with this dependency become
    /// unusable. Every change of a row that [`Dependency`] names calls this.
    pub(crate) fn invalidate(&mut self, dependency: Dependency) {
        match dependency {
            Dependency::Token(_) | Dependency::User(_) => {
                self.effects.changes_identities = true;
                self.known_actors.clear();
            }
            Dependency::Config(_) | Dependency::AnyConfig => {}
        }
        self.effects.invalidated.push(dependency);
    }
}
