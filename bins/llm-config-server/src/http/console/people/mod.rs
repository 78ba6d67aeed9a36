//! Pages about people: the users of the organisation.

pub(super) mod delete;
pub(super) mod list;
pub(super) mod new;
pub(super) mod show;
