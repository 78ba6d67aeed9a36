//! The rows of the table of vendors.

use llm_config_core::provider::Provider;
use serde_json::Value;

use crate::api_root::ApiPath;
use crate::classify::{Form, is_amazon_error, is_anthropic_error, is_google_error};
use crate::completion::OutputLimitName;
use crate::error_body::ErrorBody;
use crate::families::{
    Anthropic, AzureOpenAi, Bedrock, Gemini, LlamaCpp, Ollama, OpenRouter, Vertex, bedrock, vertex,
};
use crate::family::Vendor;
use crate::family::vendor::{MissingModel, Signature, is_below};
use crate::hint::Hint;
use crate::model_names::ModelNames;
use crate::reason::Reason;
use crate::response::Response;

/// The default of fields that a row does not name.
const UNKNOWN: Vendor = Vendor::UNKNOWN;

/// The default of the facts about names.
const NAMES: ModelNames = UNKNOWN.names;

/// The default of a signature.
const NO_SIGNATURE: Signature = UNKNOWN.signature;

/// All vendors and products. The first row that a response reveals counts, so gateways come before the
/// vendors whose errors they pass on.
pub static VENDORS: &[Vendor] = &[
    Vendor {
        name: "lite_llm",
        provider: Some(Provider::LiteLlmProxy),
        guards_calls_like_lists: true,
        lists_all_usable: true,
        signature: Signature { header: Some("x-litellm-"), error: is_lite_llm_error, ..NO_SIGNATURE },
        hints: &[Hint::new(
            Reason::ProviderDown,
            "LiteLLM fails. Without its `prisma` package it fails whenever a request has no key: store a \
             key.",
        )
        .at(500)
        .keyless()],
        takes_routing_fields: true,
        takes_include_usage: true,
        speaks_messages: true,
        ..UNKNOWN
    },
    Vendor {
        name: "open_ai",
        provider: Some(Provider::OpenAi),
        domains: &["api.openai.com"],
        has_public_name: |host| is_below(host, "openai.com"),
        is_undivided: |_| true,
        key_prefixes: &["sk-proj-", "sk-svcacct-", "sk-admin-"],
        console_hosts: &[
            "platform.openai.com",
            "developers.openai.com",
            "chat.openai.com",
            "chatgpt.com",
            "openai.com",
            "www.openai.com",
        ],
        api_url: "https://api.openai.com/v1",
        // The list needs a genuine key, and succeeds without credit and without the right to call models
        // (pressidium/pressidium-cookie-consent#156, CherryHQ/cherry-studio#559).
        checks_keys_first: true,
        only_form: Some(Form::OpenAi),
        completes_strictly: true,
        // Tuned models are listed and described (developers.openai.com/api/reference/models/retrieve).
        names: ModelNames { is_unlisted: |_| false, ..NAMES },
        output_limit: OutputLimitName::MaxCompletionTokens,
        signature: Signature { header: Some("openai-"), ..NO_SIGNATURE },
        unproven_hint: Some(
            "The key is genuine. Only a call shows whether its account has credit, and whether a restricted \
             key may call models.",
        ),
        refuses_top_k: true,
        takes_include_usage: true,
        ..UNKNOWN
    },
    Vendor {
        name: "azure_open_ai",
        family: Some(&AzureOpenAi),
        // The public cloud, Azure Government, and Azure operated by 21Vianet in China:
        // <https://learn.microsoft.com/azure/foundry/concepts/foundry-azure-government#endpoints>,
        // danny-avila/LibreChat (`azureOpenAIHostSuffixes`), vercel/ai#17654.
        domains: &[
            "openai.azure.com",
            "openai.azure.us",
            "openai.azure.cn",
            "cognitiveservices.azure.com",
            "cognitiveservices.azure.us",
            "cognitiveservices.azure.cn",
            "services.ai.azure.com",
            "services.ai.azure.us",
            "services.ai.azure.cn",
        ],
        has_public_name: |host| {
            ["com", "us", "cn"].iter().any(|end| is_below(host, &format!("ai.azure.{end}")))
        },
        api_below_models: &[
            "services.ai.azure.com",
            "services.ai.azure.us",
            "services.ai.azure.cn",
            "inference.ai.azure.com",
        ],
        // The path of the API that needs no version in the query.
        api_path: Some(ApiPath { path: "openai/v1", replaces: &["", "openai"] }),
        checks_keys_first: true,
        completes_strictly: true,
        output_limit: OutputLimitName::MaxCompletionTokens,
        hints: &[
            Hint::new(
                Reason::BadKey,
                "Azure rejects the key: check that it belongs to this resource and is sent as `api-key`.",
            ),
            Hint::new(
                Reason::KeyRestrictedIpOrReferrer,
                "The Azure resource accepts listed networks only: allow this server's address there.",
            ),
        ],
        unresolved_host_hint: Some(
            "The name of this Azure resource has no address here: check the first part of the host, and DNS.",
        ),
        takes_include_usage: true,
        ..UNKNOWN
    },
    Vendor {
        name: "anthropic",
        provider: Some(Provider::Anthropic),
        family: Some(&Anthropic),
        domains: &["api.anthropic.com"],
        has_public_name: |host| is_below(host, "anthropic.com"),
        is_undivided: |_| true,
        key_prefixes: &["sk-ant-"],
        console_hosts: &[
            "console.anthropic.com",
            "platform.claude.com",
            "docs.anthropic.com",
            "docs.claude.com",
            "claude.ai",
        ],
        api_url: "https://api.anthropic.com",
        adds_version: true,
        checks_keys_first: true,
        only_form: Some(Form::Anthropic),
        completes_strictly: true,
        signature: Signature {
            header: Some("anthropic-"),
            error: |response, error| is_anthropic_error(response) && !error.kind.is_empty(),
            ..NO_SIGNATURE
        },
        // platform.claude.com/docs/en/api/openai-sdk
        takes_include_usage: true,
        ..UNKNOWN
    },
    Vendor {
        name: "vllm",
        provider: Some(Provider::Vllm),
        // Its key guards the paths below `/v1` and little else (`GUARDED_PREFIX` in
        // `vllm/entrypoints/serve/utils/server_utils.py`).
        guards_calls_like_lists: true,
        missing_model: MissingModel::NotFound,
        names: ModelNames { is_unlisted: |_| false, ..NAMES },
        bare_rejection: Some("unauthorized"),
        signature: Signature { owned_by: Some("vllm"), error: is_vllm_error, ..NO_SIGNATURE },
        hints: &[Hint::new(
            Reason::ModelNotFound,
            "vLLM does not serve a model of this name: use the name that vLLM was started with, often a \
             path.",
        )],
        takes_include_usage: true,
        speaks_messages: true,
        ..UNKNOWN
    },
    Vendor {
        name: "lm_studio",
        guards_calls_like_lists: true,
        signature: Signature {
            error: |_, error| error.message.starts_with("unexpected endpoint or method"),
            ..NO_SIGNATURE
        },
        ..UNKNOWN
    },
    Vendor {
        name: "llama_cpp_python",
        guards_calls_like_lists: true,
        missing_model: MissingModel::FallsBack,
        signature: Signature {
            error: |response, _| has_text(response, "detail", "Invalid API key"),
            ..NO_SIGNATURE
        },
        ..UNKNOWN
    },
    Vendor {
        name: "vertex_ai",
        provider: Some(Provider::Google),
        family: Some(&Vertex),
        host_pattern: vertex::is_own_host,
        has_public_name: vertex::has_public_name,
        path_pattern: vertex::is_own_path,
        checks_keys_first: true,
        only_form: Some(Form::Google),
        completes_strictly: true,
        ..UNKNOWN
    },
    Vendor {
        name: "gemini",
        provider: Some(Provider::Google),
        family: Some(&Gemini),
        domains: &["generativelanguage.googleapis.com"],
        has_public_name: |host| is_below(host, "googleapis.com"),
        path_pattern: |_| false,
        is_default: true,
        is_undivided: |_| true,
        key_prefixes: vertex::STUDIO_KEYS,
        console_hosts: &["aistudio.google.com", "ai.google.dev", "gemini.google.com"],
        api_url: "https://generativelanguage.googleapis.com",
        openai_api_url: Some("https://generativelanguage.googleapis.com/v1beta/openai"),
        // EKKOLearnAI/hermes-studio#1510
        names: ModelNames { listed_prefix: Some("models/"), ..NAMES },
        checks_keys_first: true,
        only_form: Some(Form::Google),
        completes_strictly: true,
        signature: Signature { error: |_, error| is_google_error(error), ..NO_SIGNATURE },
        ..UNKNOWN
    },
    Vendor {
        name: "bedrock",
        provider: Some(Provider::Aws),
        family: Some(&Bedrock),
        host_pattern: bedrock::is_own_host,
        has_public_name: bedrock::has_public_name,
        is_undivided: bedrock::is_public_host,
        is_openai_host: bedrock::is_openai_host,
        checks_keys_first: true,
        only_form: Some(Form::Amazon),
        completes_strictly: true,
        signature: Signature { error: |_, error| is_amazon_error(error), ..NO_SIGNATURE },
        key_prefixes: &["ABSK", "bedrock-api-key-"],
        ..UNKNOWN
    },
    Vendor {
        name: "open_router",
        provider: Some(Provider::OpenRouter),
        family: Some(&OpenRouter),
        domains: &["openrouter.ai"],
        api_url: "https://openrouter.ai/api/v1",
        is_undivided: |_| true,
        api_path: Some(ApiPath { path: "api/v1", replaces: &[] }),
        checks_keys_first: true,
        only_form: Some(Form::OpenAi),
        // openrouter.ai/docs/guides/routing/model-variants/overview; presets:
        // openrouter.ai/docs/features/presets
        names: ModelNames {
            policies: &["nitro", "floor", "exacto", "online"],
            is_unlisted: |name| name.contains("@preset/"),
            ..NAMES
        },
        hints: &[Hint::new(
            Reason::ConfigIncomplete,
            "OpenRouter found no key of its own kind: check that all of it was copied, and that it is sent \
             as `Authorization: Bearer`.",
        )],
        speaks_messages: true,
        key_prefixes: &["sk-or-"],
        ..UNKNOWN
    },
    Vendor {
        name: "ollama",
        provider: Some(Provider::Ollama),
        family: Some(&Ollama),
        domains: &["ollama.com"],
        is_undivided: |_| true,
        api_path: Some(ApiPath { path: "v1", replaces: &[] }),
        checks_keys_first: true,
        guards_calls_like_lists: true,
        missing_model: MissingModel::NotFound,
        // `getExistingName` in `server/routes.go` compares without case (ollama/ollama#336).
        names: ModelNames {
            ignores_case: true,
            latest_tag: true,
            implied_prefixes: &["registry.ollama.ai/library/", "library/"],
            is_unlisted: |_| false,
            ..NAMES
        },
        signature: Signature { owned_by: Some("library"), ..NO_SIGNATURE },
        hints: &[
            Hint::new(
                Reason::UnexpectedAnswer,
                "A proxy in front of Ollama refuses the call: the key may be wrong, or this server may not \
                 call it.",
            )
            .at(403),
            Hint::new(
                Reason::ModelNotFound,
                "Ollama does not have this model: pull it, or choose a model that it has.",
            ),
            Hint::new(
                Reason::AuthNotEnforced,
                "Ollama does not check keys: the stored key makes no difference here.",
            ),
        ],
        takes_include_usage: true,
        speaks_messages: true,
        ..UNKNOWN
    },
    Vendor {
        name: "llama_cpp",
        provider: Some(Provider::LlamaCpp),
        family: Some(&LlamaCpp),
        missing_model: MissingModel::FallsBack,
        signature: Signature { server: Some("llama.cpp"), owned_by: Some("llamacpp"), ..NO_SIGNATURE },
        takes_include_usage: true,
        speaks_messages: true,
        ..UNKNOWN
    },
    Vendor {
        name: "mistral",
        domains: &["api.mistral.ai", "codestral.mistral.ai"],
        has_public_name: |host| is_below(host, "mistral.ai"),
        console_hosts: &["console.mistral.ai", "docs.mistral.ai"],
        api_url: "https://api.mistral.ai/v1",
        checks_keys_first: true,
        only_form: Some(Form::OpenAi),
        hints: &[Hint::new(
            Reason::BadKey,
            "Mistral rejects the key: Codestral has keys of its own, which work at its own host only.",
        )],
        ..UNKNOWN
    },
    Vendor {
        name: "dash_scope",
        // Whether the list exists, and for which keys, is not documented for all of its hosts.
        domains: &[
            "dashscope.aliyuncs.com",
            "dashscope-intl.aliyuncs.com",
            "dashscope-us.aliyuncs.com",
            "maas.aliyuncs.com",
        ],
        has_public_name: |host| host.starts_with("dashscope") && is_below(host, "aliyuncs.com"),
        console_hosts: &["bailian.console.aliyun.com"],
        api_url: "https://dashscope.aliyuncs.com/compatible-mode/v1",
        hints: &[Hint::new(
            Reason::BadKey,
            "DashScope rejects the key: it may also belong to another region, workspace or plan than this \
             endpoint.",
        )],
        ..UNKNOWN
    },
    Vendor {
        name: "hugging_face",
        domains: &["router.huggingface.co"],
        // huggingface/ml-intern#51. A provider may follow in their place, if it serves the model.
        names: ModelNames { policies: &["fastest", "cheapest", "preferred"], ..NAMES },
        key_prefixes: &["hf_"],
        ..UNKNOWN
    },
    Vendor {
        name: "cloudflare_ai_gateway",
        domains: &["gateway.ai.cloudflare.com"],
        // developers.cloudflare.com/ai-gateway/features/dynamic-routing
        names: ModelNames {
            is_unlisted: |name| name.starts_with("dynamic/") || name.starts_with('@'),
            ..NAMES
        },
        ..UNKNOWN
    },
    Vendor {
        name: "volcengine_ark",
        domains: &["volces.com", "bytepluses.com"],
        // Calls take a model or the id of an endpoint of the account: www.volcengine.com/docs/82379/1099522
        names: ModelNames { is_unlisted: |name| name.starts_with("ep-"), ..NAMES },
        ..UNKNOWN
    },
];

fn is_lite_llm_error(_: &Response, error: &ErrorBody) -> bool {
    const KINDS: &[&str] = &["no_db_connection", "token_not_found_in_db", "auth_error", "expired_key"];
    let is_own_kind = KINDS.contains(&error.kind.as_str()) || error.denies_model();
    is_own_kind || error.message.starts_with("litellm.")
}

fn is_vllm_error(response: &Response, error: &ErrorBody) -> bool {
    let is_own_kind = matches!(error.kind.as_str(), "NotFoundError" | "BadRequestError");
    has_text(response, "error", "Unauthorized") || is_own_kind
}

/// Whether a member of the body has exactly this text.
fn has_text(response: &Response, name: &str, text: &str) -> bool {
    response.json().and_then(|json| json.get(name)).and_then(Value::as_str) == Some(text)
}
