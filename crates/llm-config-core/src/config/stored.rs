//! A stored configuration.

use super::provenance::OriginProvenance;
use super::revision::{ConfigVersion, Revision, Stamp};
use super::settings::Settings;
use crate::credential::SecretMeta;
use crate::id::{ConfigId, Incarnation};
use crate::scope::Scope;

/// A stored configuration, with the metadata of its credential but without the secret.
#[derive(Clone, Debug, PartialEq)]
pub struct LlmConfig {
    /// The id, unique over both scopes.
    pub id: ConfigId,
    /// Distinguishes the configuration from a deleted one with the same id.
    pub incarnation: Incarnation,
    /// The owner or workspace.
    pub scope: Scope,
    /// The settings.
    pub settings: Settings,
    /// The metadata of the credential; `None` if there is none.
    pub secret: Option<SecretMeta>,
    /// The principals that chose where the credential goes.
    pub origin: OriginProvenance,
    /// The number of the current state.
    pub revision: Revision,
    /// The creation.
    pub created: Stamp,
    /// The last change.
    pub updated: Stamp,
}

impl LlmConfig {
    /// The current state, as preconditions name it.
    #[must_use]
    pub const fn version(&self) -> ConfigVersion {
        ConfigVersion { incarnation: self.incarnation, revision: self.revision }
    }
}
