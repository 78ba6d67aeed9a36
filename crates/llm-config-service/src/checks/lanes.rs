//! Which background check runs next: one at a time for each owner and each host, so that no owner and no host
//! holds up the others.

use std::collections::VecDeque;

use foldhash::{HashMap, HashSet};
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_probe::is_public_api;
use llm_config_store::DueCheck;

use crate::counts::Counts;
use crate::provider_access::{BACKGROUND, Host};

/// How many checks run at once.
const WINDOW: usize = BACKGROUND;

/// How many of them may call hosts whose last check hung.
const HUNG: usize = WINDOW / 2;

/// How many of them may call the same well-known public API, which many owners use.
const AT_PUBLIC_API: usize = WINDOW / 2;

/// The maximum number of owners, and of hosts, that are remembered. Users choose how many there are.
const REMEMBERED: usize = 10_000;

/// A check that is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) config: ConfigId,
    pub(super) scope: Scope,
    pub(super) host: Host,
}

impl From<DueCheck> for Candidate {
    fn from(due: DueCheck) -> Self {
        let DueCheck { config, scope, endpoint } = due;
        Self { config, scope, host: Host::new(&endpoint) }
    }
}

/// The checks that run, and what is known of the owners and hosts of earlier ones.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    scopes: HashSet<Scope>,
    hosts: Counts<Host>,
    running: usize,
    running_hung: usize,
    /// The number of the last check of each owner.
    last: HashMap<Scope, u64>,
    started: u64,
    /// The hosts whose last check hung.
    hung: HashSet<Host>,
}

/// A check that was started.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) candidate: Candidate,
    was_hung: bool,
}

/// How a check has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done,
    /// Its host hung.
    Hung,
    /// It was not made, because another replica makes it or this server is too busy. That tells nothing about
    /// its host.
    NotMade,
    /// The database could not be written, so the others that are due would fail too.
    Unavailable,
}

impl Lanes {
    /// Starts a check, if one may run now: of hosts that did not hang first, then of the owner whose last
    /// check is the longest ago, then the first one.
    pub(super) fn start(&mut self, due: &mut VecDeque<Candidate>) -> Option<Started> {
        if self.running >= WINDOW {
            return None;
        }
        let may_run = |(_, candidate): &(usize, &Candidate)| self.may_run(candidate);
        let order = |(position, candidate): &(usize, &Candidate)| {
            let last = self.last.get(&candidate.scope).copied().unwrap_or_default();
            (self.hung.contains(&candidate.host), last, *position)
        };
        let (position, _) = due.iter().enumerate().filter(may_run).min_by_key(order)?;
        let candidate = due.remove(position)?;
        let was_hung = self.hung.contains(&candidate.host);
        self.started += 1;
        self.running += 1;
        self.running_hung += usize::from(was_hung);
        self.scopes.insert(candidate.scope);
        self.hosts.add(candidate.host.clone(), 1);
        if self.last.len() >= REMEMBERED {
            self.last.clear();
        }
        self.last.insert(candidate.scope, self.started);
        Some(Started { candidate, was_hung })
    }

    /// A check has ended.
    pub(super) fn end(&mut self, started: Started, end: End) {
        let Started { candidate: Candidate { config: _, scope, host }, was_hung } = started;
        self.running -= 1;
        self.running_hung -= usize::from(was_hung);
        self.scopes.remove(&scope);
        self.hosts.remove(&host, 1);
        match end {
            End::Done => {
                self.hung.remove(&host);
            }
            End::Hung => {
                if self.hung.len() >= REMEMBERED {
                    self.hung.clear();
                }
                self.hung.insert(host);
            }
            End::NotMade | End::Unavailable => {}
        }
    }

    fn may_run(&self, candidate: &Candidate) -> bool {
        let Candidate { config: _, scope, host } = candidate;
        let most = if is_public_api(host.as_str()) { AT_PUBLIC_API } else { 1 };
        let is_hung_full = self.running_hung >= HUNG && self.hung.contains(host);
        !self.scopes.contains(scope) && self.hosts.of(host) < most && !is_hung_full
    }
}

