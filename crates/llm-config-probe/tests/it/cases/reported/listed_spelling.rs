//! Models that a list contains under another spelling, or covers.

use super::Reported;

pub(super) fn table() -> Vec<Reported> {
    Vec::new()
}
