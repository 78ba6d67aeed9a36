//! What the build was told about itself.

/// The commit of the source: the environment variable `BUILD_COMMIT` of the compiler, if it was set.
pub(crate) const COMMIT: Option<&str> = option_env!("BUILD_COMMIT");
