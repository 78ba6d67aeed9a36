//! What is needed to call a provider.

use url::Url;

use crate::api_path::ApiPath;
use crate::credential::Credential;
use crate::endpoint::Endpoint;
use crate::id::ConfigId;
use crate::provider::Provider;
use crate::text::ModelId;

/// What a credential is wanted for. Written into the audit event of every opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To find out whether the configuration works.
    Validate,
    /// To call the model.
    Call,
}

impl Purpose {
    /// The name in audit events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Call => "call",
        }
    }
}

/// A destination and the opened credential that was entered for it.
///
/// The credential's secret is overwritten in memory when the target is dropped. Hold it for one
/// call, and send the credential nowhere but to the endpoint's origin.
#[derive(Debug)]
pub struct Target {
    /// The configuration that it was opened from.
    pub id: ConfigId,
    /// Who answers.
    pub provider: Provider,
    /// Where.
    pub endpoint: Endpoint,
    /// The path of chat completions below the endpoint.
    pub api_path: ApiPath,
    /// The model's name at the provider.
    pub model: Option<ModelId>,
    /// What the provider is shown.
    pub credential: Option<Credential>,
}

impl Target {
    /// The URL of chat completions.
    #[must_use]
    pub fn url(&self) -> Url {
        self.endpoint.join(&self.api_path)
    }
}
