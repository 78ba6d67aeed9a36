//! The response of operations that return no data.

use serde::Serialize;
use utoipa::ToSchema;

/// The response of operations that return no data.
#[derive(Serialize, ToSchema)]
pub(crate) struct Done {
    /// Always true.
    success: bool,
}

impl Done {
    pub(crate) const fn new() -> Self {
        Self { success: true }
    }
}
