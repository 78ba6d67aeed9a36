//! The words of servers about models.

use super::super::rule::Rule;
use crate::reason::Reason;

/// The server is not ready.
pub(super) const LOADING: &[Rule] = &[
    Rule::text(&[" loading ", "warming up", "加载中"], Reason::ServerLoading)
        .of_server_errors()
        .without(FAILURE)
        .before_auth(),
    // Servers that refuse the call itself.
    Rule::text(
        &["currently loading", "still loading", "is loading", "being loaded", "加载中"],
        Reason::ServerLoading,
    )
    .at(&[200, 400, 404, 409, 425])
    .without(OTHER_LOADS)
    .without(FAILURE)
    .before_auth(),
];

/// Words about a model that was not loaded, rather than not yet.
const FAILURE: &[&str] =
    &["error", "fail", "out of memory", "cannot", "could not", "unable", "exception", " oom ", "失败"];

/// What else is loaded.
const OTHER_LOADS: &[&str] = &["file", "page", "image", "video", "audio", "document"];

/// The model exists and is called through another API.
pub(super) const WRONG_API: &[Rule] = &[
    Rule::text(
        &[
            "only supported in v1/responses",
            "not a chat model",
            "not supported in the v1/chat/completions endpoint",
            "not supported in the v1/completions endpoint",
            // Azure.
            "operation does not work with the specified model",
            // vLLM, for a model without a form for chats.
            "must provide a chat template",
            "does not support chat completions api",
            // Ollama.
            "does not support chat",
            "does not support generate",
        ],
        Reason::ModelWrongApi,
    )
    .at_model(),
    Rule::text(&["inference profile"], Reason::ModelNeedsInferenceProfile).at_model(),
];

/// The model exists, and this key may not use it.
pub(super) const MODEL_ACCESS: &[Rule] = &[
    Rule::text(
        &[
            "not allowed to access model",
            "does not have access to model",
            "have access to the model with the specified model id",
            // NVIDIA (gethouston/houston#1243): the model is not enabled for the account.
            "not found for account",
            // Volcengine Ark (xinnan-tech/xiaozhi-esp32-server#1234).
            "has not activated the model",
            "未开通",
            // Together (HeyPuter/puter#3168).
            "unable to access non-serverless model",
            // new-api and one-api (`middleware/distributor.go`).
            "no access to model",
            "无权访问模型",
            "无权使用模型",
            "无权访问任何模型",
            "모델에 접근할 권한이 없",
            "не имеет доступа",
            "n'a pas accès au modèle",
            "não tem acesso ao modelo",
            // Cloudflare Workers AI (cloudflare/cloudflare-docs#19677).
            "not allowed to access this model",
            "not allowed for private model",
        ],
        Reason::ModelNoAccess,
    )
    .at_model(),
    Rule::text(NO_ACCESS, Reason::ModelNoAccess)
        .and(MODEL)
        .at(&[400, 401, 403, 404])
        .without(&["does not exist", "doesn't exist", "not found", "list models"])
        .at_model(),
];

const MODEL: &[&str] = &["model", "模型", "модел", "モデル", "모델", "modèle"];

const NO_ACCESS: &[&str] = &[
    "have access to",
    "has access to",
    "no access to",
    "permission to access",
    "permission to use",
    "allowed to use",
    "allowed to access",
    "authorized to use",
    "authorized to access",
    "not available in your plan",
    "not included in your plan",
    "not enabled for your",
    "没有权限",
    "无权",
];

