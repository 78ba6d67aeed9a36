//! `http` to a port that speaks TLS.

use super::Reported;

pub(super) fn table() -> Vec<Reported> {
    Vec::new()
}
