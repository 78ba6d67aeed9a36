//! The data that a call of a provider needs.

use url::Url;

use crate::access::ConfigAction;
use crate::config::Settings;
use crate::endpoint::{ApiPath, Endpoint};
use crate::provider::Provider;
use crate::text::ModelId;

/// The purpose of a decrypted credential. Recorded in the audit event of every decryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Check whether the configuration works.
    Validate,
    /// Call the model once, to find out whether it responds.
    Ping,
    /// Call the model on behalf of an application.
    Call,
}

impl Purpose {
    /// The name in audit events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Ping => "ping",
            Self::Call => "call",
        }
    }

    /// The action that the policy must allow.
    #[must_use]
    pub const fn action(self) -> ConfigAction {
        match self {
            Self::Validate | Self::Ping => ConfigAction::Ping,
            Self::Call => ConfigAction::Call,
        }
    }
}

/// The part of a configuration that decides where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The kind of service at the endpoint.
    pub provider: Provider,
    /// The URL that is called.
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
