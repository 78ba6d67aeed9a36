//! Pages about access tokens.

pub(super) mod list;
pub(super) mod new;
pub(super) mod revoke;
mod token_view;
