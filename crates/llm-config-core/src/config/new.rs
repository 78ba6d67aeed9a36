//! A validated configuration before it is stored.

use super::capability::InferredCapability;
use super::settings::Settings;
use crate::credential::Credential;

/// A validated configuration that is not stored yet.
///
/// With the feature `serde` it can be deserialised from `{"settings": …, "credential": …}`. It cannot be
/// serialised, because a [`Credential`] cannot.
#[derive(Debug)]
pub struct NewLlmConfig {
    /// The settings.
    pub settings: Settings,
    /// The credential; `None` for a provider without authentication.
    pub credential: Option<Credential>,
    /// The capabilities that the request did not state.
    pub inferred: Vec<InferredCapability>,
}

// Errors never quote the input, because a secret may stand in a field of `settings` by mistake.
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
        let Form { settings, credential } = Form::deserialize(crate::redacted::Redacted(deserializer))?;
        Ok(Self { settings, credential, inferred: Vec::new() })
    }
}
