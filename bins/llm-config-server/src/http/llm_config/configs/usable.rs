//! The state of a configuration according to its checks, by which lists are filtered.

use llm_config_store::{CheckState, Usable};

use crate::http::schema::enums::names;

names! {
    /// The verdict of the last check if it is current; `unchecked` if no check is.
    pub(super) enum UsableFilter {
        Yes = "yes",
        No = "no",
        Unknown = "unknown",
        Unchecked = "unchecked",
    }
}

impl From<UsableFilter> for CheckState {
    fn from(filter: UsableFilter) -> Self {
        match filter {
            UsableFilter::Yes => Self::Checked(Usable::Yes),
            UsableFilter::No => Self::Checked(Usable::No),
            UsableFilter::Unknown => Self::Checked(Usable::Unknown),
            UsableFilter::Unchecked => Self::Unchecked,
        }
    }
}
