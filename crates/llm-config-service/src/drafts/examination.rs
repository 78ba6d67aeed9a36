//! The result of the examination of a draft.

use llm_config_core::field::FieldErrors;
use llm_config_core::id::ConfigId;

/// What can be said about a draft without calling its provider.
#[derive(Debug)]
pub struct DraftExamination {
    /// All violations, which prevent that the draft is stored.
    pub violations: FieldErrors,
    /// The URL at which the model would be called; `None` until provider and endpoint are valid.
    pub called_url: Option<String>,
    /// The endpoint that the conventions of the vendor suggest instead.
    pub suggested_url: Option<String>,
    /// Why the credential cannot be one of this provider. Names the kind of fault, never the credential.
    pub credential_note: Option<String>,
    /// The configuration that has the name already, where names are unique, if the caller may read it.
    pub name_taken_by: Option<ConfigId>,
    /// Another configuration of the same scope with the same connection and credential, if the caller may
    /// read it.
    pub same_connection: Option<ConfigId>,
}
