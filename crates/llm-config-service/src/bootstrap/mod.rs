//! The wait for initialisation: which requests receive the root token, and until when.

mod init_code;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::arrival::{Arrival, PeerUser, WebPage};
use init_code::InitCode;

/// How long after its start a server hands out the root token without a code.
const OPEN_FOR: Duration = Duration::from_mins(10);

/// After this number of wrong codes the server accepts none.
const WRONG_CODES: u8 = 5;

/// The wait of a server for [`initialize`](crate::Service::initialize). Cheap to clone; all clones share one
/// state.
#[derive(Clone, Default)]
pub struct Bootstrap(Option<Arc<Waiting>>);

struct Waiting {
    since: Instant,
    code: Mutex<Code>,
}

/// The initialisation code and its failed attempts.
struct Code {
    /// `None` once no code is accepted any more.
    valid: Option<InitCode>,
    /// How many wrong codes were sent.
    wrong: u8,
}

/// The result of checking a request's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The code is right.
    Right,
    /// The request has no code.
    Missing,
    /// The code is wrong, and this number of attempts is left.
    Wrong { left: u8 },
    /// No code is accepted until the next start of the server.
    Ended,
}

impl Bootstrap {
    /// The server hands out no root token.
    #[must_use]
    pub const fn closed() -> Self {
        Self(None)
    }

    /// Starts to wait, with a new code in the file `code`. The file is removed when the wait ends.
    pub fn waiting(code: PathBuf) -> std::io::Result<Self> {
        let valid = InitCode::create(code)?;
        let code = Mutex::new(Code { valid: Some(valid), wrong: 0 });
        Ok(Self(Some(Arc::new(Waiting { since: Instant::now(), code }))))
    }

    /// Removes the code file of an earlier start.
    pub fn discard_code(file: &Path) {
        init_code::discard(file);
    }

    /// Ends the wait: overwrites the code in memory and removes its file.
    pub fn close(&self) {
        if let Some(waiting) = &self.0 {
            waiting.code().valid = None;
        }
    }

    pub(crate) const fn is_waiting(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the time since the start and the arrival of the request allow the root token without a code.
    /// [`Self::is_open`] also requires a trusted user.
    pub(crate) fn may_be_open(&self, arrival: Arrival) -> bool {
        self.0.as_ref().is_some_and(|waiting| is_in_time(waiting.since.elapsed()) && is_program(arrival))
    }

    /// Whether this request receives the root token without a code.
    pub(crate) fn is_open(&self, arrival: Arrival, peer: Option<PeerUser>) -> bool {
        self.0.as_ref().is_some_and(|waiting| is_open(waiting.since.elapsed(), arrival, peer))
    }

    pub(crate) fn attempt(&self, code: Option<&str>) -> Attempt {
        self.0.as_ref().map_or(Attempt::Ended, |waiting| waiting.attempt(code))
    }
}

impl Waiting {
    fn code(&self) -> std::sync::MutexGuard<'_, Code> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attempt(&self, candidate: Option<&str>) -> Attempt {
        // The lock is held from the comparison to the count, so that at most five codes are compared.
        let mut code = self.code();
        let Some(valid) = &code.valid else { return Attempt::Ended };
        let Some(candidate) = candidate else { return Attempt::Missing };
        if valid.matches(candidate) {
            return Attempt::Right;
        }
        code.wrong += 1;
        tracing::warn!(wrong = code.wrong, "a wrong initialisation code was sent");
        let left = WRONG_CODES.saturating_sub(code.wrong);
        if left > 0 {
            return Attempt::Wrong { left };
        }
        code.valid = None;
        tracing::warn!("no initialisation code is accepted until the server is started again");
        Attempt::Ended
    }
}

/// Whether the request comes from a program whose user can read the code file anyway.
fn is_open(waited: Duration, arrival: Arrival, peer: Option<PeerUser>) -> bool {
    is_in_time(waited) && is_program(arrival) && peer.is_some_and(PeerUser::is_trusted)
}

fn is_in_time(waited: Duration) -> bool {
    waited < OPEN_FOR
}

fn is_program(arrival: Arrival) -> bool {
    arrival.is_direct() && arrival.page == WebPage::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrival::tests::DIRECT;

    const OWN: Option<PeerUser> = Some(PeerUser { peer: 1000, server: 1000 });

    #[test]
    fn is_open_without_time_or_direct_arrival_or_trusted_user_is_false() {
        let soon = Duration::from_secs(599);
        for (waited, arrival, peer, expected) in [
            (soon, DIRECT, OWN, true),
            (soon, DIRECT, Some(PeerUser { peer: 0, server: 1000 }), true),
            (Duration::from_mins(10), DIRECT, OWN, false),
            (soon, DIRECT, None, false),
            (soon, DIRECT, Some(PeerUser { peer: 1001, server: 1000 }), false),
            (soon, Arrival { page: WebPage::Own, ..DIRECT }, OWN, false),
            (soon, Arrival { page: WebPage::Foreign, ..DIRECT }, OWN, false),
            (soon, Arrival { peer_is_loopback: false, ..DIRECT }, OWN, false),
            (soon, Arrival { host_is_loopback: false, ..DIRECT }, OWN, false),
            (soon, Arrival { may_be_relayed: true, ..DIRECT }, OWN, false),
        ] {
            assert_eq!(is_open(waited, arrival, peer), expected, "{waited:?} {arrival:?} {peer:?}");
        }
    }

    #[test]
    fn attempt_after_five_wrong_codes_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("init-code");
        let bootstrap = Bootstrap::waiting(file.clone()).unwrap();
        let code = std::fs::read_to_string(&file).unwrap();
        let right = Some(code.trim_end());
        for left in (1..5).rev() {
            assert_eq!(bootstrap.attempt(Some("wrong")), Attempt::Wrong { left });
            // A missing code does not count as a wrong one, and the right one does not reset the count.
            assert_eq!(bootstrap.attempt(None), Attempt::Missing);
            assert_eq!(bootstrap.attempt(right), Attempt::Right);
        }
        assert_eq!(bootstrap.attempt(Some("")), Attempt::Ended);
        assert_eq!(bootstrap.attempt(right), Attempt::Ended);
        assert!(!file.exists());
        // A request without a code is still possible.
        assert!(bootstrap.is_open(DIRECT, OWN));
    }

    #[test]
    fn closed_bootstrap_accepts_no_request() {
        let closed = Bootstrap::closed();
        assert!(!closed.is_waiting() && !closed.is_open(DIRECT, OWN));
        assert_eq!(closed.attempt(Some("")), Attempt::Ended);
    }
}
