//! The tag of the documentation's operations.

pub(crate) const TAG: &str = "Documentation";
