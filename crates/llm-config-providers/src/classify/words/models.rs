//! What servers state about models.

use super::super::Rule;
use crate::reason::Reason;

/// The server is not ready.
pub(super) const LOADING: &[Rule] =
    &[Rule::text(&["loading"], Reason::ServerLoading).of_server_errors().before_auth()];

/// The model exists and is called through another API.
pub(super) const WRONG_API: &[Rule] = &[
    Rule::text(
        &[
            "only supported in v1/responses",
            "not a chat model",
            // vLLM, for a model without a form for chats.
            "must provide a chat template",
        ],
        Reason::ModelWrongApi,
    )
    .at_model(),
    Rule::text(&["inference profile"], Reason::ModelNeedsInferenceProfile).at_model(),
];

/// The model exists, and this key may not use it.
pub(super) const MODEL_ACCESS: &[Rule] = &[Rule::text(
    &[
        "not allowed to access model",
        "does not have access to model",
        "have access to the model with the specified model id",
        // NVIDIA (gethouston/houston#1243): the model is not enabled for the account.
        "not found for account",
        // Volcengine Ark.
        "has not activated the model",
        // Together.
        "unable to access non-serverless model",
    ],
    Reason::ModelNoAccess,
)
.at_model()];

/// The model does not exist, or is hidden from this key.
pub(super) const MODEL_MISSING: &[Rule] = &[
    Rule::text(
        &[
            "invalid model name passed in",
            "model identifier is invalid",
            // OpenRouter, for a model that no provider offers to this account.
            "no endpoints found",
            "is not a valid model id",
            // LM Studio.
            "no models loaded",
            "no model loaded",
            // DeepSeek.
            "model not exist",
            "model not found",
            "model does not exist",
            "no such model",
            "unknown model",
            "invalid model id",
            // new-api and one-api.
            "no available channel for model",
            "无可用渠道",
            "模型不存在",
            "模型未找到",
            "找不到模型",
        ],
        Reason::ModelNotFound,
    )
    .at_model(),
    Rule::text(
        &[
            "does not exist",
            "doesn't exist",
            "not found",
            "not exist",
            "do not have access",
            "not available",
            "no longer available",
            "has been decommissioned",
            "is not supported",
        ],
        Reason::ModelNotFound,
    )
    .and(&["model", "模型"])
    .at(&[400, 404, 410, 422])
    .without(PARAMETERS)
    .at_model(),
];

/// Words about parameters of a call, which an error about the model itself does not have.
pub(in crate::classify) const PARAMETERS: &[&str] = &[
    "parameter",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "temperature",
    "top_p",
    "messages",
    "stream",
    "thinking",
    "reasoning",
    "tool",
    "context length",
    "context window",
    "response_format",
    "image",
    "system prompt",
    "role",
];
