//! The commit of a group of use cases.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use diesel::prelude::*;

use super::connection::WriteConnection;
use super::reserve::Reserve;
use super::savepoint::Savepoint;
use super::use_case::Member;
use crate::database::backend::AnyConnection;
use crate::database::session_mode::SessionMode;
use crate::error::StoreError;
use crate::transaction::{KnownActors, Mode, begin, commit, rollback};

/// The maximum number of use cases that share a commit.
const MAX_MEMBERS: usize = 64;

/// A group takes no further use case after this time.
const MAX_WORK: Duration = Duration::from_millis(10);

/// How long the members of a group that failed wait for the write lock of the file, all together.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs `first`, and the use cases that wait in the queue, in the open transaction, and commits it. Returns
/// the members, whose outcomes are final.
///
/// If the commit fails, or SQLite ends the transaction (as it does when the disk is full), each member runs
/// again in a transaction of its own, so that only one that fails alone is told so. On a full disk, members
/// that take rights away use the reserve; until there is space for it again, others are refused.
pub(super) fn run(
    conn: &mut WriteConnection,
    reserve: &mut Option<Reserve>,
    first: Box<dyn Member>,
    queue: &Receiver<Box<dyn Member>>,
) -> Vec<Box<dyn Member>> {
    if is_spent(reserve) {
        let mut member = first;
        if !member.take() {
            rollback(conn.in_transaction());
            return Vec::new();
        }
        run_and_end(conn.in_transaction(), &mut *member, true);
        return vec![member];
    }
    let mut members = Vec::new();
    let together = run_together(conn.in_transaction(), &mut members, first, queue);
    if let Err(error) = &together {
        tracing::debug!(%error, members = members.len(), "a group failed; each member runs alone");
    }
    let end = Instant::now() + LOCK_TIMEOUT;
    for member in &mut members {
        if together.is_err() {
            let is_spent = is_spent(reserve);
            run_alone(conn.idle(), &mut **member, is_spent, end);
        }
        if member.has_filled_disk()
            && member.effects().uses_reserve
            && reserve.as_mut().is_some_and(Reserve::spend)
        {
            run_alone(conn.idle(), &mut **member, true, end);
        }
    }
    members
}

/// Whether only members that take rights away may be stored.
fn is_spent(reserve: &mut Option<Reserve>) -> bool {
    reserve.as_mut().is_some_and(Reserve::is_spent)
}

/// Runs the use cases in the open transaction and ends it. Adds each to `members`.
fn run_together(
    conn: &mut AnyConnection,
    members: &mut Vec<Box<dyn Member>>,
    first: Box<dyn Member>,
    queue: &Receiver<Box<dyn Member>>,
) -> Result<(), StoreError> {
    let started = Instant::now();
    let mut known_actors = KnownActors::default();
    let mut next = Some(first);
    while let Some(mut member) = next {
        if member.take() {
            let ran = run_in_savepoint(conn, &mut *member, &mut known_actors);
            members.push(member);
            if let Err(error) = ran {
                rollback(conn);
                return Err(error.into());
            }
        }
        let has_room = members.len() < MAX_MEMBERS && started.elapsed() < MAX_WORK;
        next = if has_room { queue.try_recv().ok() } else { None };
    }
    commit(conn)
}

/// Runs a member and undoes its changes if it fails. An error is one of the transaction, not of the member.
fn run_in_savepoint(
    conn: &mut AnyConnection,
    member: &mut dyn Member,
    known_actors: &mut KnownActors,
) -> QueryResult<()> {
    Savepoint::Begin.execute(conn)?;
    if !member.run(conn, known_actors) {
        Savepoint::RollBack.execute(conn)?;
    }
    Savepoint::Release.execute(conn)
}

/// Runs a member in a transaction of its own. Waits for the write lock until `end`.
fn run_alone(conn: &mut AnyConnection, member: &mut dyn Member, is_spent: bool, end: Instant) {
    match begin_before(conn, end) {
        Ok(()) => run_and_end(conn, member, is_spent),
        Err(error) => member.fail(error),
    }
}

/// Runs a member in the open transaction, and commits it: if the reserve is spent, only one that may use it.
fn run_and_end(conn: &mut AnyConnection, member: &mut dyn Member, is_spent: bool) {
    if !member.run(conn, &mut KnownActors::default()) {
        rollback(conn);
    } else if is_spent && !member.effects().uses_reserve {
        rollback(conn);
        member.fail(StoreError::disk_full());
    } else if let Err(error) = commit(conn) {
        member.fail(error);
    }
}

fn begin_before(conn: &mut AnyConnection, end: Instant) -> Result<(), StoreError> {
    loop {
        match begin(conn, Mode::WRITE, SessionMode::Own).map_err(StoreError::from) {
            // Another process took the lock meanwhile.
            Err(StoreError::Contended) if Instant::now() < end => {}
            begun => return begun,
        }
    }
}
