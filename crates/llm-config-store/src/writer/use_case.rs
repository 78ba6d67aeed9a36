//! A use case in the queue of the writer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use llm_config_core::time::Timestamp;
use tokio::sync::oneshot;

use crate::context::Context;
use crate::database::backend::AnyConnection;
use crate::error::{StoreError, TxError};
use crate::transaction::{Effects, KnownActors, Mode, Tx};

/// A use case of any type. It may run several times; the last outcome counts.
pub(super) trait Member: Send {
    /// Takes it out of the queue. `false` if its caller has left.
    fn take(&self) -> bool;

    /// Whether its caller has not left the queue.
    fn is_waiting(&self) -> bool;

    /// Runs it in the open transaction of `conn`. `false` if it failed, so that its changes must be undone.
    fn run(&mut self, conn: &mut AnyConnection, known_actors: &mut KnownActors) -> bool;

    /// What must follow the commit of the last run.
    fn effects(&self) -> &Effects;

    /// Whether the last run failed because the disk is full.
    fn has_filled_disk(&self) -> bool;

    /// Replaces the outcome of the last run.
    fn fail(&mut self, error: StoreError);

    /// Returns the outcome to the caller.
    fn answer(self: Box<Self>);
}

/// The turn of a use case in the queue, shared by the writer and the caller: one of them ends the waiting.
#[derive(Default)]
pub(super) struct Turn(AtomicU8);

const WAITING: u8 = 0;
const TAKEN: u8 = 1;
const LEFT: u8 = 2;

impl Turn {
    /// Leaves the queue. `false` if the use case was taken before.
    pub(super) fn leave(&self) -> bool {
        self.end(LEFT)
    }

    fn take(&self) -> bool {
        self.end(TAKEN)
    }

    fn end(&self, how: u8) -> bool {
        self.0.compare_exchange(WAITING, how, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

type Outcome<T, E> = thread::Result<Result<T, E>>;

pub(super) struct UseCase<T, E, F> {
    context: Arc<Context>,
    now: Timestamp,
    work: Arc<F>,
    turn: Arc<Turn>,
    reply: oneshot::Sender<Outcome<T, E>>,
    outcome: Option<Outcome<T, E>>,
    effects: Effects,
}

impl<T, E, F> UseCase<T, E, F> {
    pub(super) fn new(
        context: Arc<Context>,
        now: Timestamp,
        work: Arc<F>,
        turn: Arc<Turn>,
        reply: oneshot::Sender<Outcome<T, E>>,
    ) -> Self {
        Self { context, now, work, turn, reply, outcome: None, effects: Effects::default() }
    }
}

impl<T, E, F> Member for UseCase<T, E, F>
where
    T: Send,
    E: TxError,
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync,
{
    fn take(&self) -> bool {
        self.turn.take()
    }

    fn is_waiting(&self) -> bool {
        self.turn.0.load(Ordering::Acquire) == WAITING
    }

    fn run(&mut self, conn: &mut AnyConnection, known_actors: &mut KnownActors) -> bool {
        let (context, now) = (&self.context, self.now);
        let mut tx = Tx { conn, context, now, mode: Mode::WRITE, known_actors, effects: Effects::default() };
        let work = &self.work;
        // After a panic, the savepoint undoes what the transaction has done, so nothing half-done is seen.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut tx)));
        let effects = tx.effects;
        let has_succeeded = matches!(outcome, Ok(Ok(_)));
        // What is undone has no effects.
        let uses_reserve = effects.uses_reserve;
        self.effects = if has_succeeded { effects } else { Effects { uses_reserve, ..Effects::default() } };
        self.outcome = Some(outcome);
        has_succeeded
    }

    fn effects(&self) -> &Effects {
        &self.effects
    }

    fn has_filled_disk(&self) -> bool {
        match &self.outcome {
            Some(Ok(Err(error))) => error.store_error().is_some_and(StoreError::is_disk_full),
            Some(Ok(Ok(_)) | Err(_)) | None => false,
        }
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Some(Ok(Err(error.into())));
    }

    fn answer(self: Box<Self>) {
        let Self { reply, outcome, .. } = *self;
        if let Some(outcome) = outcome {
            // A caller that is gone needs no answer.
            _ = reply.send(outcome);
        }
    }
}
