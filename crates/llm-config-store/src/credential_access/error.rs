//! Why a credential was not opened.

use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;

use crate::error::{StoreError, TxError};

/// Why [`Store::open_target`](crate::Store::open_target) or
/// [`Store::open_planned_target`](crate::Store::open_planned_target) failed.
#[derive(Debug, thiserror::Error)]
pub enum OpenTargetError {
    /// The configuration does not exist.
    #[error("there is no configuration `{_0}`")]
    NotFound(ConfigId),
    /// The caller may not use the credential.
    #[error("the caller may not use the credential of configuration `{_0}`")]
    Denied(ConfigId),
    /// The store failed: with `DecryptionFailed` if the ciphertext does not belong to the destination, with
    /// `Invalid` if a planned change is invalid.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TxError for OpenTargetError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::NotFound(_) | Self::Denied(_) => None,
        }
    }
}

/// Why [`Store::open_draft`](crate::Store::open_draft) failed.
#[derive(Debug, thiserror::Error)]
pub enum OpenDraftError {
    /// The caller may not create such a configuration or use its credential.
    #[error("the caller may not create such a configuration")]
    Denied,
    /// The workspace or owner does not exist.
    #[error("there is no {_0}")]
    NoSuchScope(Scope),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TxError for OpenDraftError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Denied | Self::NoSuchScope(_) => None,
        }
    }
}
