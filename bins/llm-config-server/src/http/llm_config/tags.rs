//! The tags of this API's operations.

pub(crate) const CHECKS: &str = "Checks";
pub(crate) const CONFIGS: &str = "Configurations";
