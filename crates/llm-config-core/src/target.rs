//! What is needed to call a provider.

use url::Url;

use crate::config::Settings;
use crate::endpoint::{ApiPath, Endpoint};
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

/// What is called: the part of a configuration that decides where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Who answers.
    pub provider: Provider,
    /// Where.
    pub endpoint: Endpoint,
    /// The path of chat completions below the endpoint.
    pub api_path: ApiPath,
    /// The model's name at the provider.
    pub model: Option<ModelId>,
}

impl Target {
    /// The URL of chat completions.
    #[must_use]
    pub fn url(&self) -> Url {
        self.endpoint.join(&self.api_path)
    }
}

impl From<&Settings> for Target {
    fn from(settings: &Settings) -> Self {
        Self {
            provider: settings.provider,
            endpoint: settings.endpoint.clone(),
            api_path: settings.api_path.clone(),
            model: settings.model.clone(),
        }
    }
}
