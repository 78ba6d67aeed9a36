//! The response to creations and updates.

use llm_config_core::config::LlmConfig;
use serde::Serialize;
use utoipa::ToSchema;

/// The response to a creation or an update.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SavedAiLlm)]
pub(crate) struct Saved {
    /// Always true.
    success: bool,
    /// Called `aiLlmId` here and `id` in lists.
    #[schema(format = Uuid)]
    ai_llm_id: String,
    message: &'static str,
}

impl Saved {
    pub(crate) fn created(config: &LlmConfig) -> Self {
        let message = "AI LLM configuration created successfully";
        Self { success: true, ai_llm_id: config.id.to_string(), message }
    }

    pub(crate) fn updated(config: &LlmConfig) -> Self {
        let message = "AI LLM configuration updated successfully";
        Self { success: true, ai_llm_id: config.id.to_string(), message }
    }
}
