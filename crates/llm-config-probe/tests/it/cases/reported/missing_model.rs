//! Missing models that a server reports with another status than 404.

use super::Reported;

pub(super) fn table() -> Vec<Reported> {
    Vec::new()
}
