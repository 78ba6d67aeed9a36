//! The commit of a group of use cases.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::use_case::Member;
use crate::database::backend::AnyConnection;
use crate::error::StoreError;
use crate::transaction::{KnownActors, Mode, begin, commit, rollback};

/// The maximum number of use cases that share a commit.
pub(super) const MAX_MEMBERS: usize = 64;

/// A group takes no further use case after this time.
const MAX_WORK: Duration = Duration::from_millis(10);

/// How long a member that runs alone waits for the write lock of the file.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs `first`, and the use cases that wait in the queue, in the open transaction, and commits it. Returns
/// the members, whose outcomes are final.
///
/// If the commit fails, or SQLite ends the transaction (as it does when the disk is full), each member runs
/// again in a transaction of its own, so that only one that fails alone is told so.
pub(super) fn run(
    conn: &mut AnyConnection,
    first: Box<dyn Member>,
    queue: &Receiver<Box<dyn Member>>,
) -> Vec<Box<dyn Member>> {
    let started = Instant::now();
    let mut members = Vec::new();
    let mut next = Some(first);
    let (mut result, mut known_actors) = (Ok(()), KnownActors::default());
    while let Some(mut member) = next {
        if member.take() {
            result = run_in_savepoint(conn, &mut *member, &mut known_actors);
            members.push(member);
        }
        let has_room = result.is_ok() && members.len() < MAX_MEMBERS && started.elapsed() < MAX_WORK;
        next = if has_room { queue.try_recv().ok() } else { None };
    }
    if let Err(error) = result.map_err(StoreError::from).and_then(|()| commit(conn)) {
        tracing::debug!(%error, members = members.len(), "a group failed; each member runs alone");
        rollback(conn);
        for member in &mut members {
            run_alone(conn, &mut **member);
        }
    }
    members
}

/// Runs a member and undoes its changes if it fails. An error is one of the transaction, not of the member.
fn run_in_savepoint(
    conn: &mut AnyConnection,
    member: &mut dyn Member,
    known_actors: &mut KnownActors,
) -> QueryResult<()> {
    conn.batch_execute("SAVEPOINT member")?;
    if member.run(conn, known_actors) {
        conn.batch_execute("RELEASE member")
    } else {
        conn.batch_execute("ROLLBACK TO member; RELEASE member")
    }
}

fn run_alone(conn: &mut AnyConnection, member: &mut dyn Member) {
    if let Err(error) = begin_within(conn, LOCK_TIMEOUT) {
        member.fail(error);
        return;
    }
    if !member.run(conn, &mut KnownActors::default()) {
        rollback(conn);
    } else if let Err(error) = commit(conn) {
        member.fail(error);
    }
}

fn begin_within(conn: &mut AnyConnection, timeout: Duration) -> Result<(), StoreError> {
    let started = Instant::now();
    loop {
        match begin(conn, Mode::Write).map_err(StoreError::from) {
            // Another process took the lock meanwhile.
            Err(StoreError::Contended) if started.elapsed() < timeout => {}
            begun => return begun,
        }
    }
}
