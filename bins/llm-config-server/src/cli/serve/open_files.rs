//! The limit of open files of this process, which connections count towards.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The connections of a model call: that of the client, its duplicate that shows when the client leaves, and
/// that to the provider.
const OF_CALL: u64 = 3;

/// The files and connections without a call: of the database, idle ones to providers, other requests.
const OF_OTHERS: u64 = 512;

/// Raises the soft limit to the hard limit, and warns if that is too low for so many `calls`.
///
/// The soft limit is 1,024 on most systems, because `select` supports no higher file numbers. This program
/// does not use `select`.
pub(super) fn raise_limit(calls: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        let raised = Rlimit { current: maximum, maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit of open files cannot be raised");
        }
    }
    let needed = number_needed(calls);
    if let Some(limit) = getrlimit(Resource::Nofile).current.filter(|limit| *limit < needed) {
        tracing::warn!(
            limit,
            needed,
            "this process may open fewer files than `--calls` needs; raise the limit (`ulimit -Hn`, \
             `LimitNOFILE=` of systemd), or lower `--calls`"
        );
    }
}

/// The number of files that are open while so many calls run.
fn number_needed(calls: usize) -> u64 {
    u64::try_from(calls).unwrap_or(u64::MAX).saturating_mul(OF_CALL).saturating_add(OF_OTHERS)
}
