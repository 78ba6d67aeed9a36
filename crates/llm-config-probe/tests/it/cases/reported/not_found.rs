//! Status 404 that concerns the model and not the path.

use super::Reported;

pub(super) fn table() -> Vec<Reported> {
    Vec::new()
}
