//! Pages about people: the users of the organisation.

pub(super) mod delete;
pub(super) mod list;
pub(crate) mod new;
pub(crate) mod show;
