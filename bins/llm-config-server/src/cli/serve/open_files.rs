//! The limit of open files of this process, which connections count towards.

use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::http::ConnectionLimits;

/// The connections of a model call: that of the client, its duplicate that shows when the client leaves, and
/// that to the provider.
const FILES_PER_CALL: u64 = 3;

/// The files and connections without a call: of the database, idle ones to providers, other requests.
const OTHER_FILES: u64 = 512;

/// The open files of a connection: that of the client, and its duplicate.
const FILES_PER_CONNECTION: u64 = 2;

/// The smallest limit of connections, whatever the limit of open files.
const MIN_CONNECTIONS: u64 = 64;

/// The largest one, unless so many calls need more: each connection can take 128 KiB for its head.
const MAX_CONNECTIONS: u64 = 16_384;

/// Raises the soft limit to the hard limit, warns if that is too low for so many `calls`, and returns the
/// limits of connections that fit.
///
/// The soft limit is 1,024 on most systems, because `select` supports no higher file numbers. This program
/// does not use `select`.
pub(super) fn raise_limit(calls: usize, proxies: Vec<IpNet>) -> ConnectionLimits {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        let raised = Rlimit { current: maximum, maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit of open files cannot be raised");
        }
    }
    let needed = number_needed(calls);
    let limit = getrlimit(Resource::Nofile).current;
    if let Some(limit) = limit.filter(|limit| *limit < needed) {
        tracing::warn!(
            limit,
            needed,
            "this process may open fewer files than `--calls` needs; raise the limit (`ulimit -Hn`, \
             `LimitNOFILE=` of systemd), or lower `--calls`"
        );
    }
    let total = connections(limit, calls);
    ConnectionLimits { total, per_client: total / 4, proxies }
}

/// The number of connections for which the limit of open files suffices beside everything else.
fn connections(limit: Option<u64>, calls: usize) -> usize {
    let calls = u64::try_from(calls).unwrap_or(u64::MAX);
    let fitting = limit.map(|limit| {
        let files = limit.saturating_sub(OTHER_FILES);
        // Each call has a connection to the provider too. No more calls run than fit.
        let calls = calls.min(files / FILES_PER_CALL);
        (files - calls) / FILES_PER_CONNECTION
    });
    let most = MAX_CONNECTIONS.max(calls.saturating_mul(2));
    let number = fitting.unwrap_or(most).clamp(MIN_CONNECTIONS, most);
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The number of files that are open while so many calls run.
fn number_needed(calls: usize) -> u64 {
    u64::try_from(calls).unwrap_or(u64::MAX).saturating_mul(FILES_PER_CALL).saturating_add(OTHER_FILES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_calls_and_others() {
        for (limit, calls, expected) in [
            (Some(1_048_576), 4096, 16_384),
            (Some(20_000), 4096, 7696),
            (Some(1000), 100, 194),
            (Some(1000), 4096, 163),
            (Some(4096), 4096, 1195),
            (Some(512), 4096, 64),
            (Some(1_048_576), 100_000, 200_000),
            (None, 4096, 16_384),
        ] {
            assert_eq!(connections(limit, calls), expected, "{limit:?} {calls}");
        }
    }
}