/// The model does not exist, or is hidden from this key.
pub(super) const MODEL_MISSING: &[Rule] = &[
    Rule::text(
        &[
            "invalid model name passed in",
            "model identifier is invalid",
            // OpenRouter, for a model that no provider offers to this account.
            "no endpoints found",
            // OpenRouter (OpenRouterTeam/openrouter-examples#74).
            "is not a valid model",
            // LM Studio (lmstudio-ai/lms#107).
            "no models loaded",
            "no model loaded",
            "no model is loaded",
            // DeepSeek (langbot-app/LangBot#1643), llama-server (ggml-org/llama.cpp#17968), Fireworks
            // (warpdotdev/warp#15107).
            "model not exist",
            "model not found",
            "model is not found",
            "model does not exist",
            "model doesn't exist",
            "no such model",
            "unknown model",
            "unrecognized model",
            // LiteLLM's router (BerriAI/litellm#8326).
            "no 'model_name' with this string",
            // llama-swap (mostlygeek/llama-swap#921).
            "no model id could be identified",
            // Ollama.
            "try pulling it first",
            // FastChat (chatchat-space/Langchain-Chatchat#2272).
            "allowed now, your model",
            // new-api and one-api (QuantumNous/new-api#6310).
            "no available channel for model",
            "无可用渠道",
            // Zhipu (esengine/DeepSeek-Reasonix#6858).
            "模型不存在",
            "不存在的模型",
            "模型未找到",
            "找不到模型",
            "模型已下线",
        ],
        Reason::ModelNotFound,
    )
    .at_model(),
    Rule::text(
        &["invalid model", "model id is invalid", "model is invalid", "invalid value for model"],
        Reason::ModelNotFound,
    )
    .at(&[400, 401, 403, 404, 422])
    .without(PARAMETERS)
    .at_model(),
    Rule::text(MISSING, Reason::ModelNotFound).and(MODEL).at(&[404, 410]).without(PARAMETERS).at_model(),
    Rule::text(MISSING, Reason::ModelNotFound)
        .and(MODEL)
        .at(&[400, 422])
        .without(PARAMETERS)
        .without(CONTENT)
        .at_model(),
    // OpenCode Zen (decolua/9router#1106): with 401, only words that no key has.
    Rule::text(
        &["not supported", "unsupported", "does not exist", "not available", "disabled"],
        Reason::ModelNotFound,
    )
    .and(&["model "])
    .at(&[401, 403])
    .without(&["key", "token", "credential"])
    .at_model(),
];

/// Words about something that is missing.
pub(crate) const MISSING: &[&str] = &[
    "does not exist",
    "doesn't exist",
    "not exist",
    "not found",
    "could not be found",
    "could not find",
    "couldn't find",
    "unable to find",
    "cannot find",
    "not available",
    "no longer available",
    "unavailable",
    "decommissioned",
    "deprecated",
    "has been retired",
    "reached its end of life",
    "not supported",
    "unsupported",
    "not recognized",
    "not deployed",
    "not loaded",
    "not served",
    "no deployment",
    "不存在",
    "未找到",
    "找不到",
    "不可用",
    "不支持",
    "已下线",
    "未部署",
    "no encontrado",
    "no existe",
    "não encontrado",
    "não existe",
    "introuvable",
    "n'existe pas",
    "nicht gefunden",
    "existiert nicht",
    "не найден",
    "не существует",
    "見つかりません",
    "存在しません",
    "찾을 수 없",
    "존재하지",
];

/// Words about the content of a call, which an error about the model itself does not have.
pub(crate) const CONTENT: &[&str] = &[
    " input ",
    " inputs ",
    // Validators write `body` before the name of any field, such as the model's.
    "body must",
    "body is",
    "body was",
    "body cannot",
    "no body",
    "request body",
    " content ",
    " contents ",
    " field ",
    "empty",
    "not specified",
    "guardrail",
    "blocked",
    "safety",
    "moderation",
    "content filter",
    "media type",
    "found in request",
    "found in the request",
    " text ",
    "输入",
    "内容",
    "入力",
    "コンテンツ",
    "입력",
    "콘텐츠",
    "содержим",
    "eingabe",
    "inhalt",
    "contenu",
    "contenido",
    "conteúdo",
];

/// Words about parameters of a call, which an error about the model itself does not have.
pub(crate) const PARAMETERS: &[&str] = &[
    "parameter",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "maximum",
    "temperature",
    "top_p",
    "messages",
    "prompt",
    "stream",
    "thinking",
    "reasoning",
    "tool",
    "function calling",
    "context length",
    "context window",
    "response_format",
    "image",
    "audio",
    "roles",
    "'role'",
    "api version",
    "api-version",
    "with this model",
    "by this model",
    "for this model",
    "this model does not support",
    "unsupported value",
    "参数",
];
