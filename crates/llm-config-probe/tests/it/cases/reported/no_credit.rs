//! Accounts without credit, in the words and codes of many servers.

use super::Reported;

pub(super) fn table() -> Vec<Reported> {
    Vec::new()
}
