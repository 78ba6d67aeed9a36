//! Errors in bodies of rare forms: plain text, lists, other members.

use super::Reported;

pub(super) fn table() -> Vec<Reported> {
    Vec::new()
}
