//! The response to deletions.

use serde::Serialize;
use utoipa::ToSchema;

/// The response to a deletion.
#[derive(Serialize, ToSchema)]
pub(crate) struct Deleted {
    /// Always true.
    success: bool,
    message: &'static str,
}

impl Deleted {
    pub(crate) fn new(message: &'static str) -> Self {
        Self { success: true, message }
    }
}
