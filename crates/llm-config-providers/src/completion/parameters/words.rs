//! The words of refusals that concern parameters of ours, in lower case.

/// The names of output limits.
pub(super) const LIMITS: &[&str] = &[
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "max_new_tokens",
    "maxoutputtokens",
    "maxtokens",
    "max tokens",
    "output tokens",
    "num_predict",
    "budget_tokens",
    "thinking_budget",
];

/// Words of an unknown parameter.
pub(super) const UNKNOWN: &[&str] = &[
    "unsupported_parameter",
    "unsupported parameter",
    "unrecognized request argument",
    "unrecognized parameter",
    "unknown parameter",
    "unknown_parameter",
    "unknown field",
    "unknown name",
    "extra_forbidden",
    "extra inputs are not permitted",
    "extra fields not permitted",
    "extra parameters",
    "additional properties",
    "unexpected keyword argument",
    "unexpected field",
    "not a valid parameter",
    "is not supported with this model",
    "not supported for this model",
    "tokens is not supported",
    "tokens not supported",
    "tokens is not allowed",
    "tokens is not permitted",
    "not support max_",
    "not support the max_",
    "not support parameter",
    "不支持 max_",
    "不支持max_",
];

/// Words of a server or model that streams only. Each stands for itself, because the request was not
/// streamed.
///
/// Sources: FoundationAgents/OpenManus#330 (`DashScope`), tencentmusic/supersonic#2355 (Qwen3),
/// microsoft/UFO#215 (Qwen-Omni), songquanpeng/one-api#455 (Xunfei).
pub(super) const STREAMS_ONLY: &[&str] = &[
    "only support stream",
    "only supports stream",
    "only support the stream",
    "only supports the stream",
    "only stream",
    "only available in stream",
    "only available with stream",
    "only in stream",
    "only via stream",
    "only through stream",
    "only works with stream",
    "stream only",
    "streaming only",
    "stream-only",
    "streaming-only",
    "non-stream",
    "non stream",
    "nonstream",
    "unstreamed",
    "stream=false",
    "stream = false",
    "stream does not support false",
    "in stream mode",
    "in streaming mode",
    "streaming is required",
    "streaming required",
    "stream mode is required",
    "stream mode required",
    "streaming mode is required",
    "streaming mode required",
    "streaming must be",
    "stream must be enabled",
    "requires stream",
    "require stream",
    "must use stream",
    "must be stream",
    "must stream",
    "must enable stream",
    "use streaming",
    "use the stream",
    "enable stream",
    "enable the stream",
    "流式",
    "非流",
    "ストリーミングのみ",
    "ストリーミングが必要",
    "ストリーミングを有効",
    "스트리밍만",
    "스트리밍이 필요",
];

/// The word "only" in languages that say "streaming" as English does.
pub(super) const ONLY: &[&str] = &[
    "nur ",
    "solo ",
    "sólo ",
    "solamente",
    "únicamente",
    "uniquement",
    "seulement",
    "apenas",
    "somente",
    "только",
    "tylko",
    "alleen",
    "endast",
];

/// Words that demand something.
pub(super) const DEMANDS: &[&str] = &[
    "must", "should", "need", "require", "only", "please", "set ", "has to", "expected", "enable", "必须",
    "需要", "请", "设置",
];

/// Words of a refusal that is about the form of `stream`, or about its value true.
pub(super) const NOT_DEMANDED: &[&str] =
    &["true or false", "true/false", "does not support true", "not a boolean", "不支持流式", "仅支持非流"];

/// Words in front of the smallest value.
pub(super) const AT_LEAST: &[&str] = &[
    "at least",
    ">=",
    "u003e=",
    "≥",
    "greater than or equal to",
    "no less than",
    "not less than",
    "not be less than",
    "not be lower than",
    "minimum",
    "min value",
    "min_value",
    "lower bound",
    "大于等于",
    "大于或等于",
    "不能小于",
    "不得小于",
    "不小于",
    "至少",
    "最小值为",
    "最小为",
];

/// Words in front of the largest value that is too small.
pub(super) const MORE_THAN: &[&str] =
    &["greater than", "larger than", "more than", "must be >", "must be u003e", "大于"];

/// Words of a value that is too small.
pub(super) const TOO_SMALL: &[&str] = &[
    "integer_below_min_value",
    "integer below minimum value",
    "below minimum",
    "below the minimum",
    "less than the minimum",
    "too small",
    "too low",
    "太小",
    "过小",
];

/// Words of a value that is too large.
pub(super) const TOO_LARGE: &[&str] =
    &["too large", "too high", "at most", "maximum allowed", "less than or equal to", "exceeds the max"];

/// Words that compare the output limit with the budget for thinking.
pub(super) const COMPARED: &[&str] =
    &["greater than", "larger than", "more than", "less than", "smaller than", "exceed"];

/// Words that demand a message of the system.
pub(super) const SYSTEM_NEEDED: &[&str] = &[
    "system message is required",
    "system prompt is required",
    "system role is required",
    "requires a system message",
    "requires a system prompt",
    "must contain a system message",
    "must include a system message",
    "first message must be a system",
    "first message must be system",
    "first message must have role system",
    "must start with a system",
    "instructions are required",
    "instructions is required",
    "missing required parameter: instructions",
];

/// Words that demand a model.
pub(super) const MODEL_NEEDED: &[&str] = &[
    "must provide a model",
    "model is required",
    "model name is required",
    "model parameter is required",
    "model field is required",
    "missing required parameter: model",
    "missing model",
    "model is missing",
    "no model specified",
    "model name not specified",
    "model must be specified",
    "model: field required",
    "未指定模型",
    "模型名称不能为空",
];
