//! The class of a response: what it means for credential and model.

use crate::reason::Reason;
use crate::stage::Stage;

/// What a response means that is not the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact about a response")]
pub struct ResponseClass {
    /// The reason of the refusal.
    pub reason: Reason,
    /// The step at which the request ended.
    pub stage: Stage,
    /// Whether the reason's consequence for the credential holds.
    pub is_conclusive: bool,
    /// Whether the words of a refusal leave open whether it concerns the key.
    pub is_key_open: bool,
    /// Whether the server does not have the operation, or is no LLM API.
    pub is_absent: bool,
    /// Whether the credential is genuine but may not list models.
    pub forbids_listing: bool,
    /// What the response reveals about the model, beyond its reason.
    pub model: Option<ModelSign>,
    /// The remedy, if it is more precise than the reason's.
    pub hint: Option<&'static str>,
    /// The endpoint to store instead.
    pub suggested_url: Option<String>,
}

/// What a response reveals about the model, beyond its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelSign {
    /// The model exists.
    Exists,
    /// The credential may not use it.
    NoAccess,
}

impl ResponseClass {
    /// A class without particulars.
    #[must_use]
    pub const fn new(reason: Reason, stage: Stage) -> Self {
        Self {
            reason,
            stage,
            is_conclusive: true,
            is_key_open: false,
            is_absent: false,
            forbids_listing: false,
            model: None,
            hint: None,
            suggested_url: None,
        }
    }

    /// The server does not have the operation, or is no LLM API.
    pub(crate) const fn absent(reason: Reason) -> Self {
        let mut class = Self::new(reason, Stage::Http);
        class.is_absent = true;
        class
    }

    pub(crate) fn with_hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub(crate) fn with_model(self, model: ModelSign) -> Self {
        Self { model: Some(model), ..self }
    }

    /// The reason's consequence for the credential does not hold.
    pub(crate) fn inconclusive(self) -> Self {
        Self { is_conclusive: false, ..self }
    }

    /// A refusal of the request whose words do not judge the key: the response to a request without a key
    /// decides.
    pub(crate) fn key_open() -> Self {
        Self { is_key_open: true, ..Self::new(Reason::BadKey, Stage::Auth).inconclusive() }
    }
}
