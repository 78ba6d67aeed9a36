//! The configuration itself.

use std::fmt;

use crate::api_path::ApiPath;
use crate::capability::{Capabilities, InferredCapability};
use crate::client_config::ClientConfig;
use crate::credential::{Credential, SecretMeta};
use crate::destination::OriginProvenance;
use crate::endpoint::Endpoint;
use crate::id::{ConfigId, Incarnation, PrincipalId, WorkspaceId};
use crate::label::Labels;
use crate::modality::Modalities;
use crate::provider::Provider;
use crate::sampling::SamplingParams;
use crate::text::{Description, DisplayName, ModelId, ModelVersion};
use crate::time::Timestamp;

/// Who a configuration belongs to. It decides who may touch it, what makes it unique, and which
/// API shows it. Its kind never changes; the operator may move a configuration to another owner,
/// or to another workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One principal: `/v1/llms`, unique by fingerprint.
    Owner(PrincipalId),
    /// A workspace: `/ai/llm`, unique by name.
    Workspace(WorkspaceId),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner(owner) => write!(f, "owner:{owner}"),
            Self::Workspace(workspace) => write!(f, "workspace:{workspace}"),
        }
    }
}

/// The most tokens of a model's context: 1 to 2,147,483,647.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "i64", into = "i64"))]
pub struct ContextLength(i32);

/// A context length out of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to {}", i32::MAX)]
pub struct ContextLengthError;

impl ContextLength {
    /// The number of tokens.
    #[must_use]
    pub const fn tokens(self) -> i32 {
        self.0
    }
}

impl TryFrom<i64> for ContextLength {
    type Error = ContextLengthError;

    fn try_from(tokens: i64) -> Result<Self, ContextLengthError> {
        match i32::try_from(tokens) {
            Ok(tokens) if tokens > 0 => Ok(Self(tokens)),
            _ => Err(ContextLengthError),
        }
    }
}

impl From<ContextLength> for i64 {
    fn from(length: ContextLength) -> Self {
        Self::from(length.0)
    }
}

/// Everything about a configuration that may be written out again: all but the credential.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Settings {
    /// What people call it.
    pub name: DisplayName,
    /// Who answers.
    pub provider: Provider,
    /// Where.
    pub endpoint: Endpoint,
    /// The path of chat completions below the endpoint.
    #[cfg_attr(feature = "serde", serde(default))]
    pub api_path: ApiPath,
    /// The model's name at the provider.
    #[cfg_attr(feature = "serde", serde(default))]
    pub model: Option<ModelId>,
    /// What the model takes.
    #[cfg_attr(feature = "serde", serde(default))]
    pub modalities: Modalities,
    /// What the model can do.
    #[cfg_attr(feature = "serde", serde(default))]
    pub capabilities: Capabilities,
    /// Defaults for generation.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sampling: Option<SamplingParams>,
    /// The size of the model's context.
    #[cfg_attr(feature = "serde", serde(default))]
    pub context_length: Option<ContextLength>,
    /// The team's own labels.
    #[cfg_attr(feature = "serde", serde(default))]
    pub labels: Labels,
    /// Settings for the provider's client.
    #[cfg_attr(feature = "serde", serde(default))]
    pub client_config: Option<ClientConfig>,
    /// A free description.
    #[cfg_attr(feature = "serde", serde(default))]
    pub description: Option<Description>,
    /// A free version text.
    #[cfg_attr(feature = "serde", serde(default))]
    pub version: Option<ModelVersion>,
    /// Where the service's health is shown.
    #[cfg_attr(feature = "serde", serde(default))]
    pub monitoring_endpoint: Option<Endpoint>,
}

/// A configuration that passed every rule and is not stored yet.
///
/// With the feature `serde` it is read from `{"settings": …, "credential": …}`; it is never
/// written, because a [`Credential`] is not.
#[derive(Debug)]
pub struct NewLlmConfig {
    /// Everything but the credential.
    pub settings: Settings,
    /// What the provider is shown; `None` for a provider that asks for nothing.
    pub credential: Option<Credential>,
    /// What was assumed because nobody stated it.
    pub inferred: Vec<InferredCapability>,
}

/// Errors never quote the text: a secret in the place of a setting would be in them.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for NewLlmConfig {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(
            deny_unknown_fields,
            expecting = "a configuration: an object with `settings` and `credential`"
        )]
        struct Form {
            settings: Settings,
            credential: Option<Credential>,
        }
        let Form { settings, credential } = Form::deserialize(crate::quiet::Quiet(deserializer))?;
        Ok(Self { settings, credential, inferred: Vec::new() })
    }
}

/// Who did something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: PrincipalId,
}

/// How often a configuration was changed, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(i64);

impl Revision {
    /// The revision of what was just created.
    pub const FIRST: Self = Self(1);

    /// A revision read back from where it was kept.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The revision after the next change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// A stored configuration. It has no field for a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct LlmConfig {
    /// Its id, unique over both scopes.
    pub id: ConfigId,
    /// Which life under that id.
    pub incarnation: Incarnation,
    /// Who it belongs to.
    pub scope: Scope,
    /// Everything but the credential.
    pub settings: Settings,
    /// What may be shown of the credential; `None` when there is none.
    pub secret: Option<SecretMeta>,
    /// Who chose where the credential goes.
    pub origin: OriginProvenance,
    /// How often it was changed.
    pub revision: Revision,
    /// Its creation.
    pub created: Stamp,
    /// Its last change.
    pub updated: Stamp,
}

impl LlmConfig {
    /// The state of the configuration that a precondition names.
    #[must_use]
    pub const fn version(&self) -> ConfigVersion {
        ConfigVersion { incarnation: self.incarnation, revision: self.revision }
    }
}

/// One state of one configuration. A configuration that was deleted and created again under the
/// same id has another incarnation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigVersion {
    /// Which life under the id.
    pub incarnation: Incarnation,
    /// How often it was changed.
    pub revision: Revision,
}

/// What a change requires of the present state: an HTTP `If-Match` (RFC 9110 §13.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing was required.
    #[default]
    None,
    /// One of these states; with none in the list nothing matches.
    OneOf(Vec<ConfigVersion>),
}

impl Precondition {
    /// Whether the present state is as required.
    #[must_use]
    pub fn holds(&self, present: ConfigVersion) -> bool {
        match self {
            Self::None => true,
            Self::OneOf(versions) => versions.contains(&present),
        }
    }
}