#[cfg(test)]
mod tests {
    use llm_config_core::id::PrincipalId;

    use super::*;

    /// A check of this number, of an owner and at a host of theirs.
    fn candidate(number: u128, owner: u128, host: &str) -> Candidate {
        Candidate {
            config: ConfigId::new(uuid::Uuid::from_u128(number)),
            scope: Scope::Owner(PrincipalId::new(uuid::Uuid::from_u128(owner))),
            host: Host::new(&format!("https://{host}/v1").parse().unwrap()),
        }
    }

    fn start_all(lanes: &mut Lanes, due: &mut VecDeque<Candidate>) -> Vec<Started> {
        std::iter::from_fn(|| lanes.start(due)).collect()
    }

    fn numbers(started: &[Started]) -> Vec<u128> {
        started.iter().map(|started| started.candidate.config.as_uuid().as_u128()).collect()
    }

    #[test]
    fn start_runs_one_check_for_each_owner_and_host() {
        let mut due = VecDeque::from([
            candidate(1, 1, "a.example"),
            candidate(2, 1, "b.example"),
            candidate(3, 2, "a.example"),
            candidate(4, 2, "c.example"),
        ]);
        let mut lanes = Lanes::default();
        let mut started = start_all(&mut lanes, &mut due);
        assert_eq!(numbers(&started), [1, 4]);
        lanes.end(started.remove(0), End::Done);
        assert_eq!(numbers(&start_all(&mut lanes, &mut due)), [2]);
    }

    #[test]
    fn start_at_public_api_runs_checks_of_several_owners() {
        let mut due: VecDeque<_> = (1..10).map(|n| candidate(n, n, "api.openai.com")).collect();
        due.push_back(candidate(10, 10, "a.example"));
        assert_eq!(numbers(&start_all(&mut Lanes::default(), &mut due)), [1, 2, 3, 4, 10]);
    }

    #[test]
    fn start_takes_owners_in_turn() {
        let mut due: VecDeque<_> = (1..4).map(|n| candidate(n, 1, "a.example")).collect();
        let mut lanes = Lanes::default();
        let first = lanes.start(&mut due).unwrap();
        lanes.end(first, End::Done);
        // Due later than the second one of the first owner.
        due.push_back(candidate(9, 2, "a.example"));
        assert_eq!(numbers(&start_all(&mut lanes, &mut due)), [9]);
    }

    #[test]
    fn start_with_many_hung_hosts_leaves_half_of_the_window() {
        let hanging = |n: u128| candidate(n, n, &format!("h{n}.example"));
        let mut lanes = Lanes::default();
        let mut due: VecDeque<_> = (0..20).map(hanging).collect();
        while !due.is_empty() {
            for started in start_all(&mut lanes, &mut due) {
                lanes.end(started, End::Hung);
            }
        }
        let mut due: VecDeque<_> = (0..20).map(hanging).collect();
        due.extend((100..110).map(|n| candidate(n, n, &format!("w{n}.example"))));
        let started = start_all(&mut lanes, &mut due);
        assert_eq!(numbers(&started), [100, 101, 102, 103, 104, 105, 106, 107]);
        for started in started {
            lanes.end(started, End::Done);
        }
        let started = start_all(&mut lanes, &mut due);
        assert_eq!(numbers(&started), [108, 109, 0, 1, 2, 3]);
        for started in started {
            lanes.end(started, End::Done);
        }
        // Only hosts that hung are left.
        assert_eq!(start_all(&mut lanes, &mut due).len(), HUNG);
    }
    #[test]
    fn end_of_check_that_was_not_made_keeps_what_is_known_of_its_host() {
        let mut lanes = Lanes::default();
        let mut check = |end| {
            let started = lanes.start(&mut VecDeque::from([candidate(1, 1, "a.example")])).unwrap();
            let was_hung = started.was_hung;
            lanes.end(started, end);
            was_hung
        };
        let ends = [End::NotMade, End::Hung, End::NotMade, End::Unavailable, End::Done, End::Done];
        assert_eq!(ends.map(&mut check), [false, false, true, true, true, false]);
    }
}
