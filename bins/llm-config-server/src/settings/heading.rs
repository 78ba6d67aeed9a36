//! The headings of settings in the help.

/// The heading of settings that only `serve` uses. The help of other commands leaves them out.
pub(super) const SERVER: &str = "Settings of the server";
