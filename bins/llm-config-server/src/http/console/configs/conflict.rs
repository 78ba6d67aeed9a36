//! A configuration that exists already, as the form refuses its copy.

use llm_config_core::id::ConfigId;
use llm_config_service::{Conflict, DraftExamination};

/// A configuration that exists already.
pub(super) struct Duplicate {
    pub(super) message: &'static str,
    /// The other configuration, if the person may see it.
    pub(super) existing: Option<ConfigId>,
}

impl Duplicate {
    /// The duplicate that a conflict is about, and `examined` names; `None` for conflicts of other objects.
    pub(super) fn new(conflict: Conflict, examined: &DraftExamination) -> Option<Self> {
        let (message, existing) = match conflict {
            Conflict::ConfigName => (
                "Another configuration of this workspace has this name. Choose another name.",
                examined.name_taken_by,
            ),
            Conflict::ConfigFingerprint => (
                "A configuration with the same provider, endpoint, API path, model and credential exists \
                 already.",
                examined.same_connection,
            ),
            Conflict::ConfigId
            | Conflict::UserEmail
            | Conflict::UserId
            | Conflict::TokenId
            | Conflict::Member
            | Conflict::WorkspaceId => return None,
        };
        Some(Self { message, existing })
    }
}
