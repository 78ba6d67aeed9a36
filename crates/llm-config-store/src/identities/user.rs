//! A user as it is stored.

use llm_config_core::access::OrgRole;
use llm_config_core::config::{Revision, Stamp};
use llm_config_core::id::PrincipalId;
use llm_config_core::user::{Email, PersonName, Username};

/// A stored user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: PrincipalId,
    /// The e-mail address, as given.
    pub email: Email,
    /// The username.
    pub username: Option<Username>,
    /// The first name.
    pub first_name: PersonName,
    /// The last name.
    pub last_name: PersonName,
    /// The role in the organisation.
    pub role: OrgRole,
    /// The revision, which every change increments.
    pub revision: Revision,
    /// The creation.
    pub created: Stamp,
    /// The last change.
    pub updated: Stamp,
}
